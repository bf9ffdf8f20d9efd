/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/command.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "clients/groundwatch/connect.h"
#include "clients/groundwatch/port.h"
#include "clients/map/feed.h"
#include "clients/map/map.h"

static const char help[] =
    "usage: groundwatch map [--port N] [OPTIONS]\n\n"
    "Serves a page to the browsers of this machine: ground searched and not, indications with\n"
    "their evidence, the live pictures of radar and metal detector, and the state. It says BLIND\n"
    "when anything stops. It shows; it commands nothing. No request leaves this machine.\n\n"
    "  --port N           listen on this port of 127.0.0.1; 0: on any free one; default: 8642\n"
    "  --port-file F      write the port to F once it listens\n"
    "  --keep MIB         records kept for the page, MiB (1..4096; 256); the oldest are forgotten\n"
    "                     beyond it, which the page says: the log has them all\n" CONNECT_USAGE
    "\nExit status: 0, 64 usage, 66 a JavaScript library is not installed, 74 the port is in use\n"
    "or an endpoint cannot be used.\n";

enum { PORT_DEFAULT = 8642 };

typedef struct options {
    connect_options connect;
    gw_map_config config;
    const char *port_file;
} options;

static volatile sig_atomic_t is_ending;

static void signal_take(int number)
{
    (void)number;
    is_ending = 1;
}

static gw_status keep_parse(const char *text, size_t *bytes, gw_error *error)
{
    char *end;
    long mib = strtol(text, &end, 10);
    if (end == text || *end || mib < 1 || mib > 4096)
        return gw_error_set(error, GW_EUSAGE, "--keep %s: must be a number in 1..4096", text);
    *bytes = (size_t)mib << 20;
    return GW_OK;
}

static gw_status option_take(void *user, int option, gw_error *error)
{
    options *chosen = user;
    switch (option) {
    case 'p':
        return port_parse(optarg, &chosen->config.port, error);
    case 'f':
        chosen->port_file = optarg;
        return GW_OK;
    case 'k':
        return keep_parse(optarg, &chosen->config.max_bytes, error);
    case 'h':
        return GW_END;
    default:
        return gw_error_set(error, GW_EUSAGE, "unknown option, or one without its value");
    }
}

static gw_status options_parse(options *chosen, int argc, char **argv, gw_error *error)
{
    static const struct option known[] = {CONNECT_OPTIONS,
                                          {"port", required_argument, NULL, 'p'},
                                          {"port-file", required_argument, NULL, 'f'},
                                          {"keep", required_argument, NULL, 'k'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    gw_status status =
        connect_parse(&chosen->connect, argc, argv, known, option_take, chosen, error);
    return status == GW_OK ? connect_complete(&chosen->connect, error) : status;
}

static gw_status map_serve(const options *chosen, gw_error *error)
{
    const struct sigaction take = {.sa_handler = signal_take};
    gw_map *map;
    gw_status status = gw_map_create(&chosen->config, &map, error);
    if (status != GW_OK)
        return status;
    sigaction(SIGINT, &take, NULL);
    sigaction(SIGTERM, &take, NULL);
    if (chosen->port_file)
        status = port_file_write(chosen->port_file, gw_map_port(map), error);
    if (status == GW_OK) {
        fprintf(stderr, "groundwatch map: listening to %s; open http://127.0.0.1:%u/\n",
                chosen->connect.live, gw_map_port(map));
        gw_map_run(map, &is_ending);
    }
    gw_map_destroy(map);
    return status;
}

int command_map(int argc, char **argv)
{
    options chosen = {.config = {.port = PORT_DEFAULT,
                                 .max_bytes = (size_t)GW_FEED_MIB_DEFAULT << 20,
                                 .library = "/usr/share/javascript"}};
    gw_error error = {0};
    gw_status status = options_parse(&chosen, argc, argv, &error);
    if (status == GW_END) {
        fputs(help, stdout);
        return 0;
    }
    connect_fill(&chosen.connect, &chosen.config.client);
    if (status == GW_OK)
        status = map_serve(&chosen, &error);
    connect_wipe(&chosen.connect);
    return status == GW_OK ? 0 : command_fail("map", &error);
}
