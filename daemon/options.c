/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/options.h"

#include <getopt.h>
#include <string.h>

enum { CALIBRATION = 400, CHECK = 256, PRINT, HELP, VERSION, STAY };

static const struct option known[] = {{"source", required_argument, NULL, 's'},
                                      {"live", required_argument, NULL, 'l'},
                                      {"replay", required_argument, NULL, 'r'},
                                      {"journal", required_argument, NULL, 'j'},
                                      {"config", required_argument, NULL, 'c'},
                                      {"device", required_argument, NULL, 'd'},
                                      {"calibration", required_argument, NULL, CALIBRATION},
                                      {"alarm-socket", required_argument, NULL, 'a'},
                                      {"check-config", no_argument, NULL, CHECK},
                                      {"print-config", no_argument, NULL, PRINT},
                                      {"stay", no_argument, NULL, STAY},
                                      {"help", no_argument, NULL, HELP},
                                      {"version", no_argument, NULL, VERSION},
                                      {NULL, 0, NULL, 0}};

void gw_options_help(FILE *to)
{
    fputs("usage: groundwatchd --source URI [--source URI ...] [OPTIONS]\n\n"
          "Senses, detects, raises the alarm, and publishes through groundwatch-gate.\n"
          "No indication does not mean that the ground holds no mine.\n\n"
          "  --source URI         iio:ip:HOST:PORT, iio:local:, iio:usb:..., file:PATH; all\n"
          "                       sensors found there are opened\n"
          "  --live ENDPOINT      where records and heartbeats are published: ipc:///PATH or\n"
          "                       tcp://127.0.0.1:PORT; may be given several times\n"
          "  --replay ENDPOINT    where missed records are asked for\n"
          "  --journal FILE       the durable record; made when it is not there\n"
          "  -c, --config FILE    configuration in YAML; the options above go before it\n"
          "  --device NAME        name of this detector in messages (default: detector)\n"
          "  --calibration FILE   of this device, made by `groundwatch calibrate`\n"
          "  --alarm-socket PATH  unix datagram socket that is told of each alarm\n"
          "  --stay               go on when all recordings have ended\n"
          "  --check-config       say whether the configuration is right, and end\n"
          "  --print-config       print the configuration in effect, and end\n"
          "  --help, --version\n",
          to);
}

static gw_status text_put(const char *name, char *to, size_t size, gw_error *error)
{
    if (strlen(optarg) >= size)
        return gw_error_set(error, GW_EUSAGE, "--%s: longer than %zu bytes", name, size - 1);
    snprintf(to, size, "%s", optarg);
    return GW_OK;
}

/* Options replace the lists of the file: the first one of a sort empties it. */
static gw_status list_put(const char *name, char list[][GW_CONFIG_TEXT_MAX], size_t *n,
                          bool *is_fresh, gw_error *error)
{
    if (!*is_fresh)
        *n = 0;
    *is_fresh = true;
    if (*n == GW_CONFIG_ENDPOINTS_MAX)
        return gw_error_set(error, GW_EUSAGE, "--%s: more than %d", name, GW_CONFIG_ENDPOINTS_MAX);
    return text_put(name, list[(*n)++], GW_CONFIG_TEXT_MAX, error);
}

static gw_status source_put(gw_config *config, bool *is_fresh, gw_error *error)
{
    if (!*is_fresh)
        config->n_sources = 0;
    *is_fresh = true;
    if (config->n_sources == GW_CONFIG_SOURCES_MAX)
        return gw_error_set(error, GW_EUSAGE, "--source: more than %d", GW_CONFIG_SOURCES_MAX);
    gw_config_source *source = &config->sources[config->n_sources++];
    memset(source, 0, sizeof *source);
    source->kind = GW_KIND_COUNT;
    source->block_ms = 10;
    return text_put("source", source->uri, sizeof source->uri, error);
}

static gw_status option_take(int option, gw_options *out, bool fresh[3], gw_error *error)
{
    gw_config *config = &out->config;
    switch (option) {
    case 's':
        return source_put(config, &fresh[0], error);
    case 'l':
        return list_put("live", config->live, &config->n_live, &fresh[1], error);
    case 'r':
        return list_put("replay", config->replay, &config->n_replay, &fresh[2], error);
    case 'j':
        return text_put("journal", config->journal, sizeof config->journal, error);
    case 'd':
        return text_put("device", config->device, sizeof config->device, error);
    case CALIBRATION:
        return text_put("calibration", config->calibration, sizeof config->calibration, error);
    case 'a':
        return text_put("alarm-socket", config->alarm_socket, sizeof config->alarm_socket, error);
    case 'c': /* taken before the others */
        return GW_OK;
    case STAY:
        out->stays = true;
        return GW_OK;
    case CHECK:
        out->wants_check = true;
        return GW_OK;
    case PRINT:
        out->wants_print = true;
        return GW_OK;
    case HELP:
        out->wants_help = true;
        return GW_OK;
    case VERSION:
        out->wants_version = true;
        return GW_OK;
    default:
        return gw_error_set(error, GW_EUSAGE, "unknown option or missing value; see --help");
    }
}

/* The file first, wherever it stands, for the options go over it. */
static gw_status file_take(int argc, char **argv, gw_config *config, gw_error *error)
{
    int option;
    gw_status status = GW_OK;
    optind = 0;
    opterr = 0;
    while (status == GW_OK && (option = getopt_long(argc, argv, "c:", known, NULL)) != -1)
        if (option == 'c')
            status = gw_config_load(optarg, config, error);
    if (status == GW_ENOENT)
        return gw_error_set(error, GW_ECONFIG,
                            "%s: no such file: configure it first (groundwatch.yaml(5))", optarg);
    if (status != GW_OK) /* also one that cannot be read: nobody mends it by trying again */
        error->status = status = GW_ECONFIG;
    return status;
}

gw_status gw_options_parse(int argc, char **argv, gw_options *out, gw_error *error)
{
    int option;
    bool fresh[3] = {false, false, false};
    memset(out, 0, sizeof *out);
    gw_config_default(&out->config);
    gw_status status = file_take(argc, argv, &out->config, error);
    optind = 0;
    while (status == GW_OK && (option = getopt_long(argc, argv, "c:", known, NULL)) != -1)
        status = option_take(option, out, fresh, error);
    if (status != GW_OK || out->wants_help || out->wants_version)
        return status;
    if (optind < argc)
        return gw_error_set(error, GW_EUSAGE, "'%s' is not expected; see --help", argv[optind]);
    status = gw_config_complete(&out->config, error);
    if (status == GW_OK && !out->config.n_sources && !out->wants_check && !out->wants_print)
        status = gw_error_set(error, GW_EUSAGE, "no source: say --source URI; see --help");
    return status;
}
