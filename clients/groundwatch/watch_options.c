/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/watch_impl.h"

#include <math.h>
#include <stdlib.h>

const char watch_usage[] =
    "usage: groundwatch watch [--live ENDPOINT] [--replay ENDPOINT] [--key FILE --server-key KEY]\n"
    "                         [--history] [--lines | --json] [--by NAME] [--timeout S]\n"
    "                         [--sound] [--sound-device NAME] [--wav FILE] [--mute]\n"
    "                         [--pinpoint]\n"
    "                         [--truth FILE.csv --until METRES]\n\n"
    "Shows a daemon's states, the head's place, live signals and alarms. On a terminal it fills "
    "the\n"
    "screen, and alarms can be acknowledged; else it prints a line for each thing that happens. "
    "BLIND\n"
    "means that nothing is known; no indication does not mean that the ground holds no "
    "mine.\n\n" CONNECT_USAGE "  --history          begin with the oldest record of the journal\n"
    "  --lines            lines on a terminal too\n"
    "  --json             each record as one line of JSON (CloudEvents); the rest on standard "
    "error\n"
    "  --by NAME          who acknowledges alarms (else $USER)\n"
    "  --sound            let it be heard: metal detector's tone, radar's clicks, alarms, faults, "
    "and a\n"
    "                     tick each second that says that all this lives\n"
    "  --sound-device N   play on this device of ALSA; implies --sound (else: default)\n"
    "  --wav FILE         write what is heard; alone or besides --sound\n"
    "  --mute             begin muted: no tone, click or alarm sound; faults are always heard\n"
    "  --pinpoint         begin in pinpoint (key p): the tone says where the metal is strongest\n"
    "  --timeout S        end after S seconds (with --truth: 60, and then it is a failure)\n"
    "  --truth, --until   end when the lane is covered up to METRES, compare the session with the\n"
    "                     truth (along_m,class,name,depth_m,diameter_m); exit 0 only if it was\n"
    "                     covered without a hole and a target was found. Implies --history\n";

static gw_status real_parse(const char *name, double *out, gw_error *error)
{
    char *end;
    *out = strtod(optarg, &end);
    if (end == optarg || *end || !(*out > 0) || *out > 1e6)
        return gw_error_set(error, GW_EUSAGE, "--%s: %s: a number above 0 expected", name, optarg);
    return GW_OK;
}

static bool flag_take(watch_options *w, int option)
{
    bool *flag = option == 'H'   ? &w->history
                 : option == 'j' ? &w->json
                 : option == 'L' ? &w->lines
                 : option == 'm' ? &w->is_muted
                 : option == 'p' ? &w->is_pinpoint
                                 : NULL;
    if (flag)
        *flag = true;
    return flag != NULL;
}

static gw_status option_take(watch_options *w, int option, gw_error *error)
{
    if (connect_owns(option))
        return connect_take(&w->connect, option, optarg, error);
    if (flag_take(w, option))
        return GW_OK;
    switch (option) {
    case 't':
        w->truth_path = optarg;
        w->history = true;
        return GW_OK;
    case 'b':
        w->by = optarg;
        return GW_OK;
    case 'S':
        w->sound.device = w->sound.device ? w->sound.device : "default";
        return GW_OK;
    case 'D':
        w->sound.device = optarg;
        return GW_OK;
    case 'w':
        w->sound.wav_path = optarg;
        return GW_OK;
    case 'u':
        return real_parse("until", &w->until_m, error);
    case 's':
        return real_parse("timeout", &w->timeout_s, error);
    case 'h':
        return GW_END;
    default:
        return gw_error_set(error, GW_EUSAGE, "unknown option, or one without its value");
    }
}

/* What goes together, and what is meant when nothing is said. */
static gw_status options_complete(watch_options *w, gw_error *error)
{
    if ((w->truth_path == NULL) != (isnan(w->until_m) != 0))
        return gw_error_set(error, GW_EUSAGE, "--truth and --until go together");
    gw_status status = connect_complete(&w->connect, error);
    if (status == GW_OK && !w->connect.replay[0] && w->history)
        status = gw_error_set(error, GW_EUSAGE, "--history and --truth need --replay");
    if (status == GW_OK && w->is_muted && !w->sound.device && !w->sound.wav_path)
        status = gw_error_set(error, GW_EUSAGE, "--mute: needs --sound or --wav");
    if (w->truth_path && isnan(w->timeout_s))
        w->timeout_s = 60;
    if (!w->by || !*w->by)
        w->by = getenv("USER");
    return status;
}

gw_status watch_options_parse(watch_options *w, int argc, char **argv, gw_error *error)
{
    static const struct option known[] = {CONNECT_OPTIONS,
                                          {"history", no_argument, NULL, 'H'},
                                          {"json", no_argument, NULL, 'j'},
                                          {"lines", no_argument, NULL, 'L'},
                                          {"by", required_argument, NULL, 'b'},
                                          {"sound", no_argument, NULL, 'S'},
                                          {"sound-device", required_argument, NULL, 'D'},
                                          {"wav", required_argument, NULL, 'w'},
                                          {"mute", no_argument, NULL, 'm'},
                                          {"pinpoint", no_argument, NULL, 'p'},
                                          {"truth", required_argument, NULL, 't'},
                                          {"until", required_argument, NULL, 'u'},
                                          {"timeout", required_argument, NULL, 's'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    gw_status status = GW_OK;
    int option;
    *w = (watch_options){.until_m = (double)NAN, .timeout_s = (double)NAN};
    opterr = 0;
    while (status == GW_OK && (option = getopt_long(argc, argv, "h", known, NULL)) != -1)
        status = option_take(w, option, error);
    if (status == GW_OK && optind < argc)
        status = gw_error_set(error, GW_EUSAGE, "%s: not expected", argv[optind]);
    return status == GW_OK ? options_complete(w, error) : status;
}
