/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/connect.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static gw_status endpoint_take(const char *name, char *to, const char *value, gw_error *error)
{
    if (*to)
        return gw_error_set(error, GW_EUSAGE, "--%s: given twice", name);
    if (strlen(value) >= GW_CONFIG_TEXT_MAX ||
        (strncmp(value, "ipc://", 6) != 0 && strncmp(value, "tcp://", 6) != 0))
        return gw_error_set(error, GW_EUSAGE, "--%s: %s: ipc:///PATH or tcp://HOST:PORT expected",
                            name, value);
    strcpy(to, value);
    return GW_OK;
}

static gw_status server_key_take(connect_options *to, const char *value, gw_error *error)
{
    gw_keyfile file;
    uint8_t bytes[GW_KEY_BYTES];
    if (to->has_server_key)
        return gw_error_set(error, GW_EUSAGE, "--server-key: given twice");
    to->has_server_key = true;
    if (gw_key_decode(value, bytes)) {
        memcpy(to->server_key, value, GW_KEY_TEXT_MAX);
        return GW_OK;
    }
    gw_status status = gw_keyfile_load(value, true, &file, error);
    if (status == GW_OK)
        memcpy(to->server_key, file.public_key, GW_KEY_TEXT_MAX);
    return status;
}

gw_status connect_take(connect_options *to, int option, const char *value, gw_error *error)
{
    switch (option) {
    case CONNECT_LIVE:
        return endpoint_take("live", to->live, value, error);
    case CONNECT_REPLAY:
        return endpoint_take("replay", to->replay, value, error);
    case CONNECT_KEY:
        if (to->has_key)
            return gw_error_set(error, GW_EUSAGE, "--key: given twice");
        to->has_key = true;
        return gw_keyfile_load(value, false, &to->pair, error);
    default:
        return server_key_take(to, value, error);
    }
}

gw_status connect_parse(connect_options *to, int argc, char **argv, const struct option *known,
                        gw_status (*take)(void *user, int option, gw_error *error), void *user,
                        gw_error *error)
{
    gw_status status = GW_OK;
    opterr = 0;
    for (int option; status == GW_OK && (option = getopt_long(argc, argv, "h", known, NULL)) != -1;)
        status = connect_owns(option) ? connect_take(to, option, optarg, error)
                                      : take(user, option, error);
    if (status == GW_OK && optind < argc)
        status = gw_error_set(error, GW_EUSAGE, "%s: not expected", argv[optind]);
    return status;
}

/* Only tcp endpoints are encrypted. */
static gw_status keys_check(const connect_options *options, gw_error *error)
{
    bool has_ipc =
        strncmp(options->live, "ipc:", 4) == 0 || strncmp(options->replay, "ipc:", 4) == 0;
    if (options->has_key != options->has_server_key)
        return gw_error_set(error, GW_EUSAGE, "--key and --server-key go together");
    if (options->has_key && has_ipc)
        return gw_error_set(error, GW_EUSAGE,
                            "--key: only tcp endpoints take keys: say --live tcp://HOST:PORT "
                            "--replay tcp://HOST:PORT");
    return GW_OK;
}

/* The daemon that this user started, else that of the service (packaging/groundwatchd.service.in).
 */
static void service_prefer(connect_options *to)
{
    static const char service[] = "/run/groundwatch/live";
    if (access(to->live + strlen("ipc://"), F_OK) == 0 ||
        (access(service, F_OK) < 0 && errno != EACCES))
        return;
    strcpy(to->live, "ipc:///run/groundwatch/live");
    strcpy(to->replay, "ipc:///run/groundwatch/replay");
}

/* ZeroMQ would go on trying without a word. */
static gw_status access_check(const char *endpoint, gw_error *error)
{
    if (strncmp(endpoint, "ipc://", 6) != 0 || access(endpoint + 6, W_OK) == 0 || errno != EACCES)
        return GW_OK;
    return gw_error_set(error, GW_EIO,
                        "%s: permission denied: who is in the daemon's group (of the service: "
                        "groundwatch) may connect",
                        endpoint);
}

gw_status connect_complete(connect_options *to, gw_error *error)
{
    gw_status status = GW_OK;
    if (!to->live[0] && !to->replay[0]) {
        status = gw_config_endpoint("live", to->live, sizeof to->live, error);
        if (status == GW_OK)
            status = gw_config_endpoint("replay", to->replay, sizeof to->replay, error);
        if (status == GW_OK)
            service_prefer(to);
    }
    if (status == GW_OK && !to->live[0])
        status = gw_error_set(error, GW_EUSAGE, "--replay needs --live");
    if (status == GW_OK)
        status = keys_check(to, error);
    if (status == GW_OK)
        status = access_check(to->live, error);
    return status == GW_OK ? access_check(to->replay, error) : status;
}

void connect_fill(const connect_options *from, gw_client_config *config)
{
    config->live = from->live;
    config->replay = from->replay[0] ? from->replay : NULL;
    if (!from->has_key)
        return;
    config->server_key = from->server_key;
    config->public_key = from->pair.public_key;
    config->secret_key = from->pair.secret_key;
}

void connect_wipe(connect_options *options)
{
    explicit_bzero(&options->pair, sizeof options->pair);
}
