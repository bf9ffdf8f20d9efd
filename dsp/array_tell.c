/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "dsp/array_impl.h"
#include "dsp/far.h"

static const float top_least = 0.25f;

enum { TOP_BINS = 6 };

double array_far_per_m(const gw_array *array, float ratio)
{
    double swath_m = (double)array->n_channels * array->channel_spacing_m;
    return gw_far_array((double)ratio) * swath_m * array->far_scale;
}

static float near(const gw_array *array, uint64_t row, size_t channel, size_t bin)
{
    const float *cells = array->rows + row % ARRAY_ROWS_KEPT * array->n_cells;
    cells += channel * array->n_bins;
    float at = cells[bin];
    at = fmaxf(at, bin ? cells[bin - 1] : 0);
    return fmaxf(at, bin + 1 < array->n_bins ? cells[bin + 1] : 0);
}

/* Rows and channels to the middle of what is half as high or more, at its depth. */
void array_middle(const gw_array *array, uint64_t row, size_t channel, double middle[2])
{
    size_t bin = array->bins[row % ARRAY_ROWS_KEPT * array->n_channels + channel];
    float least = near(array, row, channel, bin) / 2, sum = 0, rows = 0, channels = 0;
    uint64_t from = row > array->reach ? row - array->reach : 0, to = row + array->reach;
    to = to < array->n_floored ? to : array->n_floored - 1;
    size_t first = channel > 3 ? channel - 3 : 0;
    size_t last = channel + 3 < array->n_channels ? channel + 3 : array->n_channels - 1;
    for (uint64_t k = from; k <= to; k++)
        for (size_t c = first; c <= last; c++) {
            float over = fmaxf(near(array, k, c, bin) - least, 0);
            sum += over;
            rows += over * (float)((double)k - (double)row);
            channels += over * (float)((double)c - (double)channel);
        }
    middle[0] = sum > 0 ? (double)(rows / sum) : 0;
    middle[1] = sum > 0 ? (double)(channels / sum) : 0;
}

/* Between the bins, by a parabola. */
static double bin_refine(const float *cells, size_t n, size_t bin)
{
    if (bin == 0 || bin + 1 >= n)
        return (double)bin;
    double before = (double)cells[bin - 1], after = (double)cells[bin + 1];
    double bend = before - 2 * (double)cells[bin] + after;
    return (double)bin + (bend < 0 ? fmin(fmax(0.5 * (before - after) / bend, -0.5), 0.5) : 0);
}

/* What was found stands over its floor, which falls with depth; the echo is where its energy is
 * highest. The bottom of a mine may answer louder than its top: the first echo within one and a
 * half periods over that which is not much fainter is the top. */
static double top_find(const gw_array *array, uint64_t row, size_t channel, size_t bin)
{
    const float *cells = array->rows + row % ARRAY_ROWS_KEPT * array->n_cells;
    cells += channel * array->n_bins;
    for (size_t k = 0; k < TOP_BINS / 3 && bin > 1 && cells[bin - 1] > cells[bin]; k++)
        bin--;
    size_t top = bin, last = bin > TOP_BINS + 1 ? bin - TOP_BINS : 1;
    for (size_t b = bin; b-- > last;)
        if (cells[b] >= cells[b - 1] && cells[b] > cells[b + 1] &&
            cells[b] > top_least * cells[bin])
            top = b;
    return bin_refine(cells, array->n_bins, top);
}

static double depth_tell_m(const gw_array *array, const array_kept *kept, double bin)
{
    const gw_cube_ground *ground = &array->ground;
    gw_depth_ground told = ground->ways;
    double path_m = gw_depth_path_m(&told, fmax(ground->depth_m + bin * ground->depth_step_m, 0));
    told.speed_m_per_ns = array->speed.m_per_ns;
    if (!array->band.is_calibrated)
        return gw_depth_m(&told, path_m);
    return gw_gpr_front_depth_m(array->fronts[array->middle], &kept->origin,
                                array_at_samples(array, bin));
}

/* Those whose echoes were added up. */
static void rows_tell(const gw_array *array, uint64_t row, gw_detection *detection)
{
    uint64_t from = row > array->aperture ? row - array->aperture : 0, to = row + array->aperture;
    to = to < array->n_taken ? to : array->n_taken - 1;
    detection->first_row = array->kept[from % ARRAY_SCANS_KEPT].scan.scan;
    detection->last_row = array->kept[to % ARRAY_SCANS_KEPT].scan.scan;
}

