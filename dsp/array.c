/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/array.h"

#include <math.h>
#include <string.h>

#include "dsp/array_impl.h"
#include "dsp/far.h"

/* Bins over which energy and floors are smoothed along depth. */
enum { SMOOTH_BINS = 3, FLOOR_BINS = 3 };

/* Two targets are not closer to one another. */
static const double apart_m = 0.10;

/* First bin that may be a target, half a period under the surface. */
enum { TOP_BIN = 2 };

bool gw_array_is(const gw_stream *stream)
{
    return stream->n_channels >= GW_ARRAY_CHANNELS_MIN && stream->channel_spacing_m > 0;
}

void gw_array_push(gw_array *array, const float *counts, const gw_gpr_scan *scan)
{
    for (size_t c = 0; c < array->n_channels; c++)
        gw_gpr_front_push(array->fronts[c], counts + c * array->band.n_samples, scan);
}

/* fronts, match: a row of all channels into the cube */
static bool row_take(gw_array *array)
{
    uint64_t row = array->n_taken;
    for (size_t c = 0; c < array->n_channels; c++)
        if (!gw_gpr_front_pop(array->fronts[c], &array->residuals[c]))
            return false; /* all or none: they were given the same scans */
    if (!array->is_matched)
        array_match(array);
    const gw_gpr_residual *middle = &array->residuals[array->middle];
    array->kept[row % ARRAY_SCANS_KEPT] =
        (array_kept){.scan = middle->scan, .origin = middle->origin};
    for (size_t c = 0; c < array->n_channels; c++) {
        const gw_complex *z = gw_gpr_front_analytic(array->fronts[c]);
        array->shifts[row % ARRAY_SCANS_KEPT * array->n_channels + c] = array->residuals[c].shift;
        if (!array->is_placed)
            array_watch(array, c, z);
        gw_cube_set(array->cube, c, z);
    }
    array->n_taken++;
    return true;
}

/* cube: as soon as it has an aperture it is known how high the antennas are */
static bool cube_pop(gw_array *array)
{
    if (!array->is_placed && !gw_cube_is_due(array->cube))
        return false;
    if (!array->is_placed)
        array_place(array);
    return gw_cube_pop(array->cube, array->focused);
}

/* Mean over `width` bins around each; in and out differ. */
static void bins_smooth(const float *in, size_t n, size_t width, float *out)
{
    size_t half = width / 2;
    for (size_t b = 0; b < n; b++) {
        size_t from = b > half ? b - half : 0, to = b + half + 1 < n ? b + half + 1 : n;
        float sum = 0;
        for (size_t j = from; j < to; j++)
            sum += in[j];
        out[b] = sum / (float)(to - from);
    }
}

