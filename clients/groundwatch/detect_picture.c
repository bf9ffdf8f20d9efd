/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/detect.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "clients/plot/bscan.h"
#include "dsp/stage.h"

static const gw_color red = {230, 40, 40}, yellow = {200, 150, 0}, blue = {60, 130, 255},
                      green = {40, 160, 90};

/* Radar: a square, red when it is an alarm, yellow when not; others: a tick, of alarms only. */
static bool mark_fill(const detect_result *result, const gw_detection *item, gw_mark *mark)
{
    double scan_m = result->sections[0].scan_m;
    *mark = (gw_mark){.scan = item->scan, .sample = (double)item->sample};
    if (item->sensor == GW_SENSOR_GPR) {
        mark->color = item->alarm ? red : yellow;
        if (!isnan(item->depth_m))
            snprintf(mark->text, sizeof mark->text, "%.2f m", item->depth_m);
        return item->channel == 0 && detect_is_shown(item);
    }
    mark->color = item->sensor == GW_SENSOR_MD ? blue : green;
    mark->sample = (double)NAN;
    if (scan_m > 0)
        mark->scan = (int64_t)llround(item->along_m / scan_m);
    return item->alarm && (scan_m > 0 || item->scan >= 0);
}

/* Of what was processed, as deep as it was focused: late echoes would make it small. */
static void depth_settle(gw_section *sections)
{
    const gw_section *focused = &sections[GW_STAGE_FOCUSED];
    double last = focused->from_row + focused->step_row * (double)focused->n_rows;
    sections[GW_STAGE_PROCESSED].n_shown = focused->n_rows ? (size_t)(1.1 * last) : 0;
}

gw_status detect_picture(const detect_result *result, const char *folder, gw_error *error)
{
    char path[1400], title[300];
    if (!result->sections)
        return GW_OK;
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return gw_error_set(error, GW_EIO, "%s: %s", folder, strerror(errno));
    gw_mark *marks = calloc(result->n + 1, sizeof *marks);
    if (!marks)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", folder);
    size_t n_marks = 0;
    for (size_t k = 0; k < result->n; k++)
        n_marks += mark_fill(result, &result->items[k], &marks[n_marks]);
    const gw_section *sections = result->sections;
    depth_settle(result->sections);
    const gw_panel panels[] = {{&sections[GW_STAGE_RAW], "as recorded, channel 0", GW_SHADE_SIGNED},
                               {&sections[GW_STAGE_PROCESSED],
                                "processed: aligned, less what stands still", GW_SHADE_ROWS},
                               {&sections[GW_STAGE_FOCUSED],
                                "focused: energy over the floor of its depth, 0 to 20 dB",
                                GW_SHADE_DB}};
    snprintf(title, sizeof title, "%.120s   red: alarm, yellow: no alarm; depth to the top",
             result->recording);
    snprintf(path, sizeof path, "%.1000s/%s.png", folder, result->recording);
    const gw_figure figure = {
        .title = title, .panels = panels, .n_panels = 3, .marks = marks, .n_marks = n_marks};
    gw_status status = gw_figure_save(&figure, path, error);
    free(marks);
    return status;
}
