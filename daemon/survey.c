/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/survey.h"

#include <math.h>
#include <stdlib.h>

#include "daemon/clock.h"
#include "daemon/terrain.h"
#include "daemon/message.h"
#include "daemon/stretch.h"
#include "daemon/thread.h"

enum { TURN_MS = 50, JOIN_MS = 10000 };

static const int64_t stretch_ns = 1000000000, posture_held_ns = 200000000;
static const double left_s[] = {[GW_KIND_GPR] = 0.2, [GW_KIND_MD] = 0.02};
static const int64_t epoch_1973_ns = 100000000000000000; /* a clock below it is not UTC */
static const double stretch_m = 1;                       /* where no time is known */
static const double record_far_per_m = 1; /* candidates commoner than this are not recorded */

struct gw_survey {
    gw_survey_config config;
    pthread_t thread;
    bool is_started;
    gw_life *life;
    gw_stretch stretches[GW_KIND_COUNT];
    uint64_t n_lost[GW_KIND_COUNT];        /* rows missing since the last coverage */
    unsigned posture[GW_KIND_COUNT];       /* reasons of the ground gathered now */
    int64_t posture_ns[GW_KIND_COUNT][32]; /* when each was seen last, the stream's clock */
    gw_terrain *terrain;
    _Atomic bool is_stopping, is_placeless, is_standing;
    _Atomic double standing_m;
    int64_t stood_ns; /* until then it was said, CLOCK_MONOTONIC */
    _Atomic uint64_t turns;
    _Atomic double along_m;
};

/* Where the head was at a time of a stream. Of a recording nothing is known: the receiver tells of
 * today. */
static gw_fix place_find(gw_survey *survey, gw_kind kind, int64_t time_ns, double right_m)
{
    const gw_feed *feed = survey->config.feeds[kind];
    if (!feed || !feed->is_live || time_ns < epoch_1973_ns)
        return (gw_fix){.type = GW_FIX_NONE};
    int64_t clock_ns = atomic_load(&feed->clock_ns);
    if (!clock_ns)
        clock_ns = gw_clock_utc_ns() - gw_clock_monotonic_ns();
    const gw_arm *arm = &feed->stream->arm;
    const gw_lever point = {.forward_m = arm->forward_m,
                            .right_m = isfinite(right_m) ? right_m : arm->right_m};
    return gw_navigator_find(survey->config.navigator, time_ns - clock_ns, &point);
}

/* Ground whose place was reckoned is not where it is said to be: no cell is searched by it. */
static void ground_take(gw_survey *survey, const gw_coverage *c, const gw_message_place *place,
                        unsigned reasons)
{
    if (gw_state_of(reasons) != GW_STATE_BLIND && !(c->reckoned_s > 0))
        gw_terrain_search(survey->terrain, c, place);
    else
        gw_terrain_break(survey->terrain, c->sensor);
}

static void coverage_put(gw_survey *survey, gw_kind kind, const gw_coverage *c, unsigned reasons)
{
    gw_fix from, to;
    gw_message_place place = {.lane = &survey->config.place};
    if (survey->config.navigator) {
        from = place_find(survey, kind, c->from_ns, (double)NAN);
        to = place_find(survey, kind, c->to_ns, (double)NAN);
        place.from = &from;
        place.fix = &to;
        if (from.type == GW_FIX_NONE || to.type == GW_FIX_NONE)
            reasons |= GW_REASON_NO_FIX;
    }
    bool is_standing = reasons & GW_REASON_NOT_MOVING;
    if (!is_standing)
        ground_take(survey, c, &place, reasons);
    const gw_message_coverage_extra extra = {.n_lost = survey->n_lost[kind],
                                             .reasons = reasons,
                                             .state = gw_state_of(reasons),
                                             .is_standing = is_standing,
                                             .place = place};
    survey->n_lost[kind] = 0;
    gw_store_put(survey->config.store, GW_RECORD_COVERAGE, gw_clock_utc_ns(),
                 gw_message_coverage(c, &extra));
}

