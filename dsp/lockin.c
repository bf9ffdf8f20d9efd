/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/lockin.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dsp/trouble.h"

static const double hop_s = 0.010, hop_least_s = 0.001, hop_most_s = 0.040;

enum { SIZE_MAX_ROWS = 65536, BESIDE = 24, GUARD = 5 };
static const double ln_2 = 0.6931471805599453; /* median of an exponential variable of mean 1 */

struct gw_lockin {
    size_t hop, n_tones, n_filled;
    size_t receive, transmit; /* channels; transmit == SIZE_MAX: none */
    size_t bins[GW_TONES_MAX];
    size_t n_beside[GW_TONES_MAX], beside[GW_TONES_MAX][BESIDE]; /* bins without a tone */
    float noise[GW_TONES_MAX];
    gw_current current;
    unsigned trouble; /* of the last response */
    double offset;
    gw_fft *fft;
    float *window, *rx, *tx, *scratch;     /* [2 hop] */
    gw_complex *rx_spectrum, *tx_spectrum; /* [hop + 1] */
};

static bool holds_whole_periods(const gw_stream *stream, size_t hop)
{
    for (size_t k = 0; k < stream->n_tones; k++) {
        double periods = stream->tones_hz[k] * (double)hop / stream->sample_rate_hz;
        if (fabs(periods - round(periods)) > 1e-6 * periods || round(periods) < 1)
            return false;
    }
    return true;
}

/* Hop nearest to 10 ms in which every tone has whole periods; 0 when there is none. */
static size_t hop_choose(const gw_stream *stream)
{
    size_t wanted = (size_t)(hop_s * stream->sample_rate_hz + 0.5);
    size_t least = (size_t)(hop_least_s * stream->sample_rate_hz) + 4;
    size_t most = (size_t)(hop_most_s * stream->sample_rate_hz);
    if (most > SIZE_MAX_ROWS / 2)
        most = SIZE_MAX_ROWS / 2;
    for (size_t away = 0; away <= most; away++) {
        if (wanted + away <= most && holds_whole_periods(stream, wanted + away))
            return wanted + away;
        if (wanted >= least + away && holds_whole_periods(stream, wanted - away))
            return wanted - away;
    }
    return 0;
}

static gw_status stream_check(const gw_stream *stream, size_t *receive, size_t *transmit,
                              gw_error *error)
{
    *receive = *transmit = SIZE_MAX;
    for (size_t c = stream->n_channels; c-- > 0;) {
        if (stream->roles[c] == GW_ROLE_RECEIVE)
            *receive = c;
        if (stream->roles[c] == GW_ROLE_TRANSMIT_CURRENT)
            *transmit = c;
    }
    if (*receive == SIZE_MAX)
        return gw_error_set(error, GW_EINVAL, "%s: no channel has the role `receive`",
                            stream->name);
    if (!stream->n_tones || stream->n_tones > GW_TONES_MAX)
        return gw_error_set(error, GW_EINVAL, "%s: %zu tones, 1..%d are needed", stream->name,
                            stream->n_tones, GW_TONES_MAX);
    for (size_t k = 0; k < stream->n_tones; k++)
        if (!(stream->tones_hz[k] > 0 && stream->tones_hz[k] < stream->sample_rate_hz / 2))
            return gw_error_set(error, GW_EINVAL, "%s: tone %g Hz is not in 0..%g Hz", stream->name,
                                stream->tones_hz[k], stream->sample_rate_hz / 2);
    return GW_OK;
}

static bool is_free(const gw_lockin *lockin, size_t bin)
{
    for (size_t k = 0; k < lockin->n_tones; k++)
        if (bin + GUARD > lockin->bins[k] && bin < lockin->bins[k] + GUARD)
            return false;
    return bin >= GUARD && bin + GUARD < lockin->hop;
}

static void beside_choose(gw_lockin *lockin, size_t tone)
{
    size_t middle = lockin->bins[tone], *n = &lockin->n_beside[tone];
    for (size_t away = GUARD; away < lockin->hop && *n < BESIDE; away++) {
        if (is_free(lockin, middle + away))
            lockin->beside[tone][(*n)++] = middle + away;
        if (away < middle && *n < BESIDE && is_free(lockin, middle - away))
            lockin->beside[tone][(*n)++] = middle - away;
    }
}

static void memory_lay(gw_lockin *lockin, float *memory)
{
    size_t length = 2 * lockin->hop;
    lockin->window = memory;
    lockin->rx = lockin->window + length;
    lockin->tx = lockin->rx + length;
    lockin->scratch = lockin->tx + length;
    lockin->rx_spectrum = (gw_complex *)(lockin->scratch + length);
    lockin->tx_spectrum = lockin->rx_spectrum + lockin->hop + 1;
}

