/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/supervisor.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/clock.h"
#include "daemon/clocks.h"
#include "daemon/health.h"
#include "daemon/message.h"
#include "daemon/notify.h"
#include "daemon/thread.h"
#include "daemon/travel.h"

enum { STAGES = 3 };

#define MS INT64_C(1000000)
static const int64_t health_every_ns = 10000 * MS, still_ns = 2000 * MS, alarm_ns = 1000 * MS;
static const int64_t blind_least_ns = 200 * MS; /* a flicker of samples is no sight */
static const int64_t kick_ns = 5000 * MS;       /* a read that hangs so long is ended */
static const int64_t doubt_every_ns = 1000 * MS, unfused_ns = 1000 * MS;
static const double still_m = 0.01;

/* A thread whose turns must go on. */
typedef struct stage {
    uint64_t turns;
    int64_t changed_ns, limit_ns;
} stage;

struct gw_supervisor {
    gw_supervisor_config config;
    gw_link_report report;
    stage stages[STAGES]; /* detect, survey, store */
    int64_t blind_until_ns[GW_KIND_COUNT], returned_ns[GW_KIND_COUNT];
    uint64_t n_returns[GW_KIND_COUNT];
    int64_t set_ns[GW_KIND_COUNT]; /* when its clock was last told to have been set */
    gw_travel travels[GW_KIND_COUNT];
    gw_clocks clocks;
    char doubt[GW_CALIBRATION_TEXT_MAX]; /* about the calibration; "": none */
    int64_t doubted_ns;
    double still_m;
    int64_t moved_ns, health_ns, start_ns;
    bool is_stopping;
};

static int64_t age(int64_t then, int64_t now)
{
    return then ? now - then : INT64_MAX;
}

/* A live read that neither gives samples nor says why is ended; the source is then opened anew. */
static void hang_watch(gw_supervisor *s, int kind, int64_t newest, int64_t now)
{
    gw_feed *feed = gw_acquire_feed(s->config.acquires[kind]);
    uint64_t n_returns = atomic_load(&feed->n_returns);
    if (n_returns != s->n_returns[kind] || newest > s->returned_ns[kind])
        s->returned_ns[kind] = now;
    s->n_returns[kind] = n_returns;
    int64_t limit = kick_ns > 10 * feed->block_ns ? kick_ns : 10 * feed->block_ns;
    if (feed->is_live && atomic_load(&feed->state) != GW_FEED_LOST &&
        now - s->returned_ns[kind] > limit) {
        s->returned_ns[kind] = now;
        gw_acquire_kick(s->config.acquires[kind]);
    }
}

/* A stream that is placed by the odometer: does the ground that the head goes over come out? */
static bool is_uncovered(gw_supervisor *s, int kind, bool is_covered)
{
    const gw_feed *feed = gw_acquire_feed(s->config.acquires[kind]);
    bool can_tell =
        kind != GW_KIND_POSE && feed->is_live && atomic_load(&feed->state) == GW_FEED_STREAMING;
    double along = can_tell ? gw_detect_along(s->config.detect) : (double)NAN;
    bool is =
        gw_travel_is_uncovered(&s->travels[kind], along, atomic_load(&feed->n_covers), is_covered);
    return can_tell && is;
}

/* How the head is held and moved now, as far as a live pose tells. */
static unsigned posture_watch(const gw_supervisor *s, int kind)
{
    const gw_link_sensor *pose = &s->report.sensors[GW_KIND_POSE];
    if (kind == GW_KIND_POSE || !pose->present || pose->state == GW_STATE_BLIND)
        return 0;
    return gw_posture_reasons(&s->config.posture, (gw_kind)kind, gw_detect_height(s->config.detect),
                              gw_detect_speed(s->config.detect));
}