static void stretch_close(gw_survey *survey, gw_kind kind)
{
    const gw_feed *feed = survey->config.feeds[kind];
    gw_coverage ground;
    /* This ground was learnt and searched, its rows came: what the newest turn of the supervisor
     * says of samples that do not come any more is not about it. */
    const unsigned seen = GW_REASON_STARTING | GW_REASON_LEARNING | GW_REASON_NO_SAMPLES |
                          GW_REASON_NO_DEVICE | GW_REASON_LATE | GW_REASON_UNCOVERED |
                          GW_REASON_TOO_HIGH | GW_REASON_TOO_FAST;
    unsigned reasons = feed ? atomic_load(&feed->reasons) & ~seen : 0;
    if (!gw_stretch_close(&survey->stretches[kind], &ground))
        return;
    if (!isfinite(ground.to_m))
        reasons |= GW_REASON_NO_POSE;
    coverage_put(survey, kind, &ground, reasons | survey->posture[kind]);
}

/* The head may have leapt over it. */
static unsigned hole_reasons(const gw_survey *survey, gw_kind kind, const gw_coverage *hole)
{
    bool is_placed = isfinite(hole->to_m) && !(hole->reckoned_s > 0);
    unsigned reasons = is_placed ? GW_REASON_UNCOVERED : GW_REASON_NO_POSE | GW_REASON_UNCOVERED;
    return reasons |
           gw_posture_reasons(&survey->config.posture, kind, (double)NAN, hole->speed_m_s);
}

/* Ground where the head was held or moved otherwise is told apart, by the greatest height. A reason
 * stays for a while, so that what is about at a limit makes one record and not many. Where the
 * speed is not known it is as before. */
static void posture_watch(gw_survey *survey, gw_kind kind, const gw_coverage *c)
{
    unsigned held = 0;
    unsigned reasons = gw_posture_reasons(&survey->config.posture, kind,
                                          fmax(c->height_most_m, c->height_m), c->speed_m_s);
    if (!isfinite(c->speed_m_s))
        reasons |= survey->posture[kind] & GW_REASON_TOO_FAST;
    reasons |= gw_posture_unknown(c->reckoned_s, c->is_head_forgotten);
    for (unsigned bit = 0; bit < 32; bit++) {
        int64_t *seen_ns = &survey->posture_ns[kind][bit];
        if (reasons & 1u << bit)
            *seen_ns = c->to_ns;
        else if (survey->posture[kind] & 1u << bit && c->to_ns - *seen_ns < posture_held_ns &&
                 c->to_ns >= *seen_ns)
            held |= 1u << bit;
    }
    if ((reasons | held) != survey->posture[kind])
        stretch_close(survey, kind);
    survey->posture[kind] = reasons | held;
}

static void stretch_add(gw_survey *survey, gw_kind kind, const gw_coverage *c)
{
    gw_stretch *stretch = &survey->stretches[kind];
    const gw_coverage *ground = &stretch->ground;
    gw_coverage hole;
    if (gw_stretch_is_anew(stretch, c)) {
        stretch_close(survey, kind);
        gw_stretch_begin(stretch, c->first_row, c->from_ns);
    } else if (gw_stretch_hole(stretch, c, &hole)) {
        stretch_close(survey, kind);
        coverage_put(survey, kind, &hole, hole_reasons(survey, kind, &hole));
        gw_stretch_begin(stretch, hole.first_row + hole.n_rows, c->from_ns);
    }
    posture_watch(survey, kind, c);
    gw_stretch_add(stretch, c, gw_clock_monotonic_ns());
    double length_m = fabs(ground->to_m - ground->from_m);
    if (ground->from_ns ? ground->to_ns - ground->from_ns >= stretch_ns : length_m >= stretch_m)
        stretch_close(survey, kind);
}

static void coverage_take(gw_survey *survey, const gw_finding *finding)
{
    const gw_coverage *coverage = &finding->coverage;
    atomic_store(&survey->is_placeless, !isfinite(coverage->to_m));
    atomic_store(&survey->along_m, coverage->to_m);
    gw_life_cover(survey->life, coverage);
    stretch_add(survey, finding->kind, coverage);
}

static void detection_take(gw_survey *survey, const gw_finding *finding)
{
    const gw_detection *detection = &finding->detection;
    const gw_feed *feed = survey->config.feeds[finding->kind];
    if (detection->alarm)
        gw_alarm_raise(survey->config.alarm, detection);
    if (!detection->alarm && !detection->unlikely && !(detection->far_per_m <= record_far_per_m))
        return;
    gw_life_sight sight = {.detection = *detection,
                           .stream = feed ? feed->stream : NULL,
                           .epoch = finding->epoch,
                           .has_fix = survey->config.navigator != NULL};
    if (sight.has_fix)
        sight.fix = place_find(survey, finding->kind, detection->time_ns, detection->cross_m);
    sight.time_ns = detection->time_ns > epoch_1973_ns ? detection->time_ns : gw_clock_utc_ns();
    gw_life_take(survey->life, &sight);
}

