/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/life.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/message.h"

static const double same_m = 0.15;     /* half of what two mines stand apart at least */
static const double measured_m = 0.10; /* a place that is known less well tells nothing here */
static const double back_m = 0.25;     /* within a pass, lines come less far behind the ground */

typedef struct entry {
    bool is_open;
    char id[GW_UUID_MAX];
    gw_life_sight best;
    uint64_t era;  /* of the odometer, of the best */
    uint64_t pass; /* of the newest sight */
    uint64_t seen; /* counts on with every sight of any */
    unsigned n_passes;
} entry;

struct gw_life {
    gw_life_config config;
    pthread_mutex_t lock;
    uint64_t passes[GW_SENSOR_COUNT], era, n_seen;
    double front_m[GW_SENSOR_COUNT]; /* of the pass: how far its ground is finished */
    size_t n_open;
    entry entries[GW_LIFE_MAX];
};

gw_status gw_life_create(const gw_life_config *config, gw_life **out, gw_error *error)
{
    gw_life *life = calloc(1, sizeof *life);
    *out = life;
    if (!life)
        return gw_error_set(error, GW_ENOMEM, "life: out of memory");
    life->config = *config;
    pthread_mutex_init(&life->lock, NULL);
    for (int sensor = 0; sensor < GW_SENSOR_COUNT; sensor++)
        life->front_m[sensor] = -(double)INFINITY;
    return GW_OK;
}

static void front_move(gw_life *life, gw_sensor sensor, double from_m, double to_m)
{
    if (from_m < life->front_m[sensor] - back_m) {
        life->passes[sensor]++;
        life->front_m[sensor] = -(double)INFINITY;
    }
    if (to_m > life->front_m[sensor])
        life->front_m[sensor] = to_m;
}

void gw_life_cover(gw_life *life, const gw_coverage *coverage)
{
    pthread_mutex_lock(&life->lock);
    front_move(life, coverage->sensor, coverage->from_m, coverage->to_m);
    pthread_mutex_unlock(&life->lock);
}

/* A fused line comes long after its ground, when the next pass may have begun: it says itself of
 * which it is. */
static uint64_t pass_of(gw_life *life, const gw_detection *detection)
{
    if (detection->sensor == GW_SENSOR_FUSED)
        return detection->pass + life->era;
    front_move(life, detection->sensor, detection->along_m, -(double)INFINITY);
    return life->passes[detection->sensor];
}

static bool is_measured(const gw_life_sight *sight)
{
    return sight->has_fix && sight->fix.type != GW_FIX_NONE && sight->fix.accuracy_m <= measured_m;
}

static double earth_distance_m(const gw_wgs84 *a, const gw_wgs84 *b)
{
    double north_m, east_m;
    const gw_origin from = {.lat_deg = a->lat_deg, .lon_deg = a->lon_deg, .is_known = true};
    gw_origin_measure(&from, *b, &north_m, &east_m);
    return hypot(north_m, east_m);
}

/* How far a sight lies from an entry, less than how far it may at most; INFINITY: it is another. */
static double distance_m(const entry *of, const gw_life_sight *sight, uint64_t era)
{
    const gw_detection *a = &of->best.detection, *b = &sight->detection;
    double m, across = b->cross_m - a->cross_m, most = same_m;
    bool is_reckoned = a->reckoned_s > 0 || b->reckoned_s > 0; /* as without a place */
    if (is_measured(&of->best) && is_measured(sight)) {
        m = earth_distance_m(&of->best.fix.place, &sight->fix.place);
        most += of->best.fix.accuracy_m + sight->fix.accuracy_m;
    } else {
        m = of->era == era && !is_reckoned ? fabs(b->along_m - a->along_m) : (double)NAN;
        m = isnan(across) ? m : hypot(m, across);
    }
    return m <= most ? m : (double)INFINITY;
}

static entry *entry_find(gw_life *life, const gw_life_sight *sight, uint64_t pass)
{
    entry *nearest = NULL;
    double least = (double)INFINITY;
    for (size_t k = 0; k < GW_LIFE_MAX; k++) {
        entry *one = &life->entries[k];
        if (!one->is_open || one->best.detection.sensor != sight->detection.sensor ||
            one->pass == pass)
            continue;
        double m = distance_m(one, sight, life->era);
        if (m < least) {
            least = m;
            nearest = one;
        }
    }
    return nearest;
}

