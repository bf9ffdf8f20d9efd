/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/scene.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "drivers/hash.h"
#include "drivers/scene_impl.h"
#include "drivers/yaml.h"

typedef struct scene_state {
    gw_scene *scene;
    gw_kind kind;
    gw_scene_gpr *gpr;
    gw_scene_md *md;
} scene_state;

/* The device's file lies beside the scene, unless its path is absolute. Its text joins the scene's,
 * for the hash. */
static gw_status device_load(const char *path, gw_scene *scene, unsigned char **text,
                             size_t *n_text, gw_error *error)
{
    char file[1300];
    unsigned char *more = NULL;
    size_t n_more = 0;
    const char *slash = strrchr(path, '/');
    int n_folder = slash && scene->device_file[0] != '/' ? (int)(slash - path) + 1 : 0;
    snprintf(file, sizeof file, "%.*s%s", n_folder > 1000 ? 0 : n_folder, path, scene->device_file);
    gw_status status = gw_scene_device_load(file, &scene->device, &more, &n_more, error);
    unsigned char *both = status == GW_OK ? realloc(*text, *n_text + n_more) : NULL;
    if (both) {
        memcpy(both + *n_text, more, n_more);
        *text = both;
        *n_text += n_more;
    } else if (status == GW_OK) {
        status = gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    }
    free(more);
    return status;
}

static gw_status scene_load(const char *path, gw_scene **out, char hash[GW_HASH_MAX],
                            gw_error *error)
{
    unsigned char *text = NULL;
    size_t n_text = 0;
    *out = NULL;
    gw_status status = gw_yaml_slurp(path, GW_EFORMAT, &text, &n_text, error);
    if (status == GW_OK)
        status = gw_scene_parse(path, text, n_text, out, error);
    if (status == GW_OK && (*out)->device_file[0])
        status = device_load(path, *out, &text, &n_text, error);
    if (status == GW_OK && hash)
        gw_hash_bytes(text, n_text, hash);
    free(text);
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
    gw_status status = scene_load(path, &scene, NULL, error);
    free(scene);
    *kinds = status == GW_OK ? 1u << GW_KIND_GPR | 1u << GW_KIND_MD | 1u << GW_KIND_POSE : 0;
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
    stream->waveform = GW_WAVEFORM_IMPULSE;
    stream->n_channels = 1;
    stream->n_samples = (size_t)scene->n_samples;
    stream->bits = 16;
    stream->sample_rate_hz = scene->n_samples / (scene->window_ns * 1e-9);
    stream->row_rate_hz = scene->scan_rate_hz;
    stream->scan_spacing_m = scene->spacing_m;
    stream->transmit_receive_offset_m = scene->offset_m;
    stream->center_hz = scene->center_hz;
    stream->n_rows = (int64_t)gw_scene_gpr_rows(scene);
}

static void md_describe(const gw_scene *scene, gw_stream *stream)
{
    stream->waveform = GW_WAVEFORM_CW;
    stream->n_channels = 2;
    stream->n_samples = 1;
    stream->bits = 16;
    stream->sample_rate_hz = stream->row_rate_hz = GW_SCENE_MD_RATE_HZ;
    stream->n_tones = GW_SCENE_TONES;
    memcpy(stream->tones_hz, gw_scene_tones_hz, sizeof gw_scene_tones_hz);
    stream->roles[0] = GW_ROLE_RECEIVE;
    stream->roles[1] = GW_ROLE_TRANSMIT_CURRENT;
    stream->coil_radius_m = GW_SCENE_COIL_M;
    stream->n_rows = (int64_t)(scene->duration_s * GW_SCENE_MD_RATE_HZ);
}

static void pose_describe(const gw_scene *scene, gw_stream *stream)
{
    stream->n_channels = 1;
    stream->n_samples = 1;
    stream->bits = 32;
    stream->sample_rate_hz = stream->row_rate_hz = scene->pose_rate_hz;
    stream->fields[0] = GW_FIELD_ALONG_MM;
    stream->n_rows = (int64_t)(scene->duration_s * scene->pose_rate_hz) + 1;
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
    switch (state->kind) {
    case GW_KIND_GPR:
        gpr_describe(state->scene, stream);
        return gw_scene_gpr_create(state->scene, &state->gpr);
    case GW_KIND_MD:
        md_describe(state->scene, stream);
        return gw_scene_md_create(state->scene, &state->md);
    case GW_KIND_POSE:
        pose_describe(state->scene, stream);
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
    gw_status status = scene_load(path, &state->scene, stream->hash, error);
    if (status != GW_OK)
        goto fail;
    status = models_create(state, stream);
    if (status != GW_OK) {
        gw_error_set(error, status, "%s: %s", path, gw_status_text(status));
        goto fail;
    }
    name_fill(stream, path);
    memcpy(stream->serial, state->scene->device.serial, sizeof stream->serial);
    stream->origin = state->scene->origin;
    *out = state;
    return GW_OK;
fail:
    scene_close(state);
    return status;
}

static gw_status scene_read(void *opaque, uint64_t row, size_t n_rows, int32_t *counts,
                            gw_error *error)
{
    scene_state *state = opaque;
    const gw_scene *scene = state->scene;
    (void)error;
    if (state->kind == GW_KIND_MD)
        gw_scene_md_read(state->md, row, n_rows, counts);
    for (size_t k = 0; k < n_rows && state->kind == GW_KIND_GPR; k++)
        gw_scene_gpr_read(state->gpr, row + k, counts + k * (size_t)scene->n_samples);
    for (size_t k = 0; k < n_rows && state->kind == GW_KIND_POSE; k++) {
        double along_m = gw_scene_along_m(scene, (double)(row + k) / scene->pose_rate_hz);
        counts[k] = (int32_t)lrint(1000 * along_m);
    }
    return GW_OK;
}

static const char *scene_notes(const void *state)
{
    (void)state;
    return "";
}

gw_status gw_scene_truth(const char *path, gw_truth **out, size_t *n_out, gw_error *error)
{
    gw_scene *scene = NULL;
    *out = NULL;
    *n_out = 0;
    gw_status status = scene_load(path, &scene, NULL, error);
    if (status != GW_OK)
        return status;
    *out = calloc(scene->n_objects + 1, sizeof **out);
    if (!*out) {
        free(scene);
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    }
    *n_out = scene->n_objects;
    for (size_t k = 0; k < scene->n_objects; k++)
        (*out)[k] = scene->objects[k].truth;
    free(scene);
    return GW_OK;
}

const gw_reader gw_scene_reader = {.format = "scene",
                                   .match = scene_match,
                                   .list = scene_list,
                                   .open = scene_open,
                                   .read = scene_read,
                                   .close = scene_close,
                                   .notes = scene_notes};
