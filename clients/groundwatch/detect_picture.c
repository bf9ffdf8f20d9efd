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
static bool mark_fill(const gw_section *raw, const gw_detection *item, gw_mark *mark)
{
    if (item->is_provisional) /* it has no depth */
        return false;
    *mark = (gw_mark){.scan = item->scan, .sample = (double)item->sample};
    if (item->sensor == GW_SENSOR_GPR) {
        mark->color = item->alarm ? red : yellow;
        if (!isnan(item->depth_m))
            snprintf(mark->text, sizeof mark->text, "%.2f m", item->depth_m);
        return detect_is_shown(item);
    }
    mark->color = item->sensor == GW_SENSOR_MD ? blue : green;
    mark->sample = (double)NAN;
    if (raw->scan_m > 0)
        mark->scan = (int64_t)llround(item->along_m / raw->scan_m);
    return item->alarm && (raw->scan_m > 0 || item->scan >= 0);
}

/* Of what was processed, as deep as it was focused: late echoes would make it small. */
static void depth_settle(gw_section *sections)
{
    const gw_section *focused = &sections[GW_STAGE_FOCUSED];
    double last = focused->from_row + focused->step_row * (double)focused->n_rows;
    sections[GW_STAGE_PROCESSED].n_shown = focused->n_rows ? (size_t)(1.1 * last) : 0;
}

/* marks: room for all candidates. */
static gw_status channel_draw(const detect_result *result, size_t channel, gw_mark *marks,
                              const char *path, gw_error *error)
{
    char title[300];
    gw_section *sections = result->sections + channel * GW_STAGE_COUNT;
    size_t n_marks = 0;
    depth_settle(sections);
    for (size_t k = 0; k < result->n; k++) {
        const gw_detection *item = &result->items[k];
        if (item->sensor != GW_SENSOR_GPR || item->channel == (int32_t)channel)
            n_marks += mark_fill(&sections[GW_STAGE_RAW], item, &marks[n_marks]);
    }
    const gw_panel panels[] = {{&sections[GW_STAGE_RAW], "as recorded", GW_SHADE_SIGNED},
                               {&sections[GW_STAGE_PROCESSED],
                                "processed: aligned, less what stands still", GW_SHADE_ROWS},
                               {&sections[GW_STAGE_FOCUSED],
                                "focused: energy over the floor of its depth, 0 to 20 dB",
                                GW_SHADE_DB}};
    snprintf(title, sizeof title,
             "%.120s, channel %zu   red: alarm, yellow: no alarm; depth to the top",
             result->recording, channel);
    const gw_figure figure = {
        .title = title, .panels = panels, .n_panels = 3, .marks = marks, .n_marks = n_marks};
    return gw_figure_save(&figure, path, error);
}

gw_status detect_picture(const detect_result *result, const char *folder, gw_error *error)
{
    if (!result->sections) {
        fprintf(stderr,
                "groundwatch: %s: no picture is made: pictures are of what a radar's chain saw, "
                "and there is no radar in it\n",
                result->recording);
        return GW_OK;
    }
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return gw_error_set(error, GW_EIO, "%s: %s", folder, strerror(errno));
    gw_mark *marks = calloc(result->n + 1, sizeof *marks);
    gw_status status = marks ? GW_OK : gw_error_set(error, GW_ENOMEM, "%s: out of memory", folder);
    for (size_t channel = 0; channel < result->n_channels && status == GW_OK; channel++) {
        char path[1400], which[24] = "";
        if (result->n_channels > 1)
            snprintf(which, sizeof which, "-ch%zu", channel);
        snprintf(path, sizeof path, "%.1000s/%s%s.png", folder, result->recording, which);
        status = channel_draw(result, channel, marks, path, error);
    }
    free(marks);
    return status;
}
