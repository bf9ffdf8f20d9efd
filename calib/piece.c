/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calib/check.h"
#include "drivers/file.h"

enum { RECORD_TONES = 7 /* a record holds 16 numbers at most */ };

static const double ball_tolerance = 0.15, ball_tolerance_deg = 8;
/* In ground a head 4 mm higher gives 10 % less. */
static const double buried_tolerance = 0.35, buried_tolerance_deg = 12, buried_depth_m = 0.03;

static bool number_take(const json_t *object, const char *key, double least, double most,
                        double *to)
{
    const json_t *value = json_object_get(object, key);
    if (!value)
        return true;
    *to = json_number_value(value);
    return json_is_number(value) && *to >= least && *to <= most;
}

static bool tones_take(const json_t *list, gw_piece *out)
{
    out->n_tones = json_array_size(list);
    if ((list && !json_is_array(list)) || out->n_tones > GW_TONES_MAX)
        return false;
    for (size_t k = 0; k < out->n_tones; k++) {
        const json_t *one = json_array_get(list, k);
        if (!number_take(one, "tone_hz", 1, 1e7, &out->tones_hz[k]) ||
            !number_take(one, "amplitude_ball", 1e-9, 1e9, &out->amplitude[k]) ||
            !number_take(one, "phase_deg", -360, 360, &out->phase_deg[k]) ||
            !(out->tones_hz[k] > 0 && out->amplitude[k] > 0))
            return false;
    }
    return true;
}

static gw_status piece_decode(const char *path, const json_t *root, gw_piece *out, gw_error *error)
{
    const char *name = json_string_value(json_object_get(root, "name"));
    const char *format = json_string_value(json_object_get(root, "format"));
    if (!format || strcmp(format, "groundwatch-test-piece") != 0 || !name ||
        strlen(name) >= sizeof out->name)
        return gw_error_set(error, GW_EFORMAT, "%s: this is no file of a test piece", path);
    snprintf(out->name, sizeof out->name, "%s", name);
    if (!number_take(root, "distance_m", 0.01, 1, &out->distance_m) ||
        !number_take(root, "depth_m", 0, 1, &out->depth_m) ||
        !number_take(root, "tolerance", 1e-6, 10, &out->tolerance) ||
        !number_take(root, "tolerance_deg", 1e-6, 180, &out->tolerance_deg) ||
        !number_take(root, "tolerance_depth_m", 1e-6, 1, &out->tolerance_depth_m) ||
        !tones_take(json_object_get(root, "tones"), out))
        return gw_error_set(error, GW_EFORMAT, "%s: a value is missing or out of range", path);
    return GW_OK;
}

gw_status gw_piece_load(const char *name_or_path, gw_piece *out, gw_error *error)
{
    json_error_t why;
    *out = (gw_piece){.depth_m = (double)NAN,
                      .tolerance = ball_tolerance,
                      .tolerance_deg = ball_tolerance_deg,
                      .tolerance_depth_m = buried_depth_m};
    if (strcmp(name_or_path, "ball") == 0) {
        snprintf(out->name, sizeof out->name, "ball");
        return GW_OK;
    }
    if (strcmp(name_or_path, "test-piece") == 0) {
        snprintf(out->name, sizeof out->name, "test-piece");
        out->distance_m = 0.125;
        out->depth_m = 0.05;
        out->tolerance = buried_tolerance;
        out->tolerance_deg = buried_tolerance_deg;
        return GW_OK;
    }
    FILE *from;
    gw_error why_not;
    gw_status status = gw_file_stream(name_or_path, GW_EFORMAT, &from, &why_not);
    if (status != GW_OK)
        return gw_error_set(error, status, "%.400s (a piece is `ball`, `test-piece` or a file)",
                            why_not.text);
    json_t *root = json_loadf(from, JSON_REJECT_DUPLICATES, &why);
    fclose(from);
    status = root ? piece_decode(name_or_path, root, out, error)
                  : gw_error_set(error, GW_EFORMAT, "%s:%d: not JSON: %.100s", name_or_path,
                                 why.line, why.text);
    json_decref(root);
    return status;
}

gw_status gw_piece_save(const gw_piece *piece, const char *path, gw_error *error)
{
    json_t *tones = json_array();
    for (size_t k = 0; k < piece->n_tones; k++)
        json_array_append_new(tones, json_pack("{s:f, s:f, s:f}", "tone_hz", piece->tones_hz[k],
                                               "amplitude_ball", piece->amplitude[k], "phase_deg",
                                               piece->phase_deg[k]));
    json_t *root =
        json_pack("{s:s, s:s, s:f, s:f, s:f, s:o}", "format", "groundwatch-test-piece", "name",
                  piece->name, "tolerance", piece->tolerance, "tolerance_deg", piece->tolerance_deg,
                  "tolerance_depth_m", piece->tolerance_depth_m, "tones", tones);
    if (!isnan(piece->depth_m))
        json_object_set_new(root, "depth_m", json_real(piece->depth_m));
    int failed = json_dump_file(root, path, JSON_INDENT(1));
    json_decref(root);
    return failed ? gw_error_set(error, GW_EIO, "%s: %s", path, strerror(errno)) : GW_OK;
}

static void member_set(json_t *to, const char *name, double hz, double value)
{
    char key[64];
    snprintf(key, sizeof key, "%s_%.0f_hz", name, hz);
    json_object_set_new(to, key, json_real(value));
}

json_t *gw_check_encode(const gw_check *check, const gw_piece *piece)
{
    json_t *measured = json_object(), *expected = json_object(), *tolerance = json_object();
    size_t n = check->n_tones < RECORD_TONES ? check->n_tones : RECORD_TONES;
    for (size_t k = 0; k < n; k++) {
        double hz = check->tones_hz[k];
        member_set(measured, "amplitude_ball", hz, check->amplitude[k].value);
        member_set(measured, "phase_deg", hz, check->phase_deg[k].value);
        member_set(expected, "amplitude_ball", hz, check->expected[k]);
        member_set(expected, "phase_deg", hz, check->expected_deg[k]);
        member_set(tolerance, "amplitude_ball", hz, check->expected[k] * piece->tolerance);
        member_set(tolerance, "phase_deg", hz, piece->tolerance_deg);
    }
    json_object_set_new(measured, "n_passes", json_real((double)check->n_passes));
    if (!isnan(piece->depth_m)) {
        json_object_set_new(expected, "depth_m", json_real(piece->depth_m));
        json_object_set_new(tolerance, "depth_m", json_real(piece->tolerance_depth_m));
    }
    if (!isnan(check->depth_m))
        json_object_set_new(measured, "depth_m", json_real(check->depth_m));
    return json_pack("{s:o, s:o, s:o}", "measured", measured, "expected", expected, "tolerance",
                     tolerance);
}
