/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/detect.h"

#include <errno.h>
#include <math.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "drivers/recording.h"

/* Pixels: scans to the right, fast time downwards; a strip above holds the metal detector's and the
 * fused candidates. Radar candidates are boxes: red when they are alarms, yellow when not. */
enum { WIDTH_MAX = 8192, STRIP = 24, SCALE = 2, BOX = 6 };

static const unsigned char red[3] = {230, 40, 40}, yellow[3] = {230, 200, 40},
                           blue[3] = {60, 130, 255}, green[3] = {40, 190, 90};

typedef struct picture {
    size_t width, height;  /* of the whole */
    unsigned char *pixels; /* [height][width][3] */
} picture;

static void pixel_set(picture *p, long x, long y, const unsigned char color[3])
{
    if (x >= 0 && y >= 0 && x < (long)p->width && y < (long)p->height)
        memcpy(p->pixels + 3 * ((size_t)y * p->width + (size_t)x), color, 3);
}

static void box_draw(picture *p, long x, long y, const unsigned char color[3])
{
    for (long d = -BOX * SCALE; d <= BOX * SCALE; d++)
        for (long side = -1; side <= 1; side += 2)
            for (long thick = 0; thick < 2; thick++) {
                pixel_set(p, x + d, y + side * (BOX * SCALE - thick), color);
                pixel_set(p, x + side * (BOX * SCALE - thick), y + d, color);
            }
}

static void tick_draw(picture *p, long x, long from, const unsigned char color[3])
{
    for (long y = from; y < from + STRIP / 2; y++)
        for (long d = -2; d <= 2; d++)
            pixel_set(p, x + d, y, color);
}

static int by_value(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return x < y ? -1 : x > y;
}

/* One row of the picture: a sample along the lane, less its median, in units of its own spread. */
static void row_draw(picture *p, const int32_t *counts, const size_t shape[3], size_t sample,
                     float *work)
{
    size_t n_scans = shape[0], n_row = shape[1];
    float sum = 0;
    for (size_t k = 0; k < n_scans; k++)
        work[k] = (float)counts[k * n_row + sample];
    qsort(work, n_scans, sizeof *work, by_value);
    float median = work[n_scans / 2];
    for (size_t k = 0; k < n_scans; k++)
        sum += fabsf(work[k] - median);
    float scale = sum > 0 ? 40 / (sum / (float)n_scans) : 0;
    for (size_t k = 0; k < n_scans; k++) {
        float value = 128 + scale * ((float)counts[k * n_row + sample] - median);
        unsigned char gray = (unsigned char)fminf(fmaxf(value, 0), 255);
        const unsigned char color[3] = {gray, gray, gray};
        for (long d = 0; d < SCALE * SCALE; d++)
            pixel_set(p, (long)k * SCALE + d % SCALE, STRIP + (long)sample * SCALE + d / SCALE,
                      color);
    }
}

static void candidates_draw(picture *p, const detect_result *result, double spacing_m)
{
    for (size_t k = 0; k < result->n; k++) {
        const gw_detection *item = &result->items[k];
        long x = item->scan >= 0 ? (long)item->scan * SCALE
                                 : (long)(item->along_m / spacing_m + 0.5) * SCALE;
        if (item->sensor == GW_SENSOR_GPR && detect_is_shown(item))
            box_draw(p, x, STRIP + (long)item->sample * SCALE, item->alarm ? red : yellow);
        else if (item->sensor == GW_SENSOR_MD && item->alarm && spacing_m > 0)
            tick_draw(p, x, 0, blue);
        else if (item->sensor == GW_SENSOR_FUSED && item->alarm && spacing_m > 0)
            tick_draw(p, x, STRIP / 2, green);
    }
}

static gw_status png_write(const picture *p, const char *path, gw_error *error)
{
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = (png_uint_32)p->width,
                       .height = (png_uint_32)p->height,
                       .format = PNG_FORMAT_RGB};
    if (!png_image_write_to_file(&image, path, 0, p->pixels, 0, NULL))
        return gw_error_set(error, GW_EIO, "%s: %s", path, image.message);
    return GW_OK;
}

static gw_status picture_make(gw_recording *gpr, const detect_result *result, const char *path,
                              gw_error *error)
{
    const gw_stream *stream = gw_recording_stream(gpr);
    size_t n_scans = (size_t)stream->n_rows < WIDTH_MAX ? (size_t)stream->n_rows : WIDTH_MAX;
    const size_t shape[3] = {n_scans, gw_stream_row_counts(stream), stream->n_samples};
    picture p = {.width = n_scans * SCALE, .height = stream->n_samples * SCALE + STRIP};
    int32_t *counts = malloc(n_scans * shape[1] * sizeof *counts);
    float *work = malloc(n_scans * sizeof *work);
    size_t n = 0;
    gw_status status = GW_OK;
    p.pixels = calloc(p.width * p.height, 3);
    if (!counts || !work || !p.pixels)
        status = gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    if (status == GW_OK)
        status = gw_recording_read(gpr, 0, n_scans, counts, &n, error);
    for (size_t sample = 0; status == GW_OK && sample < stream->n_samples; sample++)
        row_draw(&p, counts, shape, sample, work);
    if (status == GW_OK) {
        candidates_draw(&p, result, stream->scan_spacing_m);
        status = png_write(&p, path, error);
    }
    free(counts);
    free(work);
    free(p.pixels);
    return status;
}

gw_status detect_picture(const char *path, const detect_result *result, const char *folder,
                         gw_error *error)
{
    gw_recording *gpr = NULL;
    char name[1200];
    if (!result->n_gpr_rows)
        return GW_OK;
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return gw_error_set(error, GW_EIO, "%s: %s", folder, strerror(errno));
    snprintf(name, sizeof name, "%.1000s/%s.png", folder, result->recording);
    gw_status status = gw_recording_open(path, GW_KIND_GPR, &gpr, error);
    if (status == GW_OK)
        status = picture_make(gpr, result, name, error);
    gw_recording_close(gpr);
    return status;
}
