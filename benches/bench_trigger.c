/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Of each alarm on a lane: how long after its own row the row was sensed that brought it out, for
 * a chain needs ground beyond. Rows go in one by one, in the order of time. No measurement of its
 * own: latency is told from these rows on (system.py).
 * usage: bench_trigger SCENE
 */
#include <inttypes.h>
#include <stdio.h>

#include "benches/lane.h"

typedef struct listener {
    const gw_lane *lane;
    lane_cursor at;
} listener;

static void alarm_tell(void *user, const gw_detection *detection)
{
    static const char *const names[] = {"gpr", "md", "fused"};
    const listener *l = user;
    if (!detection->alarm || l->at.is_ending)
        return;
    int64_t due_ns = emulator_pace_row_ns(&l->lane->streams[l->at.kind].pace, l->at.row);
    printf("{\"sensor\":\"%s\",\"scan\":%" PRId64 ",\"sample\":%" PRId64
           ",\"by\":\"%s\",\"after_ns\":%" PRId64 "}\n",
           names[detection->sensor], detection->scan, detection->sample, gw_kind_name(l->at.kind),
           due_ns - detection->time_ns);
}

int main(int argc, char **argv)
{
    static const size_t block_rows[GW_KIND_COUNT] = {1, 1, 1};
    gw_detector *detector = NULL;
    gw_lane lane;
    gw_error error;
    if (argc != 2) {
        fputs("usage: bench_trigger SCENE\n", stderr);
        return 64;
    }
    if (lane_load(argv[1], &lane, &error) != GW_OK) {
        fprintf(stderr, "bench_trigger: %s\n", error.text);
        return gw_status_exit(error.status);
    }
    listener l = {.lane = &lane};
    const gw_detector_sink sink = {.detection = alarm_tell, .user = &l};
    gw_detector_config config = {.far_per_m = 0.1};
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        config.streams[kind] = lane.streams[kind].stream;
    gw_status status = gw_detector_create(&config, &sink, &detector, &error);
    if (status == GW_OK)
        lane_feed(&lane, detector, 7, block_rows, &l.at);
    else
        fprintf(stderr, "bench_trigger: %s\n", error.text);
    gw_detector_destroy(detector);
    lane_free(&lane);
    return gw_status_exit(status);
}
