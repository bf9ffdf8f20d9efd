/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "dsp/gpr_front_impl.h"

/* Of a scan's gain against its background's: drifts, no more. */
static const float gain_least = 0.7f, gain_most = 1.4f;

const gw_gpr_band *gw_gpr_front_band(const gw_gpr_front *front)
{
    return &front->band;
}

static void scan_load(gw_gpr_front *front, const float *counts)
{
    size_t n = front->band.n_samples;
    double sum = 0;
    for (size_t k = n / 2; k < n; k++)
        sum += (double)counts[k];
    float mean = (float)(sum / (double)(n - n / 2));
    for (size_t k = 0; k < n; k++)
        front->scan[k] = counts[k < front->n_marks ? front->n_marks : k] - mean;
}

static void stage_show(const gw_gpr_front *front, gw_stage stage, const gw_gpr_scan *scan,
                       const float *values)
{
    const gw_stage_row row = {.stage = stage,
                              .channel = front->config.channel,
                              .scan = scan->scan,
                              .along_m = scan->along_m,
                              .step_samples = 1,
                              .n = front->band.n_samples,
                              .values = values};
    if (front->config.show)
        front->config.show(front->config.show_user, &row);
}

void gw_gpr_front_push(gw_gpr_front *front, const float *counts, const gw_gpr_scan *scan)
{
    front_kept *kept = front->kept + front->n_pushed++ % GPR_FRONT_KEPT;
    *kept = (front_kept){.scan = *scan};
    stage_show(front, GW_STAGE_RAW, scan, counts);
    scan_load(front, counts);
    if (!(front->config.without & GW_GPR_WHISTLE))
        gw_whistle_process(front->whistle, front->fft, front->scan);
    gw_fft_forward(front->fft, front->scan, front->band.n_samples, front->spectrum);
    if (front->wide)
        gw_gpr_wide_take(front->wide, front->spectrum);
    for (size_t k = 0; k <= front->size / 2; k++) {
        front->spectrum[k].re *= front->mask[k];
        front->spectrum[k].im *= front->mask[k];
    }
    if (front->config.without & GW_GPR_ALIGN)
        gw_fft_inverse(front->fft, front->spectrum, front->band.n_samples, front->scan);
    else
        kept->shift = gw_align_process(front->align, front->fft, front->spectrum, front->scan);
    front->provisional = gw_cue_process(front->cue, front->scan);
    gw_level_push(front->background, front->scan);
    if (front->wide)
        gw_gpr_wide_push(front->wide, kept->shift);
}

static void peak_find(gw_gpr_front *front, const float *background)
{
    size_t peak = 0;
    for (size_t k = 1; k < front->band.n_samples; k++)
        if (fabsf(background[k]) > fabsf(background[peak]))
            peak = k;
    front->peak = peak;
    front->is_placed = true;
}

/* gain: of the scan against its background, over the strongest arrival; and that one's power */
static float gain_measure(const gw_gpr_front *front, const float *x, const float *background,
                          float *direct)
{
    size_t n = front->band.n_samples, wavelet = front->band.wavelet;
    size_t from = front->peak > wavelet ? front->peak - wavelet : 0;
    size_t to = front->peak + wavelet < n ? front->peak + wavelet : n;
    float both = 0, own = 0;
    for (size_t k = from; k < to; k++) {
        both += x[k] * background[k];
        own += background[k] * background[k];
    }
    *direct = own / (float)wavelet;
    return own > 0 ? fminf(fmaxf(both / own, gain_least), gain_most) : 1;
}

/* background: what stands still along the lane is not a target */
bool gw_gpr_front_pop(gw_gpr_front *front, gw_gpr_residual *residual)
{
    const float *x, *background;
    if (!gw_level_pop(front->background, &x, &background))
        return false;
    if (front->band.is_calibrated)
        gpr_surface_watch(front, background);
    if (!front->is_placed)
        peak_find(front, background);
    const front_kept *kept = front->kept + front->n_popped++ % GPR_FRONT_KEPT;
    *residual = (gw_gpr_residual){.scan = kept->scan,
                                  .origin = front->origin,
                                  .shift = kept->shift,
                                  .values = front->scan,
                                  .background = background};
    float gain = gain_measure(front, x, background, &residual->direct);
    if (front->config.without & GW_GPR_GAIN)
        gain = 1;
    if (front->config.without & GW_GPR_BACKGROUND)
        background = front->nothing;
    if (front->wide)
        gw_gpr_wide_pop(front->wide, gain);
    for (size_t k = 0; k < front->band.n_samples; k++)
        front->scan[k] = x[k] / gain - background[k];
    stage_show(front, GW_STAGE_PROCESSED, &kept->scan, front->scan);
    return true;
}

void gw_gpr_front_match(gw_gpr_front *front, double earlier_samples, double gain)
{
    double step = 6.283185307179586 * earlier_samples / (double)front->size;
    for (size_t k = 0; k <= front->size / 2; k++)
        front->turns[k] = (gw_complex){(float)(gain * cos(step * (double)k)),
                                       (float)(gain * sin(step * (double)k))};
    front->is_matched = true;
}

const gw_complex *gw_gpr_front_analytic(gw_gpr_front *front)
{
    gw_fft_forward(front->fft, front->scan, front->band.n_samples, front->spectrum);
    for (size_t k = 0; front->is_matched && k <= front->size / 2; k++) {
        gw_complex x = front->spectrum[k], turn = front->turns[k];
        front->spectrum[k].re = x.re * turn.re - x.im * turn.im;
        front->spectrum[k].im = x.re * turn.im + x.im * turn.re;
    }
    gw_fft_analytic(front->fft, front->spectrum, front->band.n_samples, front->analytic);
    return front->analytic;
}

const gw_complex *gw_gpr_front_wide(gw_gpr_front *front)
{
    return front->wide ? gw_gpr_wide_analytic(front->wide, front->fft) : NULL;
}

size_t gw_gpr_front_peak(const gw_gpr_front *front)
{
    return front->peak;
}

float gw_gpr_front_provisional(const gw_gpr_front *front)
{
    return front->provisional;
}

void gw_gpr_front_finish(gw_gpr_front *front)
{
    gw_level_finish(front->background);
    if (front->wide)
        gw_gpr_wide_finish(front->wide);
}

void gw_gpr_front_reset(gw_gpr_front *front)
{
    gw_whistle_reset(front->whistle);
    gw_align_reset(front->align);
    gw_cue_reset(front->cue);
    gw_level_reset(front->background);
    if (front->wide)
        gw_gpr_wide_reset(front->wide);
    front->provisional = 0;
    front->n_pushed = front->n_popped = 0;
    front->is_placed = front->is_matched = false;
}