gw_status gw_lockin_create(const gw_stream *stream, gw_lockin **out, gw_error *error)
{
    size_t receive, transmit;
    *out = NULL;
    gw_status status = stream_check(stream, &receive, &transmit, error);
    if (status != GW_OK)
        return status;
    size_t hop = hop_choose(stream);
    if (!hop)
        return gw_error_set(error, GW_EINVAL,
                            "%s: no hop of 1..40 ms holds whole periods of all %zu tones",
                            stream->name, stream->n_tones);
    size_t n_floats = 8 * hop + 4 * (hop + 1);
    gw_lockin *lockin = calloc(1, sizeof *lockin + n_floats * sizeof(float));
    if (!lockin)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", stream->name);
    lockin->hop = hop;
    lockin->n_tones = stream->n_tones;
    lockin->current.n_tones = stream->n_tones;
    lockin->receive = receive;
    lockin->transmit = transmit;
    lockin->offset = stream->offset;
    memory_lay(lockin, (float *)(lockin + 1));
    for (size_t k = 0; k < stream->n_tones; k++)
        lockin->bins[k] =
            (size_t)(2 * stream->tones_hz[k] * (double)hop / stream->sample_rate_hz + 0.5);
    for (size_t k = 0; k < stream->n_tones; k++)
        beside_choose(lockin, k);
    for (size_t k = 0; k < 2 * hop; k++)
        lockin->window[k] =
            (float)((1 - cos(3.141592653589793 * ((double)k + 0.5) / (double)hop)) / (double)hop);
    status = gw_fft_create(2 * hop, &lockin->fft);
    if (status != GW_OK) {
        free(lockin);
        return gw_error_set(error, status, "%s: %s", stream->name, gw_status_text(status));
    }
    *out = lockin;
    return GW_OK;
}

size_t gw_lockin_hop(const gw_lockin *lockin)
{
    return lockin->hop;
}

static void spectrum_take(gw_lockin *lockin, const float *x, gw_complex *spectrum)
{
    for (size_t k = 0; k < 2 * lockin->hop; k++)
        lockin->scratch[k] = x[k] * lockin->window[k];
    gw_fft_forward(lockin->fft, lockin->scratch, 2 * lockin->hop, spectrum);
}

static gw_complex ratio_of(gw_complex a, gw_complex b)
{
    float power = b.re * b.re + b.im * b.im;
    if (power <= 0) /* no current: nothing is known of the ground */
        return (gw_complex){0, 0};
    return (gw_complex){(a.re * b.re + a.im * b.im) / power, (a.im * b.re - a.re * b.im) / power};
}

static float power_of(gw_complex z)
{
    return z.re * z.re + z.im * z.im;
}

/* Median power beside a tone, over what makes it a mean; 0: nothing lies beside it. */
static float beside_power(const gw_lockin *lockin, size_t tone, const gw_complex *spectrum)
{
    float power[BESIDE];
    size_t n = lockin->n_beside[tone];
    for (size_t k = 0; k < n; k++) { /* in order, by insertion */
        float value = power_of(spectrum[lockin->beside[tone][k]]);
        size_t at = k;
        for (; at > 0 && power[at - 1] > value; at--)
            power[at] = power[at - 1];
        power[at] = value;
    }
    return n ? power[n / 2] / (float)ln_2 : 0;
}

static void trouble_judge(gw_lockin *lockin)
{
    double current[GW_TONES_MAX], beside[GW_TONES_MAX];
    lockin->trouble = 0;
    if (lockin->transmit != SIZE_MAX) {
        for (size_t k = 0; k < lockin->n_tones; k++) {
            current[k] = sqrt((double)power_of(lockin->tx_spectrum[lockin->bins[k]]));
            beside[k] = sqrt((double)beside_power(lockin, k, lockin->tx_spectrum));
        }
        lockin->trouble = gw_current_judge(&lockin->current, current, beside);
    }
    if (gw_samples_are_clipped(lockin->rx + lockin->hop, lockin->hop))
        lockin->trouble |= GW_TROUBLE_CLIPPED;
}

static void response_make(gw_lockin *lockin, gw_complex *response)
{
    bool has_current = lockin->transmit != SIZE_MAX;
    spectrum_take(lockin, lockin->rx, lockin->rx_spectrum);
    if (has_current)
        spectrum_take(lockin, lockin->tx, lockin->tx_spectrum);
    for (size_t k = 0; k < lockin->n_tones; k++) {
        gw_complex rx = lockin->rx_spectrum[lockin->bins[k]];
        gw_complex tx = has_current ? lockin->tx_spectrum[lockin->bins[k]] : (gw_complex){1, 0};
        response[k] = ratio_of(rx, tx);
        float power = power_of(tx), beside = beside_power(lockin, k, lockin->rx_spectrum);
        lockin->noise[k] = power > 0 ? sqrtf(beside / power) : 0;
    }
    trouble_judge(lockin);
    for (size_t k = 0; lockin->trouble & GW_TROUBLE_TONE_LOST && k < lockin->n_tones; k++)
        lockin->noise[k] = INFINITY;
}

bool gw_lockin_process(gw_lockin *lockin, const int32_t *counts, gw_complex *response)
{
    size_t length = 2 * lockin->hop, at = lockin->n_filled++;
    lockin->rx[at] = (float)((double)counts[lockin->receive] + lockin->offset);
    if (lockin->transmit != SIZE_MAX)
        lockin->tx[at] = (float)((double)counts[lockin->transmit] + lockin->offset);
    if (lockin->n_filled < length)
        return false;
    response_make(lockin, response);
    memmove(lockin->rx, lockin->rx + lockin->hop, lockin->hop * sizeof *lockin->rx);
    memmove(lockin->tx, lockin->tx + lockin->hop, lockin->hop * sizeof *lockin->tx);
    lockin->n_filled = lockin->hop;
    return true;
}

void gw_lockin_noise(const gw_lockin *lockin, float *noise)
{
    memcpy(noise, lockin->noise, lockin->n_tones * sizeof *noise);
}

unsigned gw_lockin_trouble(const gw_lockin *lockin)
{
    return lockin->trouble;
}

void gw_lockin_reset(gw_lockin *lockin)
{
    lockin->n_filled = 0;
}

void gw_lockin_destroy(gw_lockin *lockin)
{
    if (!lockin)
        return;
    gw_fft_destroy(lockin->fft);
    free(lockin);
}
