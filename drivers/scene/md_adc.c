/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What changes with the head is computed at the ends of cells of about a millisecond and
 * interpolated; within a cell carriers turn by a table.
 */
#include <math.h>
#include <stdlib.h>

#include "drivers/scene/md.h"

enum { N_HUM = 4, N_TURNS = N_HUM + 1 };

static const double CELL_S = 1e-3, PULSE_S = 300 / 64e3, PULSE_RATE_HZ = 64e3;
static const double hum_order[N_HUM] = {1, 3, 5, 7}, hum_ratio[N_HUM] = {1, 0.375, 0.2, 0.075};

typedef struct adc_state {
    scene_carrier carrier;
    size_t cell_rows, n_tones;
    uint64_t noise_key, impulse_key, impulse_slot;
    double clip_counts; /* of the receive channel */
    double turn_hz[N_TURNS], turn_counts[N_TURNS], turn_phase[N_TURNS];
    bool has_cell;
    uint64_t cell;
    scene_carried ends[2];
    /* [cell_rows] each */
    double *receive, *transmit, *extra;
    double *cosine, *sine; /* [n_tones + N_TURNS][cell_rows] */
} adc_state;

static double frequency_of(const adc_state *adc, size_t k)
{
    return k < adc->n_tones ? adc->carrier.scene->md.tones_hz[k] : adc->turn_hz[k - adc->n_tones];
}

static void turns_fill(adc_state *adc)
{
    const gw_scene *scene = adc->carrier.scene;
    uint64_t key = gw_scene_device_key(scene, SCENE_MD_SLOW);
    for (size_t k = 0; k < N_TURNS; k++) {
        bool is_hum = k < N_HUM;
        adc->turn_hz[k] = is_hum ? scene->noise.hum_hz * hum_order[k] : scene->noise.tone_hz;
        adc->turn_counts[k] =
            is_hum ? scene->noise.hum_counts * hum_ratio[k] : scene->noise.tone_counts;
        adc->turn_phase[k] = 2 * M_PI * gw_random_uniform(key, 100 + k);
    }
    for (size_t k = 0; k < adc->n_tones + N_TURNS; k++)
        for (size_t n = 0; n < adc->cell_rows; n++) {
            double angle = 2 * M_PI * frequency_of(adc, k) * (double)n / scene->md.rate_hz;
            adc->cosine[k * adc->cell_rows + n] = cos(angle);
            adc->sine[k * adc->cell_rows + n] = sin(angle);
        }
}

static gw_status adc_create(const gw_scene *scene, void **out)
{
    double rows = scene->md.rate_hz * CELL_S;
    size_t cell_rows = rows < 16 ? 16 : rows > 2048 ? 2048 : (size_t)rows;
    size_t n_turns = scene->md.n_tones + N_TURNS, n = (3 + 2 * n_turns) * cell_rows;
    adc_state *adc = calloc(1, sizeof *adc + n * sizeof(double));
    *out = NULL;
    if (!adc)
        return GW_ENOMEM;
    adc->cell_rows = cell_rows;
    adc->n_tones = scene->md.n_tones;
    adc->receive = (double *)(adc + 1);
    adc->transmit = adc->receive + cell_rows;
    adc->extra = adc->transmit + cell_rows;
    adc->cosine = adc->extra + cell_rows;
    adc->sine = adc->cosine + n_turns * cell_rows;
    adc->noise_key = gw_random_key(scene->seed, SCENE_MD_NOISE);
    adc->impulse_key = gw_random_key(scene->seed, SCENE_IMPULSE);
    adc->impulse_slot = gw_scene_impulse_slot(scene, (uint64_t)(PULSE_S * scene->md.rate_hz));
    adc->clip_counts = scene->md.clip_counts;
    gw_status status = gw_scene_carrier_create(scene, &adc->carrier);
    if (status != GW_OK) {
        free(adc);
        return status;
    }
    turns_fill(adc);
    *out = adc;
    return GW_OK;
}

static void adc_destroy(void *state)
{
    adc_state *adc = state;
    gw_scene_carrier_destroy(&adc->carrier);
    free(adc);
}

/* Add to `to` the real part of what goes from a to b while it turns. */
static void turn_add(const adc_state *adc, size_t k, phasor a, phasor b, double *to)
{
    const double *cosine = adc->cosine + k * adc->cell_rows, *sine = adc->sine + k * adc->cell_rows;
    double re = creal(a), im = cimag(a), step = 1 / (double)adc->cell_rows;
    double re_step = (creal(b) - re) * step, im_step = (cimag(b) - im) * step;
    for (size_t n = 0; n < adc->cell_rows; n++) {
        double part = (double)n;
        to[n] += (re + part * re_step) * cosine[n] - (im + part * im_step) * sine[n];
    }
}

