/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/scene/scene.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "drivers/hash.h"
#include "drivers/scene/gpr.h"
#include "drivers/scene/md.h"

typedef struct scene_state {
    gw_scene *scene;
    gw_kind kind;
    size_t row_counts;
    scene_holes holes; /* rows that are missing */
    gw_scene_gpr *gpr;
    gw_scene_md *md;
} scene_state;

/* The device's file lies beside the scene, unless its path is absolute. Its text joins the scene's,
 * for the hash. */
static gw_status device_load(const char *path, gw_scene *scene, raw_text *text, gw_error *error)
{
    char file[1300];
    raw_text more = {0};
    const char *slash = strrchr(path, '/');
    int n_folder = slash && scene->device_file[0] != '/' ? (int)(slash - path) + 1 : 0;
    snprintf(file, sizeof file, "%.*s%s", n_folder > 1000 ? 0 : n_folder, path, scene->device_file);
    gw_status status = gw_scene_device_load(file, &scene->md, &scene->device, &more, error);
    unsigned char *both = status == GW_OK ? realloc(text->bytes, text->n + more.n) : NULL;
    if (both) {
        memcpy(both + text->n, more.bytes, more.n);
        text->bytes = both;
        text->n += more.n;
    } else if (status == GW_OK) {
        status = gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    }
    free(more.bytes);
    return status;
}

gw_status gw_scene_load(const char *path, gw_scene **out, char hash[GW_HASH_MAX], gw_error *error)
{
    raw_text text = {0};
    *out = NULL;
    gw_status status = gw_yaml_slurp(path, GW_EFORMAT, &text.bytes, &text.n, error);
    if (status == GW_OK)
        status = gw_scene_parse(path, text.bytes, text.n, out, error);
    if (status == GW_OK && (*out)->device_file[0])
        status = device_load(path, *out, &text, error);
    if (status == GW_OK && hash)
        gw_hash_bytes(text.bytes, text.n, hash);
    free(text.bytes);
    if (status != GW_OK) {
        free(*out);
        *out = NULL;
    }
    return status;
}

static bool scene_match(const char *path, const unsigned char *head, size_t n_head)
{
    const char *dot = strrchr(path, '.');
    (void)head;
    (void)n_head;
    return dot && (strcasecmp(dot, ".yaml") == 0 || strcasecmp(dot, ".yml") == 0);
}

static gw_status scene_list(const char *path, unsigned *kinds, gw_error *error)
{
    gw_scene *scene = NULL;
    gw_status status = gw_scene_load(path, &scene, NULL, error);
    *kinds = status == GW_OK ? scene->kinds : 0;
    free(scene);
    return status;
}

static void name_fill(gw_stream *stream, const char *path)
{
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    const char *dot = strrchr(base, '.');
    snprintf(stream->name, sizeof stream->name, "%.*s-%s",
             dot && dot - base < 120 ? (int)(dot - base) : 120, base, gw_kind_name(stream->kind));
}

static void gpr_describe(const gw_scene *scene, gw_stream *stream)
{
    const scene_radar *gpr = &scene->gpr;
    bool is_stepped = gpr->start_hz > 0;
    stream->waveform = is_stepped ? GW_WAVEFORM_SFCW : GW_WAVEFORM_IMPULSE;
    stream->is_complex = is_stepped;
    stream->n_channels = (size_t)gpr->n_channels;
    stream->n_samples = (size_t)gpr->n_samples;
    stream->bits = 16;
    stream->sample_rate_hz = is_stepped ? 0 : gpr->n_samples / (gpr->window_ns * 1e-9);
    stream->row_rate_hz = gpr->scan_rate_hz;
    stream->scan_spacing_m = gpr->spacing_m;
    stream->channel_spacing_m = gpr->channel_spacing_m;
    stream->transmit_receive_offset_m = gpr->offset_m;
    stream->center_hz = gpr->center_hz;
    stream->start_hz = gpr->start_hz;
    stream->step_hz = gpr->step_hz;
    stream->n_rows = (int64_t)gw_scene_gpr_rows(scene);
}

static void md_describe(const gw_scene *scene, gw_stream *stream)
{
    const scene_coils *md = &scene->md;
    bool is_pulse = md->form == SCENE_MD_PULSE;
    scene_basis basis;
    gw_scene_basis_init(&basis, md);
    stream->waveform = is_pulse ? GW_WAVEFORM_PULSE : GW_WAVEFORM_CW;
    stream->n_channels = gw_scene_md_channels(scene);
    stream->n_samples = 1;
    stream->bits = md->form == SCENE_MD_ADC ? 16 : 32;
    stream->sample_rate_hz = stream->row_rate_hz = md->rate_hz;
    stream->coil_radius_m = md->transmit_m;
    stream->n_rows = (int64_t)gw_scene_md_rows(scene);
    for (size_t c = 0; c < stream->n_channels; c++)
        stream->roles[c] = is_pulse                  ? GW_ROLE_GATE
                           : md->form == SCENE_MD_IQ ? gw_role_part(c / 2, c % 2)
                           : c                       ? GW_ROLE_TRANSMIT_CURRENT
                                                     : GW_ROLE_RECEIVE;
    stream->n_tones = basis.n_tones;
    memcpy(stream->tones_hz, basis.tones_hz, sizeof basis.tones_hz);
    if (is_pulse)
        memcpy(stream->gate_edges_s, basis.edges_s, sizeof basis.edges_s);
}

