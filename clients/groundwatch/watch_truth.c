/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/watch_impl.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calib/truth.h"
#include "dsp/detection.h"

/* A target counts as found when an alarm lies within its radius and this. */
static const double hit_margin_m = 0.15;
/* Stretches join up to this, and a lane may end this much early: the step from one scan or hop to
 * the next. */
static const double join_m = 0.05;
static const double quiet_s = 3.0;

enum { ITEMS_MAX = 1 << 20 };

/* A stretch of coverage, or an alarm (from_m is its place). */
typedef struct item {
    gw_sensor sensor;
    uint64_t seq;
    double from_m, to_m, depth_m;
    uint64_t first_row, end_row;
    uint64_t n_lost;
    bool is_degraded;
} item;

typedef struct items {
    item *list;
    size_t n, n_max;
} items;

struct watch_truth {
    gw_truth_item targets[GW_TRUTH_MAX];
    size_t n_targets;
    items stretches, alarms;
    bool is_present[GW_SENSOR_COUNT];
    uint64_t session_seq; /* newest start of a session: what came before it does not count */
    double found_s;       /* when the last detection came */
    double reached_s;     /* since when all sensors are where they shall be; 0: they are not */
};

gw_status watch_truth_load(const char *path, watch_truth **out, gw_error *error)
{
    watch_truth *truth = calloc(1, sizeof *truth);
    gw_status status = truth ? GW_OK : gw_error_set(error, GW_ENOMEM, "out of memory");
    if (truth)
        status = gw_truth_load(path, truth->targets, &truth->n_targets, error);
    if (status != GW_OK) {
        free(truth);
        truth = NULL;
    }
    *out = truth;
    return status;
}

static uint64_t number_of(const json_t *data, const char *key)
{
    const char *text = json_string_value(json_object_get(data, key));
    return text ? strtoull(text, NULL, 10) : 0;
}

static bool sensor_parse(const json_t *data, gw_sensor *out)
{
    const char *word = json_string_value(json_object_get(data, "sensor"));
    for (int sensor = 0; word && sensor < GW_SENSOR_COUNT; sensor++) {
        if (strcmp(word, gw_sensor_name((gw_sensor)sensor)) == 0) {
            *out = (gw_sensor)sensor;
            return true;
        }
    }
    return false;
}

static void item_add(items *to, const item *one)
{
    if (to->n == to->n_max) {
        size_t n_max = to->n_max ? 2 * to->n_max : 256;
        item *list = n_max <= ITEMS_MAX ? realloc(to->list, n_max * sizeof *list) : NULL;
        if (!list) {
            fputs("groundwatch watch: too many records for a table\n", stderr);
            return;
        }
        to->list = list;
        to->n_max = n_max;
    }
    to->list[to->n++] = *one;
}

static void coverage_take(watch_truth *truth, const json_t *data, item *one)
{
    const char *state = json_string_value(json_object_get(data, "state"));
    one->from_m = watch_real(data, "from_m");
    one->to_m = watch_real(data, "to_m");
    one->first_row = number_of(data, "first_row");
    one->end_row = one->first_row + number_of(data, "n_rows");
    one->n_lost = number_of(data, "lost");
    one->is_degraded = !state || strcmp(state, "DEGRADED") == 0;
    if (isfinite(one->from_m) && isfinite(one->to_m) && !(state && strcmp(state, "BLIND") == 0))
        item_add(&truth->stretches, one);
}

static void heartbeat_take(watch_truth *truth, const json_t *data)
{
    size_t k;
    gw_sensor sensor;
    const json_t *one;
    json_array_foreach(json_object_get(data, "sensors"), k, one)
    {
        if (sensor_parse(one, &sensor))
            truth->is_present[sensor] = true;
    }
}