static unsigned sensor_watch(gw_supervisor *s, int kind, int64_t now)
{
    gw_feed *feed = gw_acquire_feed(s->config.acquires[kind]);
    int64_t newest = atomic_load(&feed->newest_ns);
    uint32_t epoch = atomic_load(&feed->epoch);
    bool is_covered = atomic_load(&feed->covered) == 1 + (uint64_t)epoch;
    gw_health_feed seen = {.kind = (gw_kind)kind,
                           .is_live = feed->is_live,
                           .state = (gw_feed_state)atomic_load(&feed->state),
                           .age_ns = age(newest, now),
                           .block_ns = feed->block_ns,
                           .lost_age_ns = age(atomic_load(&feed->lost_ns), now),
                           .dropped_age_ns = age(atomic_load(&feed->dropped_ns), now),
                           .clipped_age_ns = age(atomic_load(&feed->clipped_ns), now),
                           .stuck_age_ns = age(atomic_load(&feed->stuck_ns), now),
                           .late_ns = atomic_load(&feed->late_ns),
                           .set_age_ns = age(atomic_load(&feed->set_ns), now),
                           .is_covered = is_covered,
                           .is_uncovered = is_uncovered(s, kind, is_covered),
                           .fill =
                               (double)gw_ring_fill(feed->ring) / (double)gw_ring_size(feed->ring)};
    for (int bit = 0; bit < GW_TROUBLES; bit++)
        seen.trouble_age_ns[bit] = age(atomic_load(&feed->trouble_ns[bit]), now);
    unsigned reasons = gw_health_sensor(&seen) | (feed->is_live ? posture_watch(s, kind) : 0);
    if (reasons & GW_REASON_NO_SAMPLES)
        s->blind_until_ns[kind] = now + blind_least_ns;
    else if (now < s->blind_until_ns[kind])
        reasons |= GW_REASON_NO_SAMPLES;
    hang_watch(s, kind, newest, now);
    atomic_store(&feed->reasons, reasons);
    s->report.sensors[kind] = (gw_link_sensor){.present = 1,
                                               .state = gw_state_of(reasons),
                                               .reasons = reasons,
                                               .epoch = epoch,
                                               .age_ns = newest ? now - newest : -1,
                                               .rows = atomic_load(&feed->rows),
                                               .lost_upstream = atomic_load(&feed->lost_upstream),
                                               .dropped_by_us = atomic_load(&feed->dropped_by_us)};
    return reasons;
}

/* Only a live head with a pose can be said to stand still. */
static bool is_standing(gw_supervisor *s, bool sees, int64_t now)
{
    const gw_acquire *pose = s->config.acquires[GW_KIND_POSE];
    double along = gw_detect_along(s->config.detect);
    bool can_tell = pose && gw_acquire_feed(s->config.acquires[GW_KIND_POSE])->is_live &&
                    s->report.sensors[GW_KIND_POSE].state != GW_STATE_BLIND && isfinite(along) &&
                    sees;
    if (!can_tell || !(fabs(along - s->still_m) < still_m)) {
        s->still_m = along;
        s->moved_ns = now;
    }
    return can_tell && now - s->moved_ns > still_ns;
}

/* It may expire while we search. */
static void calibration_watch(gw_supervisor *s, int64_t now)
{
    const gw_stream *streams[GW_KIND_COUNT] = {NULL};
    if (!s->config.calibration || (s->doubted_ns && now - s->doubted_ns < doubt_every_ns))
        return;
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        if (s->config.acquires[kind])
            streams[kind] = gw_acquire_feed(s->config.acquires[kind])->stream;
    s->doubted_ns = now;
    gw_calibration_doubt(s->config.calibration, streams, gw_clock_utc_ns(), s->doubt);
}