static void pose_describe(const gw_scene *scene, gw_stream *stream)
{
    stream->n_channels = 1;
    stream->n_samples = 1;
    stream->bits = 32;
    stream->sample_rate_hz = stream->row_rate_hz = scene->pose.rate_hz;
    stream->fields[0] = GW_FIELD_ALONG_MM;
    if (scene->pose.height > 0)
        stream->fields[stream->n_channels++] = GW_FIELD_HEIGHT_MM;
    if (scene->pose.cross > 0)
        stream->fields[stream->n_channels++] = GW_FIELD_CROSS_MM;
    stream->n_rows = (int64_t)(scene->path.duration_s * scene->pose.rate_hz) + 1;
}

static void scene_close(void *opaque)
{
    scene_state *state = opaque;
    gw_scene_gpr_destroy(state->gpr);
    gw_scene_md_destroy(state->md);
    free(state->scene);
    free(state);
}

static gw_status models_create(scene_state *state, gw_stream *stream)
{
    const gw_scene *scene = state->scene;
    if (!(scene->kinds & 1u << state->kind))
        return GW_ENODEV;
    switch (state->kind) {
    case GW_KIND_GPR:
        gpr_describe(scene, stream);
        state->holes = gw_scene_holes(scene, GW_KIND_GPR, gw_scene_gpr_rows_per_m(scene));
        return gw_scene_gpr_create(state->scene, &state->gpr);
    case GW_KIND_MD:
        md_describe(scene, stream);
        state->holes =
            gw_scene_holes(scene, GW_KIND_MD, scene->md.rate_hz / scene->path.speed_mean_m_s);
        return gw_scene_md_create(state->scene, &state->md);
    case GW_KIND_POSE:
        pose_describe(scene, stream);
        return GW_OK;
    case GW_KIND_COUNT:
        break;
    }
    return GW_ENODEV;
}

static gw_status scene_open(const char *path, gw_kind kind, void **out, gw_stream *stream,
                            gw_error *error)
{
    *out = NULL;
    memset(stream, 0, sizeof *stream);
    scene_state *state = calloc(1, sizeof *state);
    if (!state)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    stream->kind = state->kind = kind;
    stream->is_signed = true;
    stream->emulated = true;
    gw_status status = gw_scene_load(path, &state->scene, stream->hash, error);
    if (status != GW_OK)
        goto fail;
    status = models_create(state, stream);
    if (status != GW_OK) {
        gw_error_set(error, status, "%s: %s", path, gw_status_text(status));
        goto fail;
    }
    name_fill(stream, path);
    state->row_counts = gw_stream_row_counts(stream);
    memcpy(stream->serial, state->scene->device.serial, sizeof stream->serial);
    stream->origin = state->scene->origin;
    *out = state;
    return GW_OK;
fail:
    scene_close(state);
    return status;
}

static void pose_read(const scene_state *state, uint64_t row, int32_t *counts)
{
    const gw_scene *scene = state->scene;
    double along_m = gw_scene_along_m(&scene->path, (double)row / scene->pose.rate_hz);
    *counts++ = (int32_t)lrint(1000 * along_m);
    if (scene->pose.height > 0)
        *counts++ = (int32_t)lrint(1000 * gw_scene_lift_m(&scene->path, along_m));
    if (scene->pose.cross > 0)
        *counts = (int32_t)lrint(1000 * gw_scene_cross_m(&scene->path, along_m));
}

static gw_status scene_read(void *opaque, uint64_t row, size_t n_rows, int32_t *counts,
                            gw_error *error)
{
    scene_state *state = opaque;
    (void)error;
    if (state->kind == GW_KIND_MD)
        gw_scene_md_read(state->md, row, n_rows, counts);
    for (size_t k = 0; k < n_rows && state->kind == GW_KIND_GPR; k++)
        gw_scene_gpr_read(state->gpr, row + k, counts + k * state->row_counts);
    for (size_t k = 0; k < n_rows && state->kind == GW_KIND_POSE; k++)
        pose_read(state, row + k, counts + k * state->row_counts);
    return GW_OK;
}

static const char *scene_notes(const void *state)
{
    (void)state;
    return "";
}

static void scene_mark(void *opaque, uint64_t row, gw_row_mark *mark)
{
    const scene_state *state = opaque;
    mark->row = gw_scene_holes_row(&state->holes, row, &mark->n_lost);
}

const gw_reader gw_scene_reader = {.format = "scene",
                                   .match = scene_match,
                                   .list = scene_list,
                                   .open = scene_open,
                                   .read = scene_read,
                                   .close = scene_close,
                                   .notes = scene_notes,
                                   .mark = scene_mark};
