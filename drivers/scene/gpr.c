/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/scene/gpr.h"

#include <math.h>
#include <stdlib.h>

enum { BURST_SCANS = 5 }; /* of interference */

static const double wow_m = 0.3; /* of the coupling with the ground: it goes with the head */

struct gw_scene_gpr {
    const gw_scene *scene;
    const scene_wave *wave;
    void *state;
    gw_scene_radar *radar;
    scene_holes holes;
    size_t n_channels, channel_counts;
    uint64_t noise_key, scan_key, burst_key, channel_key;
    uint64_t burst_slot; /* scans in which there is one; 0: none */
    gw_sines gain, wow;
};

double gw_scene_gpr_rows_per_m(const gw_scene *scene)
{
    return scene->gpr.scan_rate_hz > 0 ? scene->gpr.scan_rate_hz / scene->path.speed_mean_m_s
                                       : 1 / scene->gpr.spacing_m;
}

size_t gw_scene_gpr_rows(const gw_scene *scene)
{
    double last = scene->gpr.scan_rate_hz > 0 ? scene->path.duration_s * scene->gpr.scan_rate_hz
                                              : scene->path.length_m / scene->gpr.spacing_m + 1e-9;
    scene_holes holes = gw_scene_holes(scene, GW_KIND_GPR, gw_scene_gpr_rows_per_m(scene));
    return (size_t)gw_scene_holes_left(&holes, (uint64_t)last + 1);
}

size_t gw_scene_gpr_row_counts(const gw_scene *scene)
{
    size_t parts = scene->gpr.start_hz > 0 ? 2 : 1;
    return parts * (size_t)scene->gpr.n_samples * (size_t)scene->gpr.n_channels;
}

/* Over the direct wave's peak. */
static double wow_rms(const scene_noise *noise)
{
    return isnan(noise->wow_db) ? 0 : pow(10, noise->wow_db / 20);
}

static void keys_fill(gw_scene_gpr *gpr)
{
    const gw_scene *scene = gpr->scene;
    double slot = gw_scene_gpr_rows_per_m(scene) / fmax(scene->noise.interference_per_m, 1e-9);
    gpr->noise_key = gw_random_key(scene->seed, SCENE_GPR_NOISE);
    gpr->scan_key = gw_random_key(scene->seed, SCENE_GPR_SCAN);
    gpr->burst_key = gw_random_key(scene->seed, SCENE_INTERFERENCE);
    gpr->channel_key = gw_random_key(scene->device.serial[0] ? 0 : scene->seed, SCENE_DEVICE);
    for (const char *at = scene->device.serial; *at; at++)
        gpr->channel_key = gw_random_bits(gpr->channel_key, (uint64_t)(unsigned char)*at);
    if (scene->noise.interference_per_m > 0)
        gpr->burst_slot = slot > BURST_SCANS ? (uint64_t)slot : BURST_SCANS;
    gw_sines_draw(&gpr->gain, gpr->scan_key + 1, scene->noise.gain_rms, 3.0);
    gw_sines_draw(&gpr->wow, gpr->scan_key + 2, wow_rms(&scene->noise), wow_m);
}

gw_status gw_scene_gpr_create(const gw_scene *scene, gw_scene_gpr **out)
{
    gw_scene_gpr *gpr = calloc(1, sizeof *gpr);
    *out = NULL;
    if (!gpr)
        return GW_ENOMEM;
    gpr->scene = scene;
    gpr->wave = scene->gpr.start_hz > 0 ? &scene_wave_sfcw : &scene_wave_impulse;
    gpr->holes = gw_scene_holes(scene, GW_KIND_GPR, gw_scene_gpr_rows_per_m(scene));
    gpr->n_channels = (size_t)scene->gpr.n_channels;
    gpr->channel_counts = gw_scene_gpr_row_counts(scene) / gpr->n_channels;
    keys_fill(gpr);
    gw_status status = gpr->wave->create(scene, &gpr->state);
    if (status == GW_OK)
        status = gw_scene_radar_create(scene, &gpr->radar);
    if (status != GW_OK) {
        gw_scene_gpr_destroy(gpr);
        return status;
    }
    *out = gpr;
    return GW_OK;
}

void gw_scene_gpr_destroy(gw_scene_gpr *gpr)
{
    if (!gpr)
        return;
    gw_scene_radar_destroy(gpr->radar);
    free(gpr->state);
    free(gpr);
}

/* A foreign transmitter, heard for a few scans of a slot. */
static void interference_fill(const gw_scene_gpr *gpr, uint64_t row, size_t channel,
                              scene_finish *finish)
{
    if (!gpr->burst_slot)
        return;
    uint64_t slot = row / gpr->burst_slot, room = gpr->burst_slot - BURST_SCANS + 1;
    uint64_t at = (uint64_t)((double)room * gw_random_uniform(gpr->burst_key, 2 * slot));
    uint64_t since = row % gpr->burst_slot - at;
    if (row % gpr->burst_slot < at || since >= BURST_SCANS)
        return;
    uint64_t key = gw_random_bits(gpr->burst_key, row);
    finish->interference = pow(10, gpr->scene->noise.interference_db / 20);
    finish->phase_rad = 2 * M_PI * gw_random_uniform(key, channel);
}

static void channel_read(gw_scene_gpr *gpr, uint64_t row, size_t channel, const scan_place *place,
                         int32_t *counts)
{
    const scene_device *device = &gpr->scene->device;
    double noise = pow(10, gpr->scene->noise.gpr_db / 20);
    uint64_t noise_key = gw_random_key(gpr->noise_key, row);
    double gain = 1 + gpr->scene->noise.gain_rms * gw_random_normal(gpr->scan_key, 2 * row + 1) +
                  gw_sines_at(&gpr->gain, place->along_m);
    gain *= device->radar_gain *
            (1 + device->channel_gain * gw_random_normal(gpr->channel_key, 2 * channel));
    double shift =
        place->jitter_samples + device->time_zero_samples +
        device->channel_delay_samples * gw_random_normal(gpr->channel_key, 2 * channel + 1);
    scene_finish finish = {.gain = gain,
                           .noise = noise,
                           .wow = gw_sines_at(&gpr->wow, place->along_m),
                           .noise_key = channel ? gw_random_bits(noise_key, channel) : noise_key};
    interference_fill(gpr, row, channel, &finish);
    gpr->wave->begin(gpr->state, shift);
    gw_scene_radar_look(gpr->radar, place, channel, gpr->wave->add, gpr->state);
    gpr->wave->end(gpr->state, &finish, counts);
}

void gw_scene_gpr_read(gw_scene_gpr *gpr, uint64_t row, int32_t *counts)
{
    uint64_t lost, at = gw_scene_holes_row(&gpr->holes, row, &lost);
    scan_place place = gw_scene_radar_place(gpr->radar, at);
    for (size_t channel = 0; channel < gpr->n_channels; channel++)
        channel_read(gpr, at, channel, &place, counts + channel * gpr->channel_counts);
}
