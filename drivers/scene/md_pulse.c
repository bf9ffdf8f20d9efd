/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A row is half the difference of two pulses of opposite sign, which takes out what does not change
 * with the sign: offsets, the earth's field, most of the hum. What is left is the decay of the
 * ground, of metal, and of the coils themselves.
 */
#include <math.h>
#include <stdlib.h>

#include "drivers/scene/md.h"

static const double COUNT_M_S = 4e-7, COUNTS_MOST = 8388607;
static const double RING_M_S = 2;         /* of the coils at the end of the current */
static const double NOISE_GATE_S = 10e-6; /* where noise.md_counts holds */
static const double BALL_S = 0.010;       /* for which noise.md_ball_db holds */
static const double IMPULSE_COUNTS = 2e5;

typedef struct pulse_state {
    const gw_scene *scene;
    gw_scene_head *head;
    uint64_t noise_key, impulse_key, impulse_slot;
    double hum_phase;
    double ring[SCENE_GATES_MAX], gain[SCENE_GATES_MAX],
        noise[SCENE_GATES_MAX]; /* m/s, 1, counts */
} pulse_state;

/* White noise falls with the square root of the gate. By noise.md_ball_db it is set against the
 * ball's whole record: sqrt(sum (ball / noise)^2) over the pulses of 10 ms. */
static void noise_fill(pulse_state *pulse)
{
    const scene_basis *basis = gw_scene_head_basis(pulse->head);
    const scene_noise *noise = &pulse->scene->noise;
    scene_values ball;
    double sum = 0, counts = noise->md_counts;
    gw_scene_ball_values(pulse->scene, basis, &ball);
    for (size_t g = 0; g < basis->n_gates; g++) {
        double width = basis->edges_s[g + 1] - basis->edges_s[g];
        pulse->noise[g] = sqrt(NOISE_GATE_S / width);
        sum += pow(ball.v[g] / COUNT_M_S / pulse->noise[g], 2);
    }
    if (!isnan(noise->md_ball_db))
        counts = sqrt(sum * BALL_S * pulse->scene->md.rate_hz) * pow(10, noise->md_ball_db / 20);
    for (size_t g = 0; g < basis->n_gates; g++)
        pulse->noise[g] *= counts;
}

static void device_fill(pulse_state *pulse)
{
    const scene_basis *basis = gw_scene_head_basis(pulse->head);
    const scene_coils *md = &pulse->scene->md;
    uint64_t slow = gw_scene_device_key(pulse->scene, SCENE_MD_SLOW);
    uint64_t error = gw_scene_device_key(pulse->scene, SCENE_DEVICE);
    double ring = RING_M_S * (0.5 + gw_random_uniform(slow, 0));
    pulse->hum_phase = 2 * M_PI * gw_random_uniform(slow, 100);
    for (size_t g = 0; g < basis->n_gates; g++) {
        double from = basis->edges_s[g], to = basis->edges_s[g + 1], tau = md->ring_s;
        pulse->gain[g] =
            pulse->scene->device.gain * (1 + md->gain_error * gw_random_normal(error, 2 * g));
        if (tau > 0)
            pulse->ring[g] = ring * tau * (exp(-from / tau) - exp(-to / tau)) / (to - from);
    }
}

static gw_status pulse_create(const gw_scene *scene, void **out)
{
    pulse_state *pulse = calloc(1, sizeof *pulse);
    *out = NULL;
    if (!pulse)
        return GW_ENOMEM;
    pulse->scene = scene;
    pulse->noise_key = gw_random_key(scene->seed, SCENE_MD_NOISE);
    pulse->impulse_key = gw_random_key(scene->seed, SCENE_IMPULSE);
    pulse->impulse_slot = gw_scene_impulse_slot(scene, 1);
    gw_status status = gw_scene_head_create(scene, &pulse->head);
    if (status != GW_OK) {
        free(pulse);
        return status;
    }
    noise_fill(pulse);
    device_fill(pulse);
    *out = pulse;
    return GW_OK;
}

static void pulse_destroy(void *state)
{
    pulse_state *pulse = state;
    gw_scene_head_destroy(pulse->head);
    free(pulse);
}

/* What both pulses pick up of the mains, half a row apart. */
static double hum_at(const pulse_state *pulse, double time_s)
{
    const scene_noise *noise = &pulse->scene->noise;
    double first = noise->hum_hz * time_s,
           second = first + 0.5 * noise->hum_hz / pulse->scene->md.rate_hz;
    return 0.5 * noise->hum_counts *
           (sin(2 * M_PI * fmod(first, 1) + pulse->hum_phase) -
            sin(2 * M_PI * fmod(second, 1) + pulse->hum_phase));
}

static double impulse_at(const pulse_state *pulse, uint64_t row)
{
    if (!pulse->impulse_slot)
        return 0;
    uint64_t slot = row / pulse->impulse_slot, key = gw_random_bits(pulse->impulse_key, slot);
    uint64_t at = (uint64_t)((double)pulse->impulse_slot * gw_random_uniform(key, 0));
    return row % pulse->impulse_slot == at ? IMPULSE_COUNTS * gw_random_uniform(key, 1) : 0;
}

static void row_read(const pulse_state *pulse, uint64_t row, int32_t *counts)
{
    const scene_basis *basis = gw_scene_head_basis(pulse->head);
    const scene_coils *md = &pulse->scene->md;
    double time_s = (double)row / md->rate_hz;
    double current = (1 + 0.5 * md->drift * (1 - exp(-time_s / 25))) *
                     (1 + md->reference_drift * sin(2 * M_PI * time_s / 40));
    double ring = 1 + md->drift * (1 - exp(-time_s / 40));
    double hum = hum_at(pulse, time_s), impulse = impulse_at(pulse, row);
    scene_values felt;
    gw_scene_head_feel(pulse->head, time_s, &felt);
    for (size_t g = 0; g < basis->n_gates; g++) {
        uint64_t key = gw_random_bits(pulse->noise_key, row * SCENE_GATES_MAX + g);
        double value = current * pulse->gain[g] * (felt.v[g] + ring * pulse->ring[g]) / COUNT_M_S;
        value += hum + pulse->noise[g] * gw_random_gauss(key, 0);
        if (impulse > 0)
            value += impulse * gw_random_gauss(key, 1);
        counts[g] = (int32_t)lrint(fmin(fmax(value, -COUNTS_MOST - 1), COUNTS_MOST));
    }
}

static void pulse_read(void *state, uint64_t row, size_t n_rows, int32_t *counts)
{
    const pulse_state *pulse = state;
    for (size_t k = 0; k < n_rows; k++)
        row_read(pulse, row + k, counts + k * gw_scene_head_basis(pulse->head)->n_gates);
}

const scene_md_type scene_md_pulse = {
    .create = pulse_create, .read = pulse_read, .destroy = pulse_destroy};
