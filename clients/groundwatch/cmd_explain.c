/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/groundwatch/command.h"
#include "clients/groundwatch/explain.h"

static const char help[] =
    "usage: groundwatch explain ID --journal FILE [OPTIONS] RECORDING\n\n"
    "Computes a decision anew from the recording of its samples, shows what it rests on, and "
    "holds\n"
    "it against what the daemon's journal says: the same, bit for bit, on the machine that made "
    "it.\n\n"
    "  --journal FILE      the daemon's journal\n"
    "  --calibration FILE  the calibration that was in force\n"
    "  --png DIR           also DIR/NAME.png: what the radar's chain saw, stage by stage, and\n"
    "                      DIR/NAME-md.png: what the metal detector's had around the decision\n\n"
    "Exit status: 0 the same, or within 1e-5 (that is said); 65 it differs, or nothing of it comes "
    "out\nof the recording; 64 usage, 66 no such file or ID, 74 I/O, 78 calibration.\n";

typedef struct options {
    const char *id, *journal, *calibration, *pictures, *recording;
} options;

static int usage(const char *text)
{
    fprintf(stderr, "groundwatch explain: %s\n", text);
    return gw_status_exit(GW_EUSAGE);
}

/* -1: go on; else the exit status. */
static int options_parse(int argc, char **argv, options *chosen)
{
    static const struct option known[] = {{"journal", required_argument, NULL, 'j'},
                                          {"calibration", required_argument, NULL, 'c'},
                                          {"png", required_argument, NULL, 'p'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    for (int option; (option = getopt_long(argc, argv, "h", known, NULL)) != -1;)
        switch (option) {
        case 'j':
            chosen->journal = optarg;
            break;
        case 'c':
            chosen->calibration = optarg;
            break;
        case 'p':
            chosen->pictures = optarg;
            break;
        case 'h':
            fputs(help, stdout);
            return 0;
        default:
            return gw_status_exit(GW_EUSAGE); /* getopt has said why */
        }
    if (argc - optind != 2)
        return usage("an ID and a recording are needed");
    if (!chosen->journal)
        return usage("--journal FILE is needed");
    chosen->id = argv[optind];
    chosen->recording = argv[optind + 1];
    return -1;
}

/* As the daemon took the ground then. */
static gw_balance balance_then(const json_t *session)
{
    const char *mode = json_string_value(json_object_get(session, "balance"));
    gw_balance balance = {.mode = gw_balance_parse(mode ? mode : "tracking")};
    size_t k;
    const json_t *phase;
    json_array_foreach(json_object_get(session, "ground_phase_deg"), k, phase)
    {
        if (k < GW_TONES_MAX)
            balance.phase_deg[balance.n_phases++] = json_number_value(phase);
    }
    return balance;
}

/* Where the sensors stood on the head then. */
static void arms_then(const json_t *session, gw_arm arms[GW_KIND_COUNT])
{
    size_t k;
    const json_t *source;
    json_array_foreach(json_object_get(session, "sources"), k, source)
    {
        const json_t *arm = json_object_get(source, "lever_arm_m");
        const char *word = json_string_value(json_object_get(source, "kind"));
        for (int kind = 0; arm && word && kind < GW_KIND_COUNT; kind++)
            if (strcmp(word, gw_kind_name((gw_kind)kind)) == 0)
                arms[kind] =
                    (gw_arm){.is_known = true,
                             .forward_m = json_number_value(json_object_get(arm, "forward")),
                             .right_m = json_number_value(json_object_get(arm, "right")),
                             .up_m = json_number_value(json_object_get(arm, "up"))};
    }
}

/* With the rate that was wanted, the speed, the balance and the way with arrays that were
 * configured then, and the calibration that was in force. */
static gw_status decision_replay(const options *chosen, const gw_decision *decision,
                                 detect_result *result, look **looks, gw_error *error)
{
    gw_calibration_file *calibration = NULL;
    detect_job job = {
        .path = chosen->recording,
        .calibration_path = chosen->calibration,
        .has_pictures = chosen->pictures != NULL,
        .far_per_m = json_number_value(json_object_get(decision->session, "far_per_m")),
        .speed_m_per_ns = json_number_value(json_object_get(decision->session, "speed_m_per_ns")),
        .balance = balance_then(decision->session),
        .array =
            gw_array_way_parse(json_string_value(json_object_get(decision->session, "array")))};
    gw_status status;
    arms_then(decision->session, job.arms);
    status = explain_looks_create(decision, looks, &job.n_looks, error);
    job.looks = *looks;
    if (status == GW_OK && chosen->calibration)
        status = gw_calibration_file_load(chosen->calibration, &calibration, error);
    job.calibration = calibration;
    if (status == GW_OK)
        status = detect_run(&job, result, error);
    if (status == GW_OK && chosen->pictures)
        status = explain_draw(&job, result, chosen->pictures, error);
    gw_calibration_file_destroy(calibration);
    return status;
}

int command_explain(int argc, char **argv)
{
    options chosen = {.id = NULL};
    gw_error error = {0};
    gw_decision decision;
    detect_result result = {.n = 0};
    look *looks = NULL;
    bool agrees = false;
    int early = options_parse(argc, argv, &chosen);
    if (early >= 0)
        return early;
    gw_status status = gw_decision_find(chosen.journal, chosen.id, &decision, &error);
    if (status != GW_OK)
        return command_fail("explain", &error);
    status = decision_replay(&chosen, &decision, &result, &looks, &error);
    if (status == GW_OK)
        agrees = explain_print(&decision, &result, looks, stdout);
    free(looks);
    detect_free(&result);
    gw_decision_free(&decision);
    if (status != GW_OK)
        return command_fail("explain", &error);
    return agrees ? 0 : gw_status_exit(GW_EFORMAT);
}