static json_t *line_encode(const gw_life *life, const gw_life_sight *sight, const char *id)
{
    const gw_message_origin origin = {
        .stream = sight->stream,
        .epoch = sight->epoch,
        .place = {.lane = &life->config.lane, .fix = sight->has_fix ? &sight->fix : NULL}};
    return gw_message_detection(&sight->detection, &origin, id);
}

static int status_set(json_t *data, const entry *of, const char *status)
{
    return json_object_set_new(data, "status", json_string(status)) |
           json_object_set_new(data, "passes", json_integer(of->n_passes));
}

static void sink_put(gw_life *life, json_t *data, int failed, int64_t time_ns)
{
    if (failed) {
        json_decref(data);
        data = NULL;
    }
    life->config.sink(life->config.user, data, time_ns);
}

static void entry_close(gw_life *life, entry *of, const char *by, int64_t time_ns)
{
    json_t *data = line_encode(life, &of->best, of->id);
    int failed = status_set(data, of, "closed");
    failed |= json_object_set_new(data, "closed_by", json_string(by));
    of->is_open = false;
    life->n_open--;
    sink_put(life, data, failed, time_ns);
}

/* A free one; else that of the sight longest ago, closed. */
static entry *entry_make(gw_life *life, int64_t time_ns)
{
    entry *oldest = &life->entries[0];
    for (size_t k = 0; k < GW_LIFE_MAX; k++) {
        entry *one = &life->entries[k];
        if (!one->is_open)
            return one;
        if (one->seen < oldest->seen)
            oldest = one;
    }
    entry_close(life, oldest, "room", time_ns);
    return oldest;
}

static void entry_open(gw_life *life, const gw_life_sight *sight, uint64_t pass)
{
    entry *one = entry_make(life, sight->time_ns);
    *one = (entry){.is_open = true, .best = *sight, .pass = pass, .era = life->era, .n_passes = 1};
    one->seen = ++life->n_seen;
    life->n_open++;
    gw_uuid_make(one->id);
    sink_put(life, line_encode(life, sight, one->id), 0, sight->time_ns);
}

static bool is_stronger(const gw_detection *a, const gw_detection *than)
{
    return a->alarm != than->alarm ? a->alarm : a->score > than->score;
}

static void entry_update(gw_life *life, entry *of, const gw_life_sight *sight, uint64_t pass)
{
    json_t *line = NULL;
    int failed = 0;
    of->n_passes++;
    of->pass = pass;
    of->seen = ++life->n_seen;
    if (is_stronger(&sight->detection, &of->best.detection)) {
        of->best = *sight;
        of->era = life->era;
    } else {
        line = line_encode(life, sight, of->id);
        failed |= json_object_del(line, "id");
    }
    json_t *data = line_encode(life, &of->best, of->id);
    failed |= status_set(data, of, "updated");
    if (line)
        failed |= json_object_set_new(data, "pass", line);
    sink_put(life, data, failed, sight->time_ns);
}

void gw_life_take(gw_life *life, const gw_life_sight *sight)
{
    pthread_mutex_lock(&life->lock);
    uint64_t pass = pass_of(life, &sight->detection);
    entry *known = entry_find(life, sight, pass);
    if (known)
        entry_update(life, known, sight, pass);
    else
        entry_open(life, sight, pass);
    pthread_mutex_unlock(&life->lock);
}

void gw_life_break(gw_life *life)
{
    pthread_mutex_lock(&life->lock);
    life->era++;
    for (int sensor = 0; sensor < GW_SENSOR_COUNT; sensor++) {
        life->front_m[sensor] = -(double)INFINITY;
        life->passes[sensor]++;
    }
    pthread_mutex_unlock(&life->lock);
}

bool gw_life_close(gw_life *life, const char *id, int64_t time_ns)
{
    entry *found = NULL;
    pthread_mutex_lock(&life->lock);
    for (size_t k = 0; k < GW_LIFE_MAX && !found; k++)
        if (life->entries[k].is_open && strcmp(life->entries[k].id, id) == 0)
            found = &life->entries[k];
    if (found)
        entry_close(life, found, "outcome", time_ns);
    pthread_mutex_unlock(&life->lock);
    return found != NULL;
}

size_t gw_life_open(gw_life *life)
{
    pthread_mutex_lock(&life->lock);
    size_t n = life->n_open;
    pthread_mutex_unlock(&life->lock);
    return n;
}

void gw_life_destroy(gw_life *life)
{
    if (!life)
        return;
    pthread_mutex_destroy(&life->lock);
    free(life);
}