static void detection_put(void *user, json_t *data, int64_t time_ns)
{
    gw_survey *survey = user;
    gw_store_put(survey->config.store, GW_RECORD_DETECTION, time_ns, data);
}

/* Whether places along the lane count afresh after the device was away. */
static bool is_place_lost(const gw_survey *survey, const gw_finding *finding)
{
    const gw_feed *feed = survey->config.feeds[finding->kind];
    bool is_spaced = feed && finding->kind == GW_KIND_GPR && feed->stream->scan_spacing_m > 0;
    return finding->gap.is_epoch && (is_spaced || finding->kind == GW_KIND_POSE);
}

static void gap_take(gw_survey *survey, const gw_finding *finding)
{
    const gw_message_gap gap = {.what = "samples",
                                .sensor = gw_kind_name(finding->kind),
                                .n = finding->gap.n_rows,
                                .from = finding->gap.from_row,
                                .to = finding->gap.to_row,
                                .reason = finding->gap.is_epoch ? "reconnected" : "lost"};
    if (is_place_lost(survey, finding))
        gw_life_break(survey->life);
    if (finding->kind != GW_KIND_POSE)
        gw_terrain_break(survey->terrain,
                         finding->kind == GW_KIND_GPR ? GW_SENSOR_GPR : GW_SENSOR_MD);
    survey->n_lost[finding->kind] += finding->gap.n_rows;
    gw_store_put(survey->config.store, GW_RECORD_GAP, gw_clock_utc_ns(),
                 gw_message_gap_encode(&gap));
}

/* Rows that a chain always leaves of a run: scans on their way to the next place of the grid; two
 * hops, and the row that judges the last. */
static uint64_t rows_left(const gw_stream *stream)
{
    return 1 + (uint64_t)fmax(left_s[stream->kind] * stream->row_rate_hz, 2);
}

/* Samples begin, break off or end. What the chain held is told by now: what it left out beyond what
 * it always does waited for a place in vain, or was not heard. */
static void run_take(gw_survey *survey, const gw_finding *finding)
{
    gw_kind kind = finding->kind;
    gw_stretch *stretch = &survey->stretches[kind];
    const gw_stream *stream = survey->config.feeds[kind]->stream;
    stretch_close(survey, kind);
    gw_coverage rest = gw_stretch_rest(stretch, kind == GW_KIND_GPR ? GW_SENSOR_GPR : GW_SENSOR_MD,
                                       finding->run.end_row);
    if (rest.n_rows > rows_left(stream)) {
        rest.to_ns += gw_stream_row_ns(stream, rest.n_rows);
        rest.balance = survey->config.balance;
        coverage_put(survey, kind, &rest, hole_reasons(survey, kind, &rest));
    }
    gw_stretch_begin(stretch, finding->run.begin_row, finding->run.begin_ns);
}

static void finding_take(gw_survey *survey, const gw_finding *finding)
{
    switch (finding->type) {
    case GW_FINDING_DETECTION:
        detection_take(survey, finding);
        break;
    case GW_FINDING_COVERAGE:
        coverage_take(survey, finding);
        break;
    case GW_FINDING_GAP:
        gap_take(survey, finding);
        break;
    case GW_FINDING_RUN:
        run_take(survey, finding);
        break;
    }
}

static void stretches_close(gw_survey *survey, bool all)
{
    int64_t now = gw_clock_monotonic_ns();
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        if (all || now - survey->stretches[kind].since_ns >= stretch_ns)
            stretch_close(survey, (gw_kind)kind);
}

