/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/gate/options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static gw_status endpoint_add(const char **list, size_t *n, const char *text, gw_error *error)
{
    if (*n == OPTIONS_ENDPOINTS_MAX)
        return gw_error_set(error, GW_EUSAGE, "%s: at most %d endpoints of a sort", text,
                            OPTIONS_ENDPOINTS_MAX);
    list[(*n)++] = text;
    return GW_OK;
}

static gw_status fd_parse(const char *name, const char *text, int *out, gw_error *error)
{
    char *end;
    long number = strtol(text, &end, 10);
    if (end == text || *end || number < 0 || number > 1 << 20)
        return gw_error_set(error, GW_EUSAGE, "--%s: %s is not a file descriptor", name, text);
    *out = (int)number;
    return GW_OK;
}

/* The name stands in topics and URIs. */
static gw_status device_parse(const char *text, const char **out, gw_error *error)
{
    size_t n = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");
    if (n == 0 || text[n] || n > 63)
        return gw_error_set(error, GW_EUSAGE,
                            "--device: %s: at most 63 letters, digits, '.', '_', '-' expected",
                            text);
    *out = text;
    return GW_OK;
}

static gw_status option_take(int option, gate_options *out, gw_error *error)
{
    switch (option) {
    case 'l':
        return endpoint_add(out->live, &out->n_live, optarg, error);
    case 'r':
        return endpoint_add(out->replay, &out->n_replay, optarg, error);
    case 'j':
        out->journal = optarg;
        return GW_OK;
    case 'k':
        out->secret_key = optarg;
        return GW_OK;
    case 'c':
        out->clients = optarg;
        return GW_OK;
    case 'd':
        return device_parse(optarg, &out->device, error);
    case 'p':
        return fd_parse("page-fd", optarg, &out->page_fd, error);
    case 'q':
        return fd_parse("queue-fd", optarg, &out->queue_fd, error);
    case 'h':
        return GW_END;
    default:
        return gw_error_set(error, GW_EUSAGE, "unknown option, or one without its value");
    }
}

gw_status options_parse(int argc, char **argv, gate_options *out, gw_error *error)
{
    static const struct option known[] = {{"live", required_argument, NULL, 'l'},
                                          {"replay", required_argument, NULL, 'r'},
                                          {"journal", required_argument, NULL, 'j'},
                                          {"device", required_argument, NULL, 'd'},
                                          {"page-fd", required_argument, NULL, 'p'},
                                          {"queue-fd", required_argument, NULL, 'q'},
                                          {"secret-key", required_argument, NULL, 'k'},
                                          {"clients", required_argument, NULL, 'c'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    int option;
    *out = (gate_options){.page_fd = -1, .queue_fd = -1};
    opterr = 0;
    while ((option = getopt_long(argc, argv, "h", known, NULL)) != -1) {
        gw_status status = option_take(option, out, error);
        if (status != GW_OK)
            return status;
    }
    if (optind < argc)
        return gw_error_set(error, GW_EUSAGE, "%s: not expected", argv[optind]);
    if (!out->n_live || !out->n_replay || !out->journal || out->page_fd < 0 || out->queue_fd < 0)
        return gw_error_set(error, GW_EUSAGE,
                            "--live, --replay, --journal, --page-fd and --queue-fd are needed");
    if (!out->secret_key != !out->clients)
        return gw_error_set(error, GW_EUSAGE, "--secret-key and --clients go together");
    return GW_OK;
}