void watch_truth_take(watch_truth *truth, const gw_client_event *event, double now_s)
{
    const json_t *data = json_object_get(event->message, "data");
    item one = {.seq = number_of(data, "seq"), .depth_m = watch_real(data, "depth_m")};
    const char *word = json_string_value(json_object_get(data, "event"));
    if (event->type == GW_CLIENT_STREAM) {
        truth->stretches.n = truth->alarms.n = 0;
        truth->session_seq = 0;
    } else if (event->type == GW_CLIENT_HEARTBEAT) {
        heartbeat_take(truth, data);
    } else if (event->type != GW_CLIENT_RECORD) {
        return;
    } else if (strcmp(event->kind, "session") == 0 && word && strcmp(word, "start") == 0) {
        truth->session_seq = one.seq > truth->session_seq ? one.seq : truth->session_seq;
    } else if (strcmp(event->kind, "coverage") == 0 && sensor_parse(data, &one.sensor)) {
        coverage_take(truth, data, &one);
    } else if (strcmp(event->kind, "detection") == 0 && sensor_parse(data, &one.sensor)) {
        truth->found_s = now_s;
        one.from_m = one.to_m = watch_real(data, "along_m");
        if (json_is_true(json_object_get(data, "alarm")) && isfinite(one.from_m))
            item_add(&truth->alarms, &one);
    }
}

static int item_compare(const void *a, const void *b)
{
    const item *left = a, *right = b;
    if (left->sensor != right->sensor)
        return left->sensor < right->sensor ? -1 : 1;
    return (left->from_m > right->from_m) - (left->from_m < right->from_m);
}

typedef struct searched {
    double total_m, degraded_m;
    double reach_m;                /* covered from 0 to here without a hole */
    double hole_from_m, hole_to_m; /* the first hole; to is INFINITY where nothing follows */
    uint64_t n_lost;
} searched;

/* The stretches of one sensor must be in order of from_m. */
static searched searched_sum(const watch_truth *truth, gw_sensor sensor)
{
    searched sum = {.hole_to_m = (double)INFINITY};
    double end_m = 0;
    uint64_t end_row = 0;
    bool has_hole = false;
    for (size_t k = 0; k < truth->stretches.n; k++) {
        const item *one = &truth->stretches.list[k];
        if (one->sensor != sensor || one->seq <= truth->session_seq)
            continue;
        bool is_joined = one->from_m <= end_m + join_m || (end_row && one->first_row == end_row);
        if (!is_joined && !has_hole) {
            has_hole = true;
            sum.hole_from_m = end_m;
            sum.hole_to_m = one->from_m;
        }
        double from_m = is_joined ? end_m : one->from_m;
        if (one->to_m > from_m) {
            sum.total_m += one->to_m - from_m;
            sum.degraded_m += one->is_degraded ? one->to_m - from_m : 0;
            end_m = one->to_m;
        }
        end_row = one->end_row;
        sum.n_lost += one->n_lost;
        if (!has_hole)
            sum.reach_m = end_m;
    }
    if (!has_hole)
        sum.hole_from_m = end_m;
    return sum;
}

static bool is_reached(const watch_truth *truth, double until_m)
{
    double end_m[GW_SENSOR_COUNT] = {0};
    bool is_any = false;
    for (size_t k = 0; k < truth->stretches.n; k++) {
        const item *one = &truth->stretches.list[k];
        if (one->seq > truth->session_seq && one->to_m > end_m[one->sensor])
            end_m[one->sensor] = one->to_m;
    }
    for (int sensor = 0; sensor < GW_SENSOR_COUNT; sensor++) {
        if (truth->is_present[sensor] && end_m[sensor] < until_m - join_m)
            return false;
        is_any |= truth->is_present[sensor];
    }
    return is_any;
}

bool watch_truth_is_done(watch_truth *truth, double until_m, double now_s)
{
    if (!is_reached(truth, until_m))
        truth->reached_s = 0;
    else if (truth->reached_s == 0)
        truth->reached_s = now_s;
    double since_s = truth->found_s > truth->reached_s ? truth->found_s : truth->reached_s;
    return truth->reached_s > 0 && now_s - since_s >= quiet_s;
}

/* The nearest alarm of a sensor to a target, within its reach; NULL: none. */
static const item *alarm_nearest(const watch_truth *truth, gw_sensor sensor,
                                 const gw_truth_item *target)
{
    const item *best = NULL;
    double best_m = target->diameter_m / 2 + hit_margin_m;
    for (size_t k = 0; k < truth->alarms.n; k++) {
        const item *one = &truth->alarms.list[k];
        double distance_m = fabs(one->from_m - target->along_m);
        if (one->sensor == sensor && one->seq > truth->session_seq && distance_m <= best_m) {
            best = one;
            best_m = distance_m;
        }
    }
    return best;
}