/* Impulse number `slot`: one in each stretch of impulse_slot rows. */
static void impulse_add(adc_state *adc, uint64_t slot, uint64_t first)
{
    double rate_hz = adc->carrier.scene->md.rate_hz;
    uint64_t n_rows = (uint64_t)(PULSE_S * rate_hz), key = gw_random_bits(adc->impulse_key, slot);
    uint64_t start = slot * adc->impulse_slot +
                     (uint64_t)((double)(adc->impulse_slot - n_rows) * gw_random_uniform(key, 0));
    double turn = 0.1 + 1.9 * gw_random_uniform(key, 2);
    double size = GW_SCENE_FULL_COUNTS * (0.01 + 0.07 * gw_random_uniform(key, 1));
    for (size_t n = 0; n < adc->cell_rows; n++) {
        if (first + n < start || first + n - start >= n_rows)
            continue;
        double age = (double)(first + n - start) * PULSE_RATE_HZ / rate_hz;
        adc->extra[n] += nearbyint(size * exp(-age / 60) * sin(age * turn));
    }
}

static void cell_render(adc_state *adc)
{
    const scene_carrier *carrier = &adc->carrier;
    double rate_hz = carrier->scene->md.rate_hz;
    uint64_t first = adc->cell * adc->cell_rows;
    const scene_carried *a = &adc->ends[0], *b = &adc->ends[1];
    memset(adc->receive, 0, 3 * adc->cell_rows * sizeof(double));
    for (size_t k = 0; k < adc->n_tones + N_TURNS; k++) {
        double turns = fmod(frequency_of(adc, k) * (double)first / rate_hz, 1);
        phasor at = phasor_turn(2 * M_PI * turns);
        if (k < adc->n_tones) {
            phasor unit = at * carrier->unit[k], felt = unit * carrier->receive[k];
            turn_add(adc, k, a->receive[k] * felt, b->receive[k] * felt, adc->receive);
            unit *= GW_SCENE_TRANSMIT_COUNTS;
            turn_add(adc, k, a->transmit[k] * unit, b->transmit[k] * unit, adc->transmit);
            continue;
        }
        size_t hum = k - adc->n_tones;
        at *= adc->turn_counts[hum] * phasor_turn(adc->turn_phase[hum]);
        if (adc->turn_counts[hum] > 0)
            turn_add(adc, k, at, at, adc->receive);
    }
    if (!adc->impulse_slot)
        return;
    uint64_t last = (first + adc->cell_rows - 1) / adc->impulse_slot;
    for (uint64_t slot = first / adc->impulse_slot; slot <= last; slot++)
        impulse_add(adc, slot, first);
}

static void cell_seek(adc_state *adc, uint64_t cell)
{
    double cell_s = (double)adc->cell_rows / adc->carrier.scene->md.rate_hz;
    if (adc->has_cell && adc->cell == cell)
        return;
    if (adc->has_cell && adc->cell + 1 == cell)
        adc->ends[0] = adc->ends[1];
    else
        gw_scene_carrier_at(&adc->carrier, (double)cell * cell_s, &adc->ends[0]);
    gw_scene_carrier_at(&adc->carrier, (double)(cell + 1) * cell_s, &adc->ends[1]);
    adc->cell = cell;
    adc->has_cell = true;
    cell_render(adc);
}

static int32_t count_of(double most, double value)
{
    return (int32_t)lrint(fmin(fmax(value, -most - 1), most));
}

static void adc_read(void *state, uint64_t row, size_t n_rows, int32_t *counts)
{
    adc_state *adc = state;
    double noise = adc->carrier.noise_counts;
    double transmit_noise = adc->carrier.scene->noise.transmit_counts;
    for (size_t k = 0; k < n_rows; k++, row++) {
        cell_seek(adc, row / adc->cell_rows);
        size_t n = row % adc->cell_rows;
        double receive = adc->receive[n] + noise * gw_random_normal(adc->noise_key, 2 * row);
        double transmit =
            adc->transmit[n] + transmit_noise * gw_random_normal(adc->noise_key, 2 * row + 1);
        receive = nearbyint(receive) + adc->extra[n];
        counts[2 * k] = count_of(adc->clip_counts, receive);
        counts[2 * k + 1] = count_of(32767, transmit);
    }
}

const scene_md_type scene_md_adc = {.create = adc_create, .read = adc_read, .destroy = adc_destroy};