/* The middle of the channels' floors at a depth. */
static float cross_median(const float *floors, size_t n_channels, size_t n_bins)
{
    float sorted[GW_CHANNELS_MAX] = {0};
    for (size_t c = 0; c < n_channels; c++) {
        float value = floors[c * n_bins];
        size_t at = c;
        for (; at && sorted[at - 1] > value; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = value;
    }
    return sorted[n_channels / 2];
}

static void energy_push(gw_array *array)
{
    size_t n = array->n_bins;
    for (size_t k = 0; k < array->n_cells; k++) {
        gw_complex m = array->focused[k];
        array->energy[k] = m.re * m.re + m.im * m.im;
    }
    for (size_t c = 0; c < array->n_channels; c++)
        bins_smooth(array->energy + c * n, n, SMOOTH_BINS, array->smooth + c * n);
    gw_box_push(array->box, array->smooth);
}

static void focused_show(const gw_array *array, const gw_gpr_scan *scan, const float *ratios)
{
    double first = array_at_samples(array, 0);
    double last = array_at_samples(array, (double)(array->n_bins - 1));
    for (size_t c = 0; c < array->n_channels; c++) {
        const gw_stage_row shown = {.stage = GW_STAGE_FOCUSED,
                                    .channel = c,
                                    .scan = scan->scan,
                                    .along_m = scan->along_m,
                                    .from_samples = first,
                                    .step_samples = (last - first) / (double)(array->n_bins - 1),
                                    .n = array->n_bins,
                                    .values = ratios + c * array->n_bins};
        array->config.show(array->config.show_user, &shown);
    }
}

/* A place's score is that of its highest depth, which stands out of those above and below: what
 * only falls off under the surface is the surface. */
static float place_judge(const float *ratios, size_t n, uint32_t *bin)
{
    float highest = 0;
    for (size_t b = TOP_BIN; b + 1 < n; b++)
        if (ratios[b] > highest && ratios[b] >= ratios[b - 1] && ratios[b] > ratios[b + 1]) {
            highest = ratios[b];
            *bin = (uint32_t)b;
        }
    return highest;
}

/* whiten: every depth in units of its own floor */
static void floor_push(gw_array *array, const float *row, const float *floors)
{
    size_t n = array->n_bins;
    uint64_t k = array->n_floored++;
    array_kept *kept = array->kept + k % ARRAY_SCANS_KEPT;
    float *ratios = array->smooth, *across = array->energy, sum = 0; /* free between two rows */
    uint32_t *bins = array->bins + k % ARRAY_ROWS_KEPT * array->n_channels;
    memcpy(array->rows + k % ARRAY_ROWS_KEPT * array->n_cells, row, array->n_cells * sizeof *row);
    for (size_t b = 0; b < n; b++)
        across[b] = cross_median(floors + b, array->n_channels, n);
    bins_smooth(across, n, FLOOR_BINS, array->levels);
    for (size_t b = 0; b < n; b++)
        sum += array->levels[b];
    for (size_t c = 0; c < array->n_channels; c++) {
        for (size_t b = 0; b < n; b++)
            ratios[c * n + b] = row[c * n + b] / (array->levels[b] + 1e-9f);
        array->scores[c] = place_judge(ratios + c * n, n, bins + c);
        kept->score = fmaxf(kept->score, array->scores[c]);
    }
    kept->floor = sum / (float)n;
    if (array->config.show)
        focused_show(array, &kept->scan, ratios);
    gw_summit_push(array->summit, array->scores);
}

/* After the lane's end each stage learns of it once the one before has nothing left. */
static bool stage_end(gw_array *array)
{
    switch (array->n_ended) {
    case 1:
        gw_cube_finish(array->cube);
        break;
    case 2:
        gw_box_finish(array->box);
        break;
    case 3:
        gw_level_finish(array->floor);
        break;
    case 4:
        gw_summit_finish(array->summit);
        break;
    default:
        return false;
    }
    array->n_ended++;
    return true;
}

/* A large target has a summit at each edge; of those with the same middle the first stands. */
static bool is_new(gw_array *array, double row, double channel)
{
    array_said *said = &array->said;
    uint64_t from = said->n > ARRAY_SAID ? said->n - ARRAY_SAID : 0;
    for (uint64_t k = from; k < said->n; k++) {
        double along = (row - said->row[k % ARRAY_SAID]) * array->config.spacing_m;
        double across = (channel - said->channel[k % ARRAY_SAID]) * array->channel_spacing_m;
        if (hypot(along, across) < apart_m)
            return false;
    }
    said->row[said->n % ARRAY_SAID] = row;
    said->channel[said->n++ % ARRAY_SAID] = channel;
    return true;
}

/* The signal path, the last stage first, so that none ever holds more than its own window. */
bool gw_array_pop(gw_array *array, gw_detection *detection)
{
    const float *row, *levels;
    uint64_t peak;
    size_t channel;
    float score;
    double middle[2];
    for (;;) {
        if (gw_summit_pop(array->summit, &peak, &channel, &score)) {
            array_middle(array, peak, channel, middle);
            if (!is_new(array, (double)peak + middle[0], (double)channel + middle[1]))
                continue;
            array_tell(array, peak, channel, middle, detection);
            detection->far_per_m = array_far_per_m(array, score);
            detection->score = gw_far_gpr_score(detection->far_per_m); /* fusion knows these */
            detection->alarm = detection->far_per_m <= array->config.far_per_m;
            return true;
        }
        if (gw_level_pop(array->floor, &row, &levels)) {
            floor_push(array, row, levels);
        } else if (gw_box_pop(array->box, array->energy)) {
            gw_level_push(array->floor, array->energy);
        } else if (cube_pop(array)) {
            energy_push(array);
        } else if (!row_take(array) && !stage_end(array)) {
            return false;
        }
    }
}

float gw_array_provisional(const gw_array *array, size_t channel)
{
    return gw_gpr_front_provisional(array->fronts[channel]);
}

void gw_array_finish(gw_array *array)
{
    for (size_t c = 0; c < array->n_channels; c++)
        gw_gpr_front_finish(array->fronts[c]);
    array->n_ended = 1;
}

void gw_array_reset(gw_array *array)
{
    for (size_t c = 0; c < array->n_channels; c++)
        gw_gpr_front_reset(array->fronts[c]);
    gw_cube_reset(array->cube);
    gw_box_reset(array->box);
    gw_level_reset(array->floor);
    gw_summit_reset(array->summit);
    memset(array->echoes, 0, array->n_channels * array->band.n_samples * sizeof *array->echoes);
    array->n_taken = array->n_floored = array->n_covered = 0;
    array->n_ended = 0;
    array->said.n = 0;
    array->is_matched = array->is_placed = false;
}