static bool is_false(const watch_truth *truth, const item *alarm)
{
    for (size_t k = 0; k < truth->n_targets; k++)
        if (fabs(alarm->from_m - truth->targets[k].along_m) <=
            truth->targets[k].diameter_m / 2 + hit_margin_m)
            return false;
    return true;
}

/* One line of the table; true: some sensor found it. */
static bool target_print(const watch_truth *truth, const gw_truth_item *target, FILE *to)
{
    const item *best = NULL;
    char who[32] = "";
    double depth_m = (double)NAN;
    for (int sensor = 0; sensor < GW_SENSOR_COUNT; sensor++) {
        const item *hit = alarm_nearest(truth, (gw_sensor)sensor, target);
        if (!hit)
            continue;
        strcat(strcat(who, who[0] ? " " : ""), gw_sensor_name((gw_sensor)sensor));
        best = hit;
        depth_m = isfinite(hit->depth_m) ? hit->depth_m : depth_m;
    }
    fprintf(to, "  %8.3f  %-5s  %-14s  %7.3f  ", target->along_m, target->class_name, target->name,
            target->depth_m);
    if (!best) {
        fputs("NOT FOUND\n", to);
        return false;
    }
    fprintf(to, "%-13s  %+8.3f", who, best->from_m - target->along_m);
    if (isfinite(depth_m) && isfinite(target->depth_m))
        fprintf(to, "  %+8.3f", depth_m - target->depth_m);
    fputc('\n', to);
    return true;
}

/* What one sensor searched; false: not all of it. */
static bool sensor_print(const watch_truth *truth, gw_sensor sensor, double until_m, FILE *to)
{
    searched sum = searched_sum(truth, sensor);
    size_t n_false = 0;
    for (size_t k = 0; k < truth->alarms.n; k++)
        n_false += truth->alarms.list[k].sensor == sensor &&
                   truth->alarms.list[k].seq > truth->session_seq &&
                   is_false(truth, &truth->alarms.list[k]);
    fprintf(to, "  %-5s  %zu false alarms", gw_sensor_name(sensor), n_false);
    if (!truth->is_present[sensor]) {
        fputc('\n', to);
        return true;
    }
    fprintf(to, " on %.2f m searched", sum.total_m);
    if (sum.degraded_m > 0)
        fprintf(to, ", %.2f m of it DEGRADED", sum.degraded_m);
    if (sum.n_lost)
        fprintf(to, ", %llu rows lost", (unsigned long long)sum.n_lost);
    if (sum.reach_m >= until_m - join_m) {
        fputc('\n', to);
        return true;
    }
    if (isfinite(sum.hole_to_m))
        fprintf(to, "; NOT SEARCHED: %.2f .. %.2f m\n", sum.hole_from_m, sum.hole_to_m);
    else
        fprintf(to, "; NOT SEARCHED: beyond %.2f m\n", sum.hole_from_m);
    return false;
}

bool watch_truth_print(watch_truth *truth, double until_m, FILE *to)
{
    size_t n_found = 0, n_wanted = 0;
    bool is_searched = true, is_any = false;
    if (truth->stretches.n)
        qsort(truth->stretches.list, truth->stretches.n, sizeof(item), item_compare);
    fprintf(to,
            "\n   along m  class  name            depth m  found by       place +-  depth +-\n");
    for (size_t k = 0; k < truth->n_targets; k++) {
        if (truth->targets[k].along_m > until_m)
            continue;
        n_wanted++;
        n_found += target_print(truth, &truth->targets[k], to);
    }
    fprintf(to, "\n  %zu of %zu targets found (an alarm within radius + %.2f m)\n", n_found,
            n_wanted, hit_margin_m);
    for (int sensor = 0; sensor < GW_SENSOR_COUNT; sensor++) {
        if (truth->is_present[sensor] || sensor == GW_SENSOR_FUSED)
            is_searched &= sensor_print(truth, (gw_sensor)sensor, until_m, to);
        is_any |= truth->is_present[sensor];
    }
    if (!is_any)
        fputs("  NOT SEARCHED: no sensor was heard of\n", to);
    return is_searched && is_any && n_found > 0;
}

void watch_truth_destroy(watch_truth *truth)
{
    if (!truth)
        return;
    free(truth->stretches.list);
    free(truth->alarms.list);
    free(truth);
}
