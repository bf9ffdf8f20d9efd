/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/core_impl.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "daemon/notify.h"
#include "daemon/thread.h"

enum { TURN_MS = 20, READY_MS = 5000, PUBLISHED_MS = 2000 };

static void turn(void *user)
{
    gw_core *core = user;
    gw_supervisor_tick(core->supervisor);
}

static void pause_turn(void)
{
    const struct timespec step = {.tv_nsec = TURN_MS * 1000000};
    nanosleep(&step, NULL);
}

static gw_status navigator_create(gw_core *core, const gw_origin *lane, gw_error *error)
{
    const gw_config_gnss *gnss = &core->options->config.gnss;
    double heading_deg = lane->is_known ? lane->heading_deg : (double)NAN;
    return gnss->uri[0] ? gw_navigator_create(gnss, heading_deg, &core->navigator, error) : GW_OK;
}

/* Recordings stand in a folder beside the journal. */
static gw_status recorder_create(gw_core *core, gw_feed *const feeds[GW_KIND_COUNT],
                                 gw_error *error)
{
    char folder[GW_CONFIG_TEXT_MAX + 16];
    const char *journal = core->options->config.journal, *slash = strrchr(journal, '/');
    snprintf(folder, sizeof folder, "%.*srecordings", slash ? (int)(slash - journal + 1) : 0,
             journal);
    return gw_recorder_create(feeds, folder, &core->recorder, error);
}

static gw_status parts_create(gw_core *core, gw_error *error)
{
    gw_calibration values;
    gw_detect_config detect = {.far_per_m = core->options->config.far_per_m,
                               .speed_m_per_ns = core->options->config.speed_m_per_ns,
                               .balance = core->options->config.balance,
                               .array = core->options->config.array,
                               .findings = &core->findings};
    const gw_stream *streams[GW_KIND_COUNT] = {NULL};
    gw_survey_config survey = {.bell = &core->findings, .balance = detect.balance.mode};
    gw_status status = core_sources_open(core, error);
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        if (core->acquires[kind]) {
            detect.feeds[kind] = survey.feeds[kind] = gw_acquire_feed(core->acquires[kind]);
            streams[kind] = detect.feeds[kind]->stream;
        }
    survey.posture = gw_posture_limits(&core->options->config.survey, streams);
    if (status == GW_OK)
        status = core_calibration_open(core, error);
    if (core->calibration) {
        gw_calibration_values(core->calibration, &values);
        detect.calibration = &values;
    }
    if (status == GW_OK)
        status = gw_detect_create(&detect, &core->blocks, &core->detect, error);
    if (status == GW_OK)
        status = core_outputs_open(core, error);
    if (status != GW_OK)
        return status;
    gw_detect_show(core->detect, &core->page->pictures);
    status = recorder_create(core, detect.feeds, error);
    if (status != GW_OK)
        return status;
    gw_detect_record(core->detect, core->recorder);
    survey.findings = gw_detect_findings(core->detect);
    survey.place = core_place(core);
    status = navigator_create(core, &survey.place, error);
    survey.navigator = core->navigator;
    survey.store = core->store;
    survey.alarm = core->alarm;
    if (status == GW_OK)
        status = gw_survey_create(&survey, &core->survey, error);
    if (status != GW_OK)
        return status;
    gw_supervisor_config supervisor = {.detect = core->detect,
                                       .survey = core->survey,
                                       .navigator = core->navigator,
                                       .store = core->store,
                                       .alarm = core->alarm,
                                       .gate = core->gate,
                                       .recorder = core->recorder,
                                       .page = core->page,
                                       .calibration = core->calibration,
                                       .device = core->options->config.device,
                                       .posture = survey.posture};
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        supervisor.acquires[kind] = core->acquires[kind];
    return gw_supervisor_create(&supervisor, &core->supervisor, error);
}

static gw_status status_of_exit(int exit_status)
{
    static const gw_status known[] = {GW_EUSAGE, GW_EFORMAT, GW_ENOENT, GW_EIO, GW_ECONFIG};
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        if (gw_status_exit(known[k]) == exit_status)
            return known[k];
    return GW_EINTERNAL;
}

/* A gate that cannot bind at the start is a mistake to be told; later it is started again. */
static gw_status gate_await(gw_core *core, gw_error *error)
{
    for (int waited = 0; waited < READY_MS && !gw_gate_is_ready(core->gate); waited += TURN_MS) {
        turn(core);
        if (gw_gate_early_exit(core->gate) >= 0)
            return gw_error_set(error, status_of_exit(gw_gate_early_exit(core->gate)),
                                "the gate could not start");
        pause_turn();
    }
    if (!gw_gate_is_ready(core->gate))
        gw_log("groundwatchd: the gate is not ready after 5 s; sensing without it");
    return GW_OK;
}

static gw_status parts_start(gw_core *core, gw_error *error)
{
    gw_status status = gw_store_start(core->store, error);
    if (status == GW_OK && core->navigator)
        status = gw_navigator_start(core->navigator, error);
    if (status == GW_OK)
        status = gw_survey_start(core->survey, error);
    if (status == GW_OK)
        status = gw_detect_start(core->detect, error);
    if (status != GW_OK)
        return status;
    core_announce(core);
    status = gate_await(core, error);
    if (status != GW_OK)
        return status;
    core_session_start(core);
    mlockall(MCL_CURRENT); /* where it is allowed; else pages may be swapped out */
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        if (core->acquires[kind])
            gw_acquire_go(core->acquires[kind]);
    return GW_OK;
}