static unsigned clocks_watch(gw_supervisor *s, int64_t now)
{
    int64_t clock_ns[GW_KIND_COUNT] = {0};
    unsigned reasons = 0;
    for (int kind = 0; kind < GW_KIND_COUNT; kind++) {
        const gw_acquire *acquire = s->config.acquires[kind];
        const gw_feed *feed = acquire ? gw_acquire_feed(s->config.acquires[kind]) : NULL;
        if (!feed || atomic_load(&feed->state) != GW_FEED_STREAMING)
            continue;
        clock_ns[kind] = atomic_load(&feed->clock_ns);
        reasons |= s->report.sensors[kind].reasons & GW_REASON_CLOCK; /* of the odometer, too */
    }
    bool disagree = gw_clocks_disagree(&s->clocks, clock_ns, now);
    return disagree ? (unsigned)GW_REASON_CLOCK : reasons;
}

static void states_watch(gw_supervisor *s, int64_t now)
{
    gw_health_whole whole = {.common = 0};
    bool sees = false;
    for (int kind = 0; kind < GW_KIND_COUNT; kind++) {
        whole.present[kind] = s->config.acquires[kind] != NULL;
        if (!whole.present[kind])
            continue;
        whole.reasons[kind] = sensor_watch(s, kind, now);
        sees |= kind != GW_KIND_POSE && gw_state_of(whole.reasons[kind]) != GW_STATE_BLIND;
    }
    bool stands = is_standing(s, sees, now);
    gw_survey_stand(s->config.survey, stands, gw_detect_along(s->config.detect));
    if (stands)
        whole.common |= GW_REASON_NOT_MOVING;
    if (gw_survey_is_placeless(s->config.survey))
        whole.common |= GW_REASON_NO_POSE;
    if (s->config.navigator &&
        gw_navigator_find(s->config.navigator, now, &(gw_lever){0}).type == GW_FIX_NONE)
        whole.common |= GW_REASON_NO_FIX;
    if (gw_store_is_failing(s->config.store))
        whole.common |= GW_REASON_JOURNAL;
    if (!gw_gate_is_ready(s->config.gate))
        whole.common |= GW_REASON_GATE;
    if (age(gw_detect_unfused_ns(s->config.detect), now) < unfused_ns)
        whole.common |= GW_REASON_UNFUSED;
    if (gw_recorder_has_failed(s->config.recorder))
        whole.common |= GW_REASON_RECORDING;
    whole.common |= clocks_watch(s, now);
    calibration_watch(s, now);
    if (s->doubt[0])
        whole.common |= GW_REASON_CALIBRATION;
    if (s->is_stopping)
        whole.common |= GW_REASON_STOPPED;
    whole.is_alarm = age(gw_alarm_newest_ns(s->config.alarm), now) < alarm_ns;
    s->report.state = gw_health_overall(&whole, &s->report.reasons);
    bool has_pose = s->report.sensors[GW_KIND_POSE].state != GW_STATE_BLIND;
    double along = has_pose ? gw_detect_along(s->config.detect) : (double)NAN;
    s->report.along_m = isfinite(along) ? along : gw_survey_along(s->config.survey);
    s->report.is_recording = gw_recorder_is_running(s->config.recorder);
    s->report.muted_s = gw_alarm_muted_s(s->config.alarm);
    gw_store_report(s->config.store, &s->report);
}

static bool stages_alive(gw_supervisor *s, int64_t now)
{
    const uint64_t turns[STAGES] = {gw_detect_turns(s->config.detect),
                                    gw_survey_turns(s->config.survey),
                                    gw_store_turns(s->config.store)};
    bool alive = true;
    for (int k = 0; k < STAGES; k++) {
        if (turns[k] != s->stages[k].turns)
            s->stages[k].changed_ns = now;
        s->stages[k].turns = turns[k];
        alive = alive && now - s->stages[k].changed_ns < s->stages[k].limit_ns;
    }
    return alive;
}

static bool is_changed(const gw_link_report *was, const gw_link_report *is)
{
    bool differs = was->state != is->state || was->reasons != is->reasons;
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        differs |= was->sensors[kind].reasons != is->sensors[kind].reasons;
    return differs;
}

