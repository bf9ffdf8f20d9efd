/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/scene/md.h"

#include <math.h>
#include <stdlib.h>

#include "dsp/loop_field.h"

struct gw_scene_md {
    const scene_md_type *type;
    scene_holes holes;
    size_t n_channels;
    void *state;
};

static const scene_md_type *const types[] = {[SCENE_MD_ADC] = &scene_md_adc,
                                             [SCENE_MD_IQ] = &scene_md_iq,
                                             [SCENE_MD_PULSE] = &scene_md_pulse};

static scene_holes holes_of(const gw_scene *scene)
{
    return gw_scene_holes(scene, GW_KIND_MD, scene->md.rate_hz / scene->path.speed_mean_m_s);
}

gw_status gw_scene_md_create(const gw_scene *scene, gw_scene_md **out)
{
    gw_scene_md *md = calloc(1, sizeof *md);
    *out = NULL;
    if (!md)
        return GW_ENOMEM;
    md->type = types[scene->md.form];
    md->holes = holes_of(scene);
    md->n_channels = gw_scene_md_channels(scene);
    gw_status status = md->type->create(scene, &md->state);
    if (status != GW_OK) {
        free(md);
        return status;
    }
    *out = md;
    return GW_OK;
}

size_t gw_scene_md_channels(const gw_scene *scene)
{
    return scene->md.form == SCENE_MD_ADC  ? 2
           : scene->md.form == SCENE_MD_IQ ? 2 * scene->md.n_tones
                                           : (size_t)scene->md.n_gates;
}

uint64_t gw_scene_md_rows(const gw_scene *scene)
{
    scene_holes holes = holes_of(scene);
    return gw_scene_holes_left(&holes, (uint64_t)(scene->path.duration_s * scene->md.rate_hz));
}

void gw_scene_md_read(gw_scene_md *md, uint64_t row, size_t n_rows, int32_t *counts)
{
    while (n_rows) {
        uint64_t lost, n = 1, at = gw_scene_holes_row(&md->holes, row, &lost);
        if (!md->holes.slot_rows)
            n = n_rows;
        while (n < n_rows && md->holes.slot_rows &&
               gw_scene_holes_row(&md->holes, row + n, &lost) == at + n)
            n++;
        md->type->read(md->state, at, (size_t)n, counts);
        counts += n * md->n_channels;
        row += n;
        n_rows -= (size_t)n;
    }
}

void gw_scene_md_destroy(gw_scene_md *md)
{
    if (!md)
        return;
    md->type->destroy(md->state);
    free(md);
}

uint64_t gw_scene_device_key(const gw_scene *scene, unsigned stream)
{
    uint64_t key = gw_random_key(scene->device.serial[0] ? 0 : scene->seed, stream);
    for (const char *at = scene->device.serial; *at; at++)
        key = gw_random_bits(key, (uint64_t)(unsigned char)*at);
    return key;
}

uint64_t gw_scene_impulse_slot(const gw_scene *scene, uint64_t n_rows)
{
    double rows_per_m = scene->md.rate_hz / scene->path.speed_mean_m_s;
    if (!(scene->noise.impulses_per_m > 0))
        return 0;
    uint64_t slot = (uint64_t)(rows_per_m / scene->noise.impulses_per_m);
    return slot > 2 * n_rows ? slot : 2 * n_rows;
}

void gw_scene_ball_values(const gw_scene *scene, const scene_basis *basis, scene_values *values)
{
    const gw_body ball = {.form = GW_BODY_SPHERE, .radius_m = 0.005, .matter = gw_matter_steel};
    double felt = gw_loop_field_at(scene->md.transmit_m, 0, 0.20).axial *
                  gw_loop_field_at(scene->md.receive_m, 0, 0.20).axial;
    gw_scene_basis_body(basis, &ball, GW_BODY_ALONG, values->v);
    for (size_t k = 0; k < basis->n_values; k++)
        values->v[k] *= felt;
}