gw_status gw_core_create(const gw_options *options, gw_core **out, gw_error *error)
{
    gw_core *core = calloc(1, sizeof *core);
    *out = NULL;
    if (!core)
        return gw_error_set(error, GW_ENOMEM, "out of memory");
    core->options = options;
    core->blocks.fd = core->findings.fd = -1;
    gw_status status = gw_bell_create(&core->blocks, error);
    if (status == GW_OK)
        status = gw_bell_create(&core->findings, error);
    if (status == GW_OK)
        status = parts_create(core, error);
    if (status == GW_OK)
        status = parts_start(core, error);
    if (status == GW_OK)
        *out = core;
    else
        gw_core_destroy(core);
    return status;
}

bool gw_core_turn(gw_core *core)
{
    turn(core);
    if (gw_gate_is_ready(core->gate))
        gw_notify_ready();
    return core->options->stays || !gw_detect_has_ended(core->detect);
}

static void sources_stop(gw_core *core)
{
    void (*idle)(void *) = core->supervisor ? turn : NULL;
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        if (core->acquires[kind])
            gw_acquire_stop(core->acquires[kind]);
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        if (core->acquires[kind] && !gw_acquire_join(core->acquires[kind], idle, core))
            core->is_hung = true;
}

static gw_status recordings_check(gw_core *core, gw_error *error)
{
    for (int kind = 0; kind < GW_KIND_COUNT; kind++) {
        gw_error trouble;
        if (core->acquires[kind] &&
            atomic_load(&gw_acquire_feed(core->acquires[kind])->state) == GW_FEED_FAILED) {
            gw_acquire_trouble(core->acquires[kind], &trouble);
            return gw_error_set(error, trouble.status, "%s", trouble.text);
        }
    }
    return GW_OK;
}

/* Until the gate has sent what is in the journal, so that who listens gets it live. */
static void published_await(gw_core *core)
{
    gw_link_report report;
    gw_store_report(core->store, &report);
    for (int waited = 0; waited < PUBLISHED_MS && gw_gate_is_ready(core->gate) &&
                         gw_gate_published(core->gate) < report.newest_seq;
         waited += TURN_MS) {
        turn(core);
        pause_turn();
    }
}

gw_status gw_core_stop(gw_core *core, const char *reason, gw_error *error)
{
    uint64_t n_left = 0;
    core->is_stopped = true;
    gw_supervisor_stop(core->supervisor);
    sources_stop(core);
    core->is_hung |= !gw_detect_stop(core->detect, turn, core);
    core->is_hung |= !gw_survey_stop(core->survey, turn, core);
    core->is_hung |= !gw_recorder_stop(core->recorder, turn, core);
    if (core->navigator)
        core->is_hung |= !gw_navigator_stop(core->navigator, turn, core);
    core_session_stop(core, reason);
    core->is_hung |= !gw_store_stop(core->store, turn, core, &n_left);
    published_await(core);
    gw_gate_stop(core->gate, turn, core);
    if (core->is_hung)
        return gw_error_set(error, GW_EINTERNAL, "a thread hangs and was left");
    if (n_left)
        return gw_error_set(error, GW_EIO, "%llu records are in no journal",
                            (unsigned long long)n_left);
    return recordings_check(core, error);
}

/* After a failed start the threads may run; after stop there is nothing left to end. */
static void threads_end(gw_core *core)
{
    uint64_t n_left;
    sources_stop(core);
    if (core->detect)
        core->is_hung |= !gw_detect_stop(core->detect, NULL, NULL);
    if (core->survey)
        core->is_hung |= !gw_survey_stop(core->survey, NULL, NULL);
    if (core->recorder)
        core->is_hung |= !gw_recorder_stop(core->recorder, NULL, NULL);
    if (core->navigator)
        core->is_hung |= !gw_navigator_stop(core->navigator, NULL, NULL);
    if (core->store)
        core->is_hung |= !gw_store_stop(core->store, NULL, NULL, &n_left);
}

void gw_core_destroy(gw_core *core)
{
    if (!core)
        return;
    if (!core->is_stopped)
        threads_end(core);
    gw_gate_destroy(core->gate);
    if (core->is_hung) /* it may still use what would be freed; the process ends */
        return;
    gw_supervisor_destroy(core->supervisor);
    gw_survey_destroy(core->survey);
    gw_recorder_destroy(core->recorder);
    gw_navigator_destroy(core->navigator);
    gw_store_destroy(core->store);
    gw_journal_close(core->journal);
    gw_alarm_destroy(core->alarm);
    gw_detect_destroy(core->detect);
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        gw_acquire_destroy(core->acquires[kind]);
    gw_bell_destroy(&core->blocks);
    gw_bell_destroy(&core->findings);
    gw_calibration_file_destroy(core->calibration);
    if (core->page)
        munmap(core->page, sizeof *core->page);
    free(core);
}