/* A second in which a sensor saw the same place all the time. */
static void standing_put(gw_survey *survey, gw_kind kind, double along_m)
{
    const gw_feed *feed = survey->config.feeds[kind];
    unsigned reasons = atomic_load(&feed->reasons);
    if (gw_state_of(reasons) == GW_STATE_BLIND || atomic_load(&feed->state) != GW_FEED_STREAMING)
        return;
    int64_t clock_ns = atomic_load(&feed->clock_ns);
    if (!clock_ns)
        clock_ns = gw_clock_utc_ns() - gw_clock_monotonic_ns();
    gw_coverage still = gw_coverage_unknown(kind == GW_KIND_GPR ? GW_SENSOR_GPR : GW_SENSOR_MD);
    still.first_row = atomic_load(&feed->rows);
    still.from_m = still.to_m = along_m;
    still.speed_m_s = 0;
    still.to_ns = gw_clock_monotonic_ns() + clock_ns;
    still.from_ns = still.to_ns - stretch_ns;
    coverage_put(survey, kind, &still, reasons | GW_REASON_NOT_MOVING);
}

static void standing_tell(gw_survey *survey)
{
    int64_t now = gw_clock_monotonic_ns();
    if (!atomic_load(&survey->is_standing)) {
        survey->stood_ns = 0;
        return;
    }
    if (survey->stood_ns && now - survey->stood_ns < stretch_ns)
        return;
    survey->stood_ns = now;
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        if (kind != GW_KIND_POSE && survey->config.feeds[kind])
            standing_put(survey, (gw_kind)kind, atomic_load(&survey->standing_m));
}

static void *survey_run(void *user)
{
    gw_survey *survey = user;
    gw_ring *findings = survey->config.findings;
    for (;;) {
        bool is_last = atomic_load(&survey->is_stopping);
        atomic_fetch_add(&survey->turns, 1);
        for (const gw_finding *finding; (finding = gw_ring_peek(findings)) != NULL;) {
            finding_take(survey, finding);
            gw_ring_release(findings);
            atomic_fetch_add(&survey->turns, 1);
        }
        stretches_close(survey, is_last);
        standing_tell(survey);
        if (is_last) {
            gw_terrain_break(survey->terrain, GW_SENSOR_GPR);
            gw_terrain_break(survey->terrain, GW_SENSOR_MD);
            return NULL;
        }
        gw_bell_arm(survey->config.bell);
        if (!gw_ring_peek(findings) && !atomic_load(&survey->is_stopping))
            gw_bell_wait(survey->config.bell, TURN_MS);
    }
}

gw_status gw_survey_create(const gw_survey_config *config, gw_survey **out, gw_error *error)
{
    *out = calloc(1, sizeof **out);
    if (!*out)
        return gw_error_set(error, GW_ENOMEM, "survey: out of memory");
    (*out)->config = *config;
    atomic_init(&(*out)->along_m, (double)NAN);
    const gw_life_config life = {.lane = config->place, .sink = detection_put, .user = *out};
    gw_status status = gw_life_create(&life, &(*out)->life, error);
    const gw_stream *streams[GW_KIND_COUNT];
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        streams[kind] = config->feeds[kind] ? config->feeds[kind]->stream : NULL;
    if (status == GW_OK)
        status = gw_terrain_create(streams, &config->place, config->store, &(*out)->terrain, error);
    if (status == GW_OK)
        return GW_OK;
    gw_survey_destroy(*out);
    *out = NULL;
    return status;
}

void gw_survey_stand(gw_survey *survey, bool is_standing, double along_m)
{
    atomic_store(&survey->standing_m, along_m);
    atomic_store(&survey->is_standing, is_standing);
}

gw_life *gw_survey_life(gw_survey *survey)
{
    return survey->life;
}

gw_status gw_survey_start(gw_survey *survey, gw_error *error)
{
    gw_status status = gw_thread_start(&survey->thread, "survey", 0, survey_run, survey, error);
    survey->is_started = status == GW_OK;
    return status;
}

uint64_t gw_survey_turns(const gw_survey *survey)
{
    return atomic_load(&survey->turns);
}

double gw_survey_along(const gw_survey *survey)
{
    return atomic_load(&survey->along_m);
}

bool gw_survey_is_placeless(const gw_survey *survey)
{
    return atomic_load(&survey->is_placeless);
}

bool gw_survey_stop(gw_survey *survey, void (*idle)(void *user), void *user)
{
    atomic_store(&survey->is_stopping, true);
    gw_bell_ring(survey->config.bell);
    if (survey->is_started && !gw_thread_join(survey->thread, JOIN_MS, idle, user))
        return false;
    survey->is_started = false;
    return true;
}

void gw_survey_destroy(gw_survey *survey)
{
    if (!survey)
        return;
    gw_life_destroy(survey->life);
    gw_terrain_destroy(survey->terrain);
    free(survey);
}
