/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * With a calibration: where time zero and the ground's surface lie in the aligned scans.
 *
 *     surface = peak of | analytic(background - coupling moved by the aligner's mean shift) |
 */
#include "dsp/gpr_front_impl.h"

#include <math.h>

#include "dsp/depth.h"
#include "dsp/speed.h"

static const double two_pi = 6.283185307179586;

/* Scans over which the aligner's shift is averaged; and rows between two looks for the surface. */
enum { SHIFTS = 64, SURFACE_EVERY = 8 };

/* The surface's echo is not lower than this under the coupling's, or it was not seen: drifts of the
 * gain by 2 % leave -34 dB of the coupling. */
static const double surface_least_db = -31;

static float power_of(gw_complex z)
{
    return z.re * z.re + z.im * z.im;
}

static size_t peak_of(const gw_complex *z, size_t from, size_t to)
{
    size_t peak = from;
    for (size_t k = from; k < to; k++)
        if (power_of(z[k]) > power_of(z[peak]))
            peak = k;
    return peak;
}

/* Between the samples, by a parabola through the envelope. */
static double peak_refine(const gw_complex *z, size_t n, size_t peak)
{
    if (peak == 0 || peak + 1 >= n)
        return (double)peak;
    double before = sqrt((double)power_of(z[peak - 1])), at = sqrt((double)power_of(z[peak]));
    double after = sqrt((double)power_of(z[peak + 1])), bend = before - 2 * at + after;
    return (double)peak + (bend < 0 ? 0.5 * (before - after) / bend : 0);
}

static void coupling_spectrum(gw_gpr_front *front, double later_samples, gw_complex *out)
{
    double step = -two_pi * later_samples / (double)front->size;
    gw_fft_forward(front->fft, front->coupling, front->band.n_samples, out);
    for (size_t k = 0; k <= front->size / 2; k++) {
        double re = cos(step * (double)k) * (double)front->mask[k];
        double im = sin(step * (double)k) * (double)front->mask[k];
        gw_complex x = out[k];
        out[k].re = (float)((double)x.re * re - (double)x.im * im);
        out[k].im = (float)((double)x.re * im + (double)x.im * re);
    }
}

/* The first scan sets the aligned time: how much earlier than the mean scan it came. */
static double shift_mean(const gw_gpr_front *front, uint64_t row)
{
    uint64_t from = row > SHIFTS ? row - SHIFTS : 0, to = row + front->rows_after + 1;
    double sum = 0;
    to = to < front->n_pushed ? to : front->n_pushed;
    for (uint64_t k = from; k < to; k++)
        sum += (double)front->kept[k % GPR_FRONT_KEPT].shift;
    return to > from ? sum / (double)(to - from) : 0;
}

/* background: [n_samples]; into front->origin. */
static void surface_find(gw_gpr_front *front, const float *background)
{
    gw_gpr_origin *origin = &front->origin;
    size_t n = front->band.n_samples;
    double shift = shift_mean(front, front->n_popped);
    origin->time_zero = front->time_zero - shift;
    origin->direct =
        origin->time_zero + front->offset_m / GW_LIGHT_M_PER_NS * 1e-9 * front->band.sample_rate_hz;
    gw_fft_forward(front->fft, background, n, front->spectrum);
    coupling_spectrum(front, -shift, front->coupled);
    for (size_t k = 0; k <= front->size / 2; k++) {
        front->spectrum[k].re -= front->coupled[k].re;
        front->spectrum[k].im -= front->coupled[k].im;
    }
    gw_fft_analytic(front->fft, front->spectrum, n, front->analytic);
    double from = fmin(fmax(origin->direct, 0), (double)(n - 1));
    size_t peak = peak_of(front->analytic, (size_t)from, n);
    origin->surface_power = power_of(front->analytic[peak]);
    origin->has_surface =
        (double)origin->surface_power > front->coupling_power * pow(10, surface_least_db / 10);
    origin->surface = peak_refine(front->analytic, n, peak);
}

void gpr_surface_watch(gw_gpr_front *front, const float *background)
{
    if (front->n_popped % SURFACE_EVERY == 0)
        surface_find(front, background);
}

void gpr_surface_prepare(gw_gpr_front *front)
{
    coupling_spectrum(front, 0, front->coupled);
    gw_fft_analytic(front->fft, front->coupled, front->band.n_samples, front->analytic);
    front->coupling_power =
        (double)power_of(front->analytic[peak_of(front->analytic, 0, front->band.n_samples)]);
}

double gw_gpr_front_height_m(const gw_gpr_front *front, const gw_gpr_origin *origin)
{
    double m_a_sample = GW_LIGHT_M_PER_NS * 1e9 / front->band.sample_rate_hz;
    double surface_m = (origin->surface - origin->time_zero) * m_a_sample;
    return origin->has_surface ? gw_depth_height_m(surface_m, front->offset_m) : (double)NAN;
}

double gw_gpr_front_depth_m(const gw_gpr_front *front, const gw_gpr_origin *origin,
                            double at_samples)
{
    double m_a_sample = GW_LIGHT_M_PER_NS * 1e9 / front->band.sample_rate_hz;
    if (!origin->has_surface)
        return (double)NAN;
    const gw_depth_ground ground = {.offset_m = front->offset_m,
                                    .height_m = gw_gpr_front_height_m(front, origin),
                                    .speed_m_per_ns =
                                        gw_speed_of(front->config.speed_m_per_ns).m_per_ns};
    return gw_depth_m(&ground, (at_samples - origin->time_zero) * m_a_sample);
}
