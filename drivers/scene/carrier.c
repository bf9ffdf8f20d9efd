/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "drivers/scene/md.h"

static const double IMBALANCE_M = 3e-4; /* residual coupling of the coils, over mu0 */
static const double SHARES = 2.85;      /* of all tones together: the current's peak is limited */
static const double TILT = -0.295;      /* of the shares, by frequency */
static const double BALL_S = 0.010;     /* for which noise.md_ball_db holds */
static const double REFERENCE_S = 40;   /* period of md.reference_drift */

/* What four tones have; else the shares fall with frequency, and the phases keep the peak low
 * [Boyd1986]: pi (k - 1)^2 / K. */
static void units_fill(scene_carrier *carrier)
{
    static const double known_hz[] = {1600, 4800, 11200, 24000};
    static const double share[] = {1, 0.8, 0.6, 0.45}, phase[] = {0, 1.1, 2.3, 0.7};
    const scene_coils *md = &carrier->scene->md;
    size_t n = md->n_tones;
    double sum = 0;
    if (n == 4 && memcmp(md->tones_hz, known_hz, sizeof known_hz) == 0) {
        for (size_t k = 0; k < n; k++)
            carrier->unit[k] = phasor_turn(phase[k]) * share[k];
        return;
    }
    for (size_t k = 0; k < n; k++)
        sum += pow(md->tones_hz[k], TILT);
    for (size_t k = 0; k < n; k++)
        carrier->unit[k] = phasor_turn(M_PI * (double)(k * k) / (double)n) * SHARES *
                           pow(md->tones_hz[k], TILT) / sum;
}

static void coils_fill(scene_carrier *carrier)
{
    const gw_scene *scene = carrier->scene;
    const scene_coils *md = &scene->md;
    uint64_t key = gw_scene_device_key(scene, SCENE_MD_SLOW);
    uint64_t error = gw_scene_device_key(scene, SCENE_DEVICE);
    for (uint64_t k = 0; k < md->n_tones; k++) {
        double gain, phase_deg;
        gw_scene_device_tone(&scene->device, md->tones_hz[k], &gain, &phase_deg);
        gain *= 1 + md->gain_error * gw_random_normal(error, 2 * k);
        phase_deg += md->phase_error_deg * gw_random_normal(error, 2 * k + 1);
        carrier->device[k] = gain * phasor_turn(phase_deg * M_PI / 180);
        carrier->imbalance[k] = IMBALANCE_M * (0.5 + gw_random_uniform(key, 8 * k)) *
                                phasor_turn(2 * M_PI * gw_random_uniform(key, 8 * k + 1));
        carrier->drift[k] = md->drift * (0.3 + 0.7 * gw_random_uniform(key, 8 * k + 2)) *
                            phasor_turn(gw_random_uniform(key, 8 * k + 3) - 0.5);
        /* The coil's voltage is the derivative; its amplifier takes out half of the slope. */
        carrier->receive[k] = phasor_of(
            0, GW_SCENE_FULL_COUNTS * sqrt(md->tones_hz[k] / md->tones_hz[0]) / md->full_scale_m);
    }
}

/* White noise of s counts leaves |.| of s sqrt(4 / n) over n rows in a tone's amplitude. */
static void noise_fill(scene_carrier *carrier)
{
    const gw_scene *scene = carrier->scene;
    const scene_basis *basis = gw_scene_head_basis(carrier->head);
    scene_values ball;
    double sum = 0;
    carrier->noise_rate_hz = scene->md.form == SCENE_MD_ADC ? scene->md.rate_hz : 64000;
    carrier->noise_counts = scene->noise.md_counts;
    if (isnan(scene->noise.md_ball_db))
        return;
    gw_scene_ball_values(scene, basis, &ball);
    for (size_t k = 0; k < basis->n_tones; k++) {
        double counts =
            hypot(ball.v[2 * k], ball.v[2 * k + 1]) * cabs(carrier->receive[k] * carrier->unit[k]);
        double noise = sqrt(4 / (carrier->noise_rate_hz * BALL_S)) / counts; /* of one count */
        sum += noise * noise / (double)basis->n_tones;
    }
    carrier->noise_counts = pow(10, scene->noise.md_ball_db / 20) / sqrt(sum);
}

gw_status gw_scene_carrier_create(const gw_scene *scene, scene_carrier *carrier)
{
    carrier->scene = scene;
    gw_status status = gw_scene_head_create(scene, &carrier->head);
    if (status != GW_OK)
        return status;
    units_fill(carrier);
    coils_fill(carrier);
    noise_fill(carrier);
    return GW_OK;
}

void gw_scene_carrier_destroy(scene_carrier *carrier)
{
    gw_scene_head_destroy(carrier->head);
}

static bool is_lost(const scene_coils *md, size_t k, double along_m)
{
    return fabs(md->tones_hz[k] - md->lost_hz) < 0.5 && along_m >= md->lost_from_m &&
           along_m <= md->lost_to_m;
}

void gw_scene_carrier_at(const scene_carrier *carrier, double time_s, scene_carried *out)
{
    const gw_scene *scene = carrier->scene;
    const scene_coils *md = &scene->md;
    scene_values felt;
    double warm = 1 - exp(-time_s / 40), along = gw_scene_along_m(&scene->path, time_s);
    phasor current = (1 + 0.5 * md->drift * (1 - exp(-time_s / 25))) *
                     phasor_turn(md->drift * (1 - exp(-time_s / 30)));
    current *= 1 + md->reference_drift * sin(2 * M_PI * time_s / REFERENCE_S);
    gw_scene_head_feel(carrier->head, time_s, &felt);
    for (size_t k = 0; k < md->n_tones; k++) {
        phasor here = is_lost(md, k, along) ? 0 : current;
        out->receive[k] = (carrier->imbalance[k] * (1 + warm * carrier->drift[k]) +
                           phasor_of(felt.v[2 * k], felt.v[2 * k + 1])) *
                          here * carrier->device[k];
        out->transmit[k] = here;
    }
}
