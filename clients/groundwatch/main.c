/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/command.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *help;
} commands[] = {
    {"ask", command_ask,
     "ask a daemon for its state, to mute its alarm, to record its configuration"},
    {"calibrate", command_calibrate, "measure a device, and check it with a test piece"},
    {"detect", command_detect, "find targets in recordings; one JSON object a line"},
    {"emulate", command_emulate, "play a recording or a scene as IIO devices"},
    {"explain", command_explain, "compute a decision anew, and hold it against the journal"},
    {"info", command_info, "say what a recording or an IIO context holds"},
    {"keys", command_keys, "make keys, and say who may listen and command"},
    {"log", command_log, "keep every record in a GeoPackage, GeoJSON or lines; sum them up"},
    {"map", command_map, "serve a page: ground searched, indications, live pictures, state"},
    {"outcome", command_outcome, "record what was dug up"},
    {"record", command_record, "write any source or scene as a SigMF recording"},
    {"score", command_score, "compare detections with known targets: found, false alarms, limits"},
    {"watch", command_watch, "show a daemon's states, coverage and detections"},
};

static void help_print(FILE *to)
{
    fputs("usage: groundwatch COMMAND [OPTIONS] ...\n\n"
          "Anomaly detection for humanitarian demining: ground-penetrating radar and metal "
          "detector.\n"
          "It reports indications. No indication does not mean that the ground holds no mine.\n"
          "It is not certified for clearance.\n\n",
          to);
    for (size_t k = 0; k < sizeof commands / sizeof *commands; k++)
        fprintf(to, "  %-9s %s\n", commands[k].name, commands[k].help);
    fputs("\n`groundwatch COMMAND --help` says more.\n", to);
}

int command_fail(const char *name, const gw_error *error)
{
    fprintf(stderr, "groundwatch %s: %s\n", name,
            error->text[0] ? error->text : gw_status_text(error->status));
    return gw_status_exit(error->status);
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        help_print(stdout);
        return 0;
    }
    if (argc >= 2 && strcmp(argv[1], "--version") == 0) {
        puts("groundwatch " GW_VERSION);
        return 0;
    }
    for (size_t k = 0; argc >= 2 && k < sizeof commands / sizeof *commands; k++)
        if (strcmp(argv[1], commands[k].name) == 0)
            return commands[k].run(argc - 1, argv + 1);
    if (argc >= 2)
        fprintf(stderr, "groundwatch: unknown command '%s'\n", argv[1]);
    help_print(stderr);
    return gw_status_exit(GW_EUSAGE);
}
