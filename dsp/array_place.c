/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How the channels of an array differ, and how high its antennas are.
 *
 *     earlier_c = argmax_l sum_n b_c[n + l] b_middle[n],  gain_c = sqrt(direct_middle / direct_c)
 *
 * of the backgrounds b. The ground's echo is what moves most from scan to scan, as the height does:
 * the peak of the residuals' mean power, the median of the channels, at or after the direct wave.
 */
#include <math.h>

#include "dsp/array_impl.h"

/* As high as antennas are held; a gain beyond these is a channel that does not work. */
static const double height_most_m = 0.5, gain_least = 0.5, gain_most = 2;

/* Between the samples, by a parabola. */
static double peak_refine(const float *values, size_t n, size_t peak)
{
    if (peak == 0 || peak + 1 >= n)
        return (double)peak;
    double before = (double)values[peak - 1], after = (double)values[peak + 1];
    double bend = before - 2 * (double)values[peak] + after;
    return (double)peak + (bend < 0 ? 0.5 * (before - after) / bend : 0);
}

/* lags: by how much the channel is late, around size / 4, within a quarter of the scan. */
static double late_samples(gw_array *array, const float *background)
{
    size_t n = array->band.n_samples, most = n / 4, peak = 0, count = 2 * most + 1;
    gw_fft_forward(array->fft, background, n, array->spectrum);
    for (size_t k = 0; k <= array->size / 2; k++) {
        gw_complex x = array->spectrum[k], y = array->against[k];
        double turn = 6.283185307179586 * (double)most * (double)k / (double)array->size;
        float re = x.re * y.re + x.im * y.im, im = x.im * y.re - x.re * y.im;
        float c = (float)cos(turn), s = (float)-sin(turn); /* later by `most`: no negative lags */
        array->spectrum[k] = (gw_complex){re * c - im * s, re * s + im * c};
    }
    gw_fft_inverse(array->fft, array->spectrum, count, array->lags);
    for (size_t k = 1; k < count; k++)
        if (array->lags[k] > array->lags[peak])
            peak = k;
    return peak_refine(array->lags, count, peak) - (double)most;
}

void array_match(gw_array *array)
{
    const gw_gpr_residual *middle = &array->residuals[array->middle];
    gw_fft_forward(array->fft, middle->background, array->band.n_samples, array->against);
    for (size_t c = 0; c < array->n_channels; c++) {
        const gw_gpr_residual *own = &array->residuals[c];
        double gain = own->direct > 0 ? sqrt((double)(middle->direct / own->direct)) : 1;
        array->earlier[c] = c == array->middle ? 0 : late_samples(array, own->background);
        gw_gpr_front_match(array->fronts[c], array->earlier[c],
                           fmin(fmax(gain, gain_least), gain_most));
    }
    array->is_matched = true;
}

void array_watch(gw_array *array, size_t channel, const gw_complex *z)
{
    float *echoes = array->echoes + channel * array->band.n_samples;
    for (size_t k = 0; k < array->band.n_samples; k++)
        echoes[k] += z[k].re * z[k].re + z[k].im * z[k].im;
}

/* The median of the channels: a target lies under some of them only. */
static float echo_at(const gw_array *array, size_t sample)
{
    float sorted[GW_CHANNELS_MAX];
    for (size_t c = 0; c < array->n_channels; c++) {
        float value = array->echoes[c * array->band.n_samples + sample];
        size_t at = c;
        for (; at && sorted[at - 1] > value; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = value;
    }
    return sorted[array->n_channels / 2];
}

static double surface_samples(const gw_array *array, size_t peak)
{
    double most = 2 * height_most_m * array->ground.samples_per_m;
    size_t n = array->band.n_samples, last = peak + (size_t)most, best = peak;
    float highest = 0;
    for (size_t k = peak; k < n && k <= last; k++) {
        float echo = echo_at(array, k);
        if (echo > highest) {
            highest = echo;
            best = k;
        }
    }
    return (double)best;
}

void array_place(gw_array *array)
{
    gw_cube_ground *ground = &array->ground;
    size_t peak = gw_gpr_front_peak(array->fronts[array->middle]);
    double direct_m = ground->ways.offset_m;
    ground->t0_samples = (double)peak - direct_m * ground->samples_per_m;
    double surface_m = (surface_samples(array, peak) - ground->t0_samples) / ground->samples_per_m;
    ground->ways.height_m =
        fmin(gw_depth_height_m(surface_m, ground->ways.offset_m), height_most_m);
    gw_cube_place(array->cube, ground);
    array->is_placed = true;
}

double array_at_samples(const gw_array *array, double bin)
{
    const gw_cube_ground *ground = &array->ground;
    double depth = ground->depth_m + bin * ground->depth_step_m;
    return ground->t0_samples + ground->samples_per_m * gw_depth_path_m(&ground->ways, depth);
}
