/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The alarms of a recording, one JSON object a line:
 *     cc -o alarms alarms.c $(pkg-config --cflags --libs groundwatch)
 */
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
    gw_detector *detector = NULL;
    char *uri = argc > 1 ? argv[1] : ""; /* file:PATH */
    unsigned kinds = 0;
    gw_status status = gw_source_list(uri, &kinds, &error);
    for (gw_kind kind = 0; kind < GW_KIND_COUNT && status == GW_OK; kind++)
        if (kinds & 1u << kind) {
            const gw_source_config from = {.uri = uri, .kind = kind};
            status = gw_source_open(&from, &sources[kind], &error);
            config.streams[kind] = status == GW_OK ? gw_source_describe(sources[kind]) : NULL;
        }
    if (status == GW_OK)
        status = gw_detector_create(&config, &(gw_detector_sink){.detection = print, .user = uri},
                                    &detector, &error);
    for (int k = GW_KIND_COUNT; k-- > 0 && status == GW_OK;) { /* the pose first: all are there */
        if (!sources[k])
            continue;
        gw_block block = {.max_rows = gw_source_block_rows(sources[k])};
        block.counts = calloc(block.max_rows * gw_stream_row_counts(config.streams[k]), 4);
        block.place_mm = calloc(block.max_rows, 4);
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