void array_tell(const gw_array *array, uint64_t row, size_t channel, const double middle[2],
                gw_detection *detection)
{
    const array_kept *kept = array->kept + row % ARRAY_SCANS_KEPT;
    size_t bin = array->bins[row % ARRAY_ROWS_KEPT * array->n_channels + channel];
    double most = 0.49 * (double)array->reach;
    double shift = (double)array->shifts[row % ARRAY_SCANS_KEPT * array->n_channels + channel];
    double raw = array_at_samples(array, (double)bin) + array->earlier[channel] + shift;
    *detection = gw_detection_unknown(GW_SENSOR_GPR);
    detection->cross_m = ((double)channel + middle[1]) * array->channel_spacing_m;
    detection->scan = kept->scan.scan;
    detection->channel = (int32_t)channel;
    detection->sample = (int64_t)(fmin(fmax(raw, 0), (double)(array->band.n_samples - 1)) + 0.5);
    detection->spacing_assumed = !array->config.is_spacing_known;
    detection->far_assumed = array->is_far_assumed;
    detection->time_ns = kept->scan.time_ns;
    if (array->config.is_spacing_known)
        detection->along_m =
            kept->scan.along_m + fmin(fmax(middle[0], -most), most) * array->config.spacing_m;
    rows_tell(array, row, detection);
    double depth = depth_tell_m(array, kept, top_find(array, row, channel, bin));
    if (array->band.is_time_known && !isnan(depth)) {
        detection->depth_m = depth;
        detection->depth_sd_m = gw_speed_depth_sd_m(&array->speed, depth, array->depth_start_sd_m);
        detection->speed_m_per_ns = array->speed.m_per_ns;
        detection->speed_sd_m_per_ns = array->speed.sd_m_per_ns;
    }
}

double gw_array_done_m(const gw_array *array)
{
    uint64_t done = gw_summit_done(array->summit);
    if (!done)
        return -(double)INFINITY;
    double behind = 0.5 * (double)array->reach * array->config.spacing_m;
    return array->kept[(done - 1) % ARRAY_SCANS_KEPT].scan.along_m - behind;
}

enum { SPEED_SCANS = 25 };

/* Over 25 scans at least, where so many came before: one alone has no speed. */
static double speed_told(const gw_array *array, uint64_t from, const array_kept *last)
{
    uint64_t before = from > SPEED_SCANS ? from - SPEED_SCANS : 0;
    const array_kept *first = array->kept + before % ARRAY_SCANS_KEPT;
    double seconds = (double)(last->scan.time_ns - first->scan.time_ns) * 1e-9;
    double length = last->scan.along_m - first->scan.along_m;
    return seconds > 0 ? length / seconds : (double)NAN;
}

/* NAN without a calibration, or where no surface was seen: what the first rows say by themselves
 * is good for the stack, not to judge by. */
static double height_told(const gw_array *array, uint64_t from, uint64_t to)
{
    double sum = 0;
    if (!array->band.is_calibrated)
        return (double)NAN;
    for (uint64_t k = from; k < to; k++)
        sum += gw_gpr_front_height_m(array->fronts[array->middle],
                                     &array->kept[k % ARRAY_SCANS_KEPT].origin);
    return sum / (double)(to - from);
}

bool gw_array_coverage(gw_array *array, gw_coverage *coverage)
{
    uint64_t from = array->n_covered, to = gw_summit_done(array->summit);
    if (to == from)
        return false;
    const array_kept *first = array->kept + from % ARRAY_SCANS_KEPT;
    const array_kept *last = array->kept + (to - 1) % ARRAY_SCANS_KEPT;
    double floor = 0;
    float best = 0;
    for (uint64_t k = from; k < to; k++) {
        floor += (double)array->kept[k % ARRAY_SCANS_KEPT].floor;
        best = fmaxf(best, array->kept[k % ARRAY_SCANS_KEPT].score);
    }
    bool is_known = array->config.is_spacing_known;
    *coverage = gw_coverage_unknown(GW_SENSOR_GPR);
    coverage->untold = GW_UNTOLD_WAVEFORM;
    coverage->first_row = (uint64_t)first->scan.scan;
    coverage->n_rows = (uint64_t)(last->scan.scan - first->scan.scan + 1);
    coverage->from_m = is_known ? first->scan.along_m : (double)NAN;
    coverage->to_m = is_known ? last->scan.along_m : (double)NAN;
    coverage->noise = sqrt(floor / (double)(to - from));
    coverage->max_score = gw_far_gpr_score(array_far_per_m(array, best));
    coverage->speed_m_s = is_known ? speed_told(array, from, last) : (double)NAN;
    coverage->height_m = height_told(array, from, to);
    coverage->from_ns = first->scan.time_ns;
    coverage->to_ns = last->scan.time_ns;
    array->n_covered = to;
    return true;
}
