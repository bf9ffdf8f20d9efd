/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The ratio of both coils at each tone, as the lock-in of a device gives it for each row. Hum stays
 * out of it; an impulse spoils one row.
 */
#include <math.h>
#include <stdlib.h>

#include "drivers/scene/md.h"

static const double ONE_COUNTS = 1 << 20, COUNTS_MOST = 2147483647;

typedef struct iq_state {
    scene_carrier carrier;
    uint64_t noise_key, impulse_key, impulse_slot;
    double noise[GW_TONES_MAX]; /* of each part, ratio */
} iq_state;

/* Ratio of the channels for a receive of 1 m. */
static phasor ratio_of(const scene_carrier *carrier, size_t k)
{
    return carrier->receive[k] / GW_SCENE_TRANSMIT_COUNTS;
}

/* Noise of a row is what its white noise leaves in a tone's amplitude: s sqrt(2 / n) in each part;
 * or, by noise.md_ball_db, the same share of the ball's response in each tone. */
static void noise_fill(iq_state *iq)
{
    const gw_scene *scene = iq->carrier.scene;
    const scene_basis *basis = gw_scene_head_basis(iq->carrier.head);
    double n = iq->carrier.noise_rate_hz / scene->md.rate_hz;
    scene_values ball;
    gw_scene_ball_values(scene, basis, &ball);
    for (size_t k = 0; k < scene->md.n_tones; k++) {
        iq->noise[k] = iq->carrier.noise_counts * sqrt(2 / n) /
                       (GW_SCENE_TRANSMIT_COUNTS * cabs(iq->carrier.unit[k]));
        if (!isnan(scene->noise.md_ball_db))
            iq->noise[k] = hypot(ball.v[2 * k], ball.v[2 * k + 1]) *
                           cabs(ratio_of(&iq->carrier, k)) * pow(10, scene->noise.md_ball_db / 20) *
                           sqrt(0.5 * 0.010 * scene->md.rate_hz);
    }
}

static gw_status iq_create(const gw_scene *scene, void **out)
{
    iq_state *iq = calloc(1, sizeof *iq);
    *out = NULL;
    if (!iq)
        return GW_ENOMEM;
    iq->noise_key = gw_random_key(scene->seed, SCENE_MD_NOISE);
    iq->impulse_key = gw_random_key(scene->seed, SCENE_IMPULSE);
    iq->impulse_slot = gw_scene_impulse_slot(scene, 1);
    gw_status status = gw_scene_carrier_create(scene, &iq->carrier);
    if (status != GW_OK) {
        free(iq);
        return status;
    }
    noise_fill(iq);
    *out = iq;
    return GW_OK;
}

static void iq_destroy(void *state)
{
    iq_state *iq = state;
    gw_scene_carrier_destroy(&iq->carrier);
    free(iq);
}

/* Size of the impulse in the row, over the noise; 0: none. */
static double impulse_at(const iq_state *iq, uint64_t row)
{
    if (!iq->impulse_slot)
        return 0;
    uint64_t slot = row / iq->impulse_slot, key = gw_random_bits(iq->impulse_key, slot);
    uint64_t at = (uint64_t)((double)iq->impulse_slot * gw_random_uniform(key, 0));
    return row % iq->impulse_slot == at ? 10 + 70 * gw_random_uniform(key, 1) : 0;
}

static int32_t count_of(double ratio)
{
    return (int32_t)lrint(fmin(fmax(ratio * ONE_COUNTS, -COUNTS_MOST), COUNTS_MOST));
}

static void row_read(const iq_state *iq, uint64_t row, int32_t *counts)
{
    const scene_coils *md = &iq->carrier.scene->md;
    scene_carried at;
    double noisy = 1 + impulse_at(iq, row);
    gw_scene_carrier_at(&iq->carrier, ((double)row + 0.5) / md->rate_hz, &at);
    for (size_t k = 0; k < md->n_tones; k++) {
        uint64_t key = gw_random_bits(iq->noise_key, row * GW_TONES_MAX + k);
        phasor ratio = 0; /* of a tone that is not sent, nothing but noise */
        if (cabs(at.transmit[k]) > 0)
            ratio = at.receive[k] / at.transmit[k] * ratio_of(&iq->carrier, k);
        counts[2 * k] = count_of(creal(ratio) + noisy * iq->noise[k] * gw_random_gauss(key, 0));
        counts[2 * k + 1] = count_of(cimag(ratio) + noisy * iq->noise[k] * gw_random_gauss(key, 1));
    }
}

static void iq_read(void *state, uint64_t row, size_t n_rows, int32_t *counts)
{
    const iq_state *iq = state;
    for (size_t k = 0; k < n_rows; k++)
        row_read(iq, row + k, counts + 2 * k * iq->carrier.scene->md.n_tones);
}

const scene_md_type scene_md_iq = {.create = iq_create, .read = iq_read, .destroy = iq_destroy};
