/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/command.h"
#include "clients/groundwatch/port.h"
#include "drivers/emulator/emulator.h"
#include "drivers/emulator/fault_plan.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char help[] =
    "usage: groundwatch emulate [--port N] [--port-file F] [--speed X] [--loop] [--fault F]...\n"
    "                           RECORDING|SCENE\n\n"
    "Play a recording, a collection or a scene as IIO devices (gw-gpr, gw-md, gw-pose) over the\n"
    "network protocol of iiod, on loopback only, until it is interrupted.\n\n"
    "  --port N       listen on this port; 0 (the default): on any free one\n"
    "  --port-file F  write the port to F once it listens\n"
    "  --speed X      play X times as fast as it was recorded (0.01..1000; 1)\n"
    "  --loop         begin again at the end\n"
    "  --fault F      let something go wrong: kind=K[,at=TIME][,for=TIME][,device=gw-md]...\n\n"
    "The clock starts when the first client opens a device. Whatever it serves is marked as\n"
    "emulated, and everything derived from it must be.\n\n"
    "A fault begins at a time after the first client came (500ms, 3s, 2min, 1h), or at once, and\n"
    "lasts for a time, or until it is taken away. TIME is real time, whatever the speed. While it\n"
    "plays, the debug attribute `fault` of a device takes one more (iio_attr -D), or `none`.\n\n";

static void faults_help_print(void)
{
    printf("%-11s%-15s%s\n", "kind", "", "what it does");
    for (int k = 0; k < GW_FAULT_COUNT; k++) {
        gw_fault_kind kind = (gw_fault_kind)k;
        char number[32] = "";
        if (gw_fault_key(kind)[0])
            snprintf(number, sizeof number, "[,%s=%s]", gw_fault_key(kind),
                     strcmp(gw_fault_key(kind), "by") == 0 ? "TIME" : "N");
        printf("%-11s%-15s%s\n", gw_fault_word(kind), number, gw_fault_meaning(kind));
    }
}

typedef struct emulate_options {
    gw_emulator_config config;
    const char *port_file;
    bool help;
    gw_fault faults[GW_FAULTS_MAX];
} emulate_options;

static gw_status speed_parse(const char *text, double *speed, gw_error *error)
{
    char *end;
    *speed = strtod(text, &end);
    if (end == text || *end || !(*speed >= 0.01 && *speed <= 1000))
        return gw_error_set(error, GW_EUSAGE, "--speed %s: must be a number in 0.01..1000", text);
    return GW_OK;
}

static gw_status fault_take(const char *text, emulate_options *options, gw_error *error)
{
    if (options->config.n_faults == GW_FAULTS_MAX)
        return gw_error_set(error, GW_EUSAGE, "--fault %s: more than %d", text, GW_FAULTS_MAX);
    gw_status status =
        gw_fault_parse(text, strlen(text), &options->faults[options->config.n_faults], error);
    options->config.n_faults += status == GW_OK;
    return status;
}

static gw_status options_parse(int argc, char **argv, emulate_options *options, gw_error *error)
{
    static const struct option names[] = {{"port", required_argument, NULL, 'p'},
                                          {"port-file", required_argument, NULL, 'f'},
                                          {"speed", required_argument, NULL, 's'},
                                          {"loop", no_argument, NULL, 'l'},
                                          {"fault", required_argument, NULL, 'F'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    gw_status status = GW_OK;
    int option;
    opterr = 0;
    optind = 1;
    while (status == GW_OK && (option = getopt_long(argc, argv, ":h", names, NULL)) != -1) {
        switch (option) {
        case 'p':
            status = port_parse(optarg, &options->config.port, error);
            break;
        case 'f':
            options->port_file = optarg;
            break;
        case 's':
            status = speed_parse(optarg, &options->config.speed, error);
            break;
        case 'l':
            options->config.loop = true;
            break;
        case 'F':
            status = fault_take(optarg, options, error);
            break;
        case 'h':
            options->help = true;
            return GW_OK;
        case ':':
            return gw_error_set(error, GW_EUSAGE, "%s needs a value", argv[optind - 1]);
        default:
            return gw_error_set(error, GW_EUSAGE, "unknown option %s (see --help)",
                                argv[optind - 1]);
        }
    }
    if (status == GW_OK && optind + 1 != argc)
        return gw_error_set(error, GW_EUSAGE, "give one recording or scene (see --help)");
    options->config.path = status == GW_OK ? argv[optind] : NULL;
    options->config.faults = options->faults;
    return status;
}

static void notes_print(const char *notes)
{
    while (*notes) {
        size_t n = strcspn(notes, "\n");
        fprintf(stderr, "groundwatch emulate: note: %.*s\n", (int)n, notes);
        notes += n + (notes[n] == '\n');
    }
}

/* Blocked before any thread starts, so that only sigwait sees them. */
static sigset_t signals_block(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    return signals;
}

int command_emulate(int argc, char **argv)
{
    emulate_options options = {.port_file = NULL};
    gw_emulator *emulator = NULL;
    gw_error error = {.status = GW_OK};
    int signal_number;
    if (options_parse(argc, argv, &options, &error) != GW_OK)
        return command_fail(argv[0], &error);
    if (options.help) {
        fputs(help, stdout);
        faults_help_print();
        return 0;
    }
    sigset_t signals = signals_block();
    if (gw_emulator_create(&options.config, &emulator, &error) != GW_OK)
        return command_fail(argv[0], &error);
    notes_print(gw_emulator_notes(emulator));
    gw_status status = GW_OK;
    if (options.port_file)
        status = port_file_write(options.port_file, gw_emulator_port(emulator), &error);
    if (status == GW_OK) {
        fprintf(stderr, "groundwatch emulate: EMULATED %s; reach it at ip:127.0.0.1:%u\n",
                gw_emulator_summary(emulator), gw_emulator_port(emulator));
        sigwait(&signals, &signal_number);
    }
    gw_emulator_destroy(emulator);
    return status == GW_OK ? 0 : command_fail(argv[0], &error);
}
