/* SPDX-License-Identifier: GPL-3.0-or-later
 * The alarms of a recording, one JSON object a line: cc alarms.c $(pkg-config --cflags --libs groundwatch) */
#include <groundwatch/drivers/detection_json.h>
#include <groundwatch/drivers/source.h>
#include <groundwatch/dsp/detector.h>
#include <stdio.h>
#include <stdlib.h>

static void print(void *user, const gw_detection *found)
{
    json_t *line = found->alarm ? gw_detection_encode(found, user) : NULL;
    if (line && json_dumpf(line, stdout, JSON_COMPACT) == 0)
        putchar('\n');
    json_decref(line);
}

int main(int argc, char **argv)
{
    gw_error error = {.status = GW_OK};
    gw_source *sources[GW_KIND_COUNT] = {NULL};
    gw_detector_config config = {.far_per_m = 0.1};
    gw_detector_sink sink = {.detection = print, .user = argc > 1 ? argv[1] : NULL};
    gw_detector *detector = NULL;
    char uri[4096];
    unsigned kinds = 0;
    snprintf(uri, sizeof uri, "file:%s", argc > 1 ? argv[1] : "");
    gw_status status = gw_source_list(uri, &kinds, &error);
    for (int k = 0; k < GW_KIND_COUNT && status == GW_OK; k++)
        if (kinds & 1u << k) {
            status = gw_source_open(&(gw_source_config){.uri = uri, .kind = (gw_kind)k}, &sources[k], &error);
            config.streams[k] = sources[k] ? gw_source_describe(sources[k]) : NULL;
        }
    if (status == GW_OK)
        status = gw_detector_create(&config, &sink, &detector, &error);
    for (int k = GW_KIND_COUNT; k-- > 0 && status == GW_OK;) /* the pose first; any order will do */
        if (sources[k]) {
            gw_block block = {.max_rows = gw_source_block_rows(sources[k])};
            block.counts = malloc(block.max_rows * gw_stream_row_counts(config.streams[k]) * sizeof(int32_t));
            block.place_mm = malloc(block.max_rows * sizeof(int32_t));
            while ((status = gw_source_read(sources[k], &block, &error)) == GW_OK)
                gw_detector_push(detector, (gw_kind)k, &block);
            gw_detector_finish(detector, (gw_kind)k);
            status = status == GW_END ? GW_OK : status;
            free(block.counts);
            free(block.place_mm);
        }
    if (status != GW_OK)
        fprintf(stderr, "alarms: %s\n", error.text);
    gw_detector_destroy(detector);
    for (int k = 0; k < GW_KIND_COUNT; k++)
        gw_source_close(sources[k]);
    return gw_status_exit(status);
}