/* A record of the state at every change of it or of a sensor's reasons, and every 10 s; a line for
 * the operator at a change. */
static void health_tell(gw_supervisor *s, const gw_link_report *was, int64_t now)
{
    char text[600 + GW_CALIBRATION_TEXT_MAX];
    bool is_new = is_changed(was, &s->report) || !s->health_ns;
    if (!is_new && now - s->health_ns < health_every_ns)
        return;
    gw_health_text(&s->report, text, 600);
    if (s->report.reasons & GW_REASON_CALIBRATION)
        snprintf(text + strlen(text), sizeof text - strlen(text), " (%s)", s->doubt);
    if (is_new) {
        const char *name = gw_state_name((gw_state)s->report.state);
        gw_log("STATE %s%s%s", name, text[0] ? " " : "", text);
        gw_notify_state(name, text);
    }
    s->health_ns = now;
    gw_store_put(s->config.store, GW_RECORD_HEALTH, gw_clock_utc_ns(),
                 gw_message_health(&s->report, text[0] ? text : "samples come and are searched"));
}

static void troubles_tell(gw_supervisor *s)
{
    gw_error trouble;
    if (s->config.navigator && gw_navigator_trouble(s->config.navigator, &trouble))
        gw_log("groundwatchd: gnss: %s", trouble.text);
    for (int kind = 0; kind < GW_KIND_COUNT; kind++) {
        if (!s->config.acquires[kind])
            continue;
        const gw_feed *feed = gw_acquire_feed(s->config.acquires[kind]);
        const char *name = gw_kind_name((gw_kind)kind);
        int64_t set_ns = atomic_load(&feed->set_ns);
        if (gw_acquire_trouble(s->config.acquires[kind], &trouble))
            gw_log("groundwatchd: %s: %s", name, trouble.text);
        if (set_ns != s->set_ns[kind])
            gw_log("groundwatchd: %s: its clock was set by %+.3f s; its times go on as before",
                   name, (double)atomic_load(&feed->set_by_ns) * 1e-9);
        s->set_ns[kind] = set_ns;
    }
}

void gw_supervisor_tick(gw_supervisor *s)
{
    int64_t now = gw_clock_monotonic_ns();
    const gw_link_report was = s->report;
    gw_gate_tick(s->config.gate);
    states_watch(s, now);
    if (s->is_stopping || stages_alive(s, now)) {
        gw_link_publish(s->config.page, &s->report);
        gw_notify_alive(now);
    }
    if (s->is_stopping)
        return;
    troubles_tell(s);
    health_tell(s, &was, now);
}

gw_status gw_supervisor_create(const gw_supervisor_config *config, gw_supervisor **out,
                               gw_error *error)
{
    static const int64_t limits[STAGES] = {400 * MS, 400 * MS, 5000 * MS};
    int64_t now = gw_clock_monotonic_ns();
    gw_supervisor *s = calloc(1, sizeof *s);
    *out = s;
    if (!s)
        return gw_error_set(error, GW_ENOMEM, "supervisor: out of memory");
    s->config = *config;
    s->moved_ns = now;
    for (int k = 0; k < STAGES; k++)
        s->stages[k] = (stage){.limit_ns = limits[k], .changed_ns = now};
    memcpy(s->report.device, config->device, strnlen(config->device, sizeof s->report.device - 1));
    for (int kind = 0; kind < GW_KIND_COUNT; kind++) {
        s->returned_ns[kind] = now;
        if (config->acquires[kind])
            s->report.emulated |= gw_acquire_feed(config->acquires[kind])->stream->emulated;
    }
    return GW_OK;
}

void gw_supervisor_stop(gw_supervisor *supervisor)
{
    supervisor->is_stopping = true;
    gw_notify_stopping();
}

void gw_supervisor_destroy(gw_supervisor *supervisor)
{
    free(supervisor);
}
