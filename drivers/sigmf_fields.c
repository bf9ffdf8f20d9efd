/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/sigmf_fields.h"

#include <math.h>

gw_status sigmf_number_get(const char *path, const json_t *object, const char *key,
                           const double range[2], double *value, gw_error *error)
{
    const json_t *item = json_object_get(object, key);
    if (!item)
        return GW_OK;
    double got = json_number_value(item);
    if (!json_is_number(item) || !(got >= range[0] && got <= range[1]))
        return gw_error_set(error, GW_EFORMAT, "%s: global.%s: not a number in %g..%g", path, key,
                            range[0], range[1]);
    *value = got;
    return GW_OK;
}

/* gw:waveform; the first of those known where it is absent. */
static gw_status waveform_parse(const char *path, const json_t *global, const gw_waveform known[2],
                                gw_stream *stream, gw_error *error)
{
    const char *word = json_string_value(json_object_get(global, "gw:waveform"));
    stream->waveform = word ? gw_waveform_parse(word) : known[0];
    if (stream->waveform == known[0] || stream->waveform == known[1])
        return GW_OK;
    return gw_error_set(error, GW_EFORMAT, "%s: global.gw:waveform '%s' is neither %s nor %s", path,
                        word, gw_waveform_name(known[0]), gw_waveform_name(known[1]));
}

/* Steps of a frequency are complex, and their frequencies are known; samples of time are real. */
static gw_status stepped_check(const char *path, const gw_stream *stream, gw_error *error)
{
    bool is_stepped = stream->waveform == GW_WAVEFORM_SFCW;
    if (is_stepped != stream->is_complex)
        return gw_error_set(error, GW_EFORMAT, "%s: global.core:datatype: %s", path,
                            is_stepped ? "sfcw needs complex samples" : "only sfcw is complex");
    if (is_stepped && !(stream->start_hz > 0 && stream->step_hz > 0))
        return gw_error_set(error, GW_EFORMAT, "%s: global.gw:start_hz or gw:step_hz is missing",
                            path);
    return GW_OK;
}

static gw_status gpr_parse(const char *path, const json_t *global, gw_stream *stream,
                           gw_error *error)
{
    static const double counts[2] = {1, GW_SAMPLES_MAX}, channels[2] = {1, GW_CHANNELS_MAX};
    static const double metres[2] = {0, 100}, hz[2] = {0, 1e12}, marks[2] = {0, 64};
    static const gw_waveform known[2] = {GW_WAVEFORM_IMPULSE, GW_WAVEFORM_SFCW};
    double n_channels = 1, n_samples = 0, n_marks = 0;
    gw_status first = waveform_parse(path, global, known, stream, error);
    if (first != GW_OK)
        return first;
    const struct {
        const char *key;
        const double *range;
        double *value;
    } fields[] = {{"gw:channels", channels, &n_channels},
                  {"gw:samples_per_scan", counts, &n_samples},
                  {"gw:marks", marks, &n_marks},
                  {"gw:scan_spacing_m", metres, &stream->scan_spacing_m},
                  {"gw:scan_rate_hz", hz, &stream->row_rate_hz},
                  {"gw:channel_spacing_m", metres, &stream->channel_spacing_m},
                  {"gw:transmit_receive_offset_m", metres, &stream->transmit_receive_offset_m},
                  {"gw:center_hz", hz, &stream->center_hz},
                  {"gw:start_hz", hz, &stream->start_hz},
                  {"gw:step_hz", hz, &stream->step_hz}};
    for (size_t k = 0; k < sizeof fields / sizeof *fields; k++) {
        gw_status status =
            sigmf_number_get(path, global, fields[k].key, fields[k].range, fields[k].value, error);
        if (status != GW_OK)
            return status;
    }
    if (n_samples < 1)
        return gw_error_set(error, GW_EFORMAT, "%s: global.gw:samples_per_scan is missing", path);
    stream->n_channels = (size_t)n_channels;
    stream->n_samples = (size_t)n_samples;
    stream->n_marks = (size_t)n_marks;
    return stepped_check(path, stream, error);
}

static gw_status tones_parse(const char *path, const json_t *global, gw_stream *stream,
                             gw_error *error)
{
    const json_t *tones = json_object_get(global, "gw:tones_hz");
    stream->n_tones = json_array_size(tones);
    if (stream->n_tones < 1 || stream->n_tones > GW_TONES_MAX)
        return gw_error_set(error, GW_EFORMAT, "%s: global.gw:tones_hz: %zu tones, not 1..%d", path,
                            stream->n_tones, GW_TONES_MAX);
    for (size_t k = 0; k < stream->n_tones; k++) {
        stream->tones_hz[k] = json_number_value(json_array_get(tones, k));
        if (!(stream->tones_hz[k] > 0 && stream->tones_hz[k] < 1e9))
            return gw_error_set(error, GW_EFORMAT, "%s: global.gw:tones_hz[%zu]: not in 0..1e9 Hz",
                                path, k);
    }
    return GW_OK;
}

static gw_status gates_parse(const char *path, const json_t *global, gw_stream *stream,
                             gw_error *error)
{
    const json_t *edges = json_object_get(global, "gw:gate_edges_s");
    double before_s = 0;
    if (stream->n_channels > GW_GATES_MAX || json_array_size(edges) != stream->n_channels + 1)
        return gw_error_set(error, GW_EFORMAT,
                            "%s: global.gw:gate_edges_s: %zu edges for %zu gates, one more than "
                            "gates and at most %d of them are needed",
                            path, json_array_size(edges), stream->n_channels, GW_GATES_MAX);
    for (size_t g = 0; g <= stream->n_channels; g++) {
        stream->gate_edges_s[g] = json_number_value(json_array_get(edges, g));
        if (!(stream->gate_edges_s[g] > before_s && stream->gate_edges_s[g] < 1))
            return gw_error_set(error, GW_EFORMAT,
                                "%s: global.gw:gate_edges_s[%zu]: not later than the one before",
                                path, g);
        before_s = stream->gate_edges_s[g];
    }
    return GW_OK;
}

static gw_status md_parse(const char *path, const json_t *global, gw_stream *stream,
                          gw_error *error)
{
    static const double metres[2] = {0, 10};
    static const gw_waveform known[2] = {GW_WAVEFORM_CW, GW_WAVEFORM_PULSE};
    const json_t *roles = json_object_get(global, "gw:roles");
    gw_status status = waveform_parse(path, global, known, stream, error);
    if (status == GW_OK)
        status = stream->waveform == GW_WAVEFORM_CW ? tones_parse(path, global, stream, error)
                                                    : gates_parse(path, global, stream, error);
    if (status != GW_OK)
        return status;
    if (json_array_size(roles) != stream->n_channels)
        return gw_error_set(error, GW_EFORMAT, "%s: global.gw:roles: %zu roles for %zu channels",
                            path, json_array_size(roles), stream->n_channels);
    for (size_t c = 0; c < stream->n_channels; c++) {
        const char *role = json_string_value(json_array_get(roles, c));
        stream->roles[c] = role ? gw_role_parse(role) : GW_ROLE_NONE;
    }
    return sigmf_number_get(path, global, "gw:coil_radius_m", metres, &stream->coil_radius_m,
                            error);
}

static gw_status pose_parse(const char *path, const json_t *global, gw_stream *stream,
                            gw_error *error)
{
    const json_t *fields = json_object_get(global, "gw:fields");
    if (json_array_size(fields) != stream->n_channels)
        return gw_error_set(error, GW_EFORMAT, "%s: global.gw:fields: %zu fields for %zu channels",
                            path, json_array_size(fields), stream->n_channels);
    for (size_t c = 0; c < stream->n_channels; c++) {
        const char *field = json_string_value(json_array_get(fields, c));
        stream->fields[c] = field ? gw_field_parse(field) : GW_FIELD_NONE;
    }
    return GW_OK;
}

/* [forward, right, up] */
static gw_status arm_parse(const char *path, const json_t *global, gw_arm *arm, gw_error *error)
{
    const json_t *list = json_object_get(global, "gw:lever_arm_m");
    double *const parts[3] = {&arm->forward_m, &arm->right_m, &arm->up_m};
    if (!list)
        return GW_OK;
    for (size_t k = 0; k < 3; k++) {
        const json_t *part = json_array_get(list, k);
        double m = json_number_value(part);
        if (json_array_size(list) != 3 || !json_is_number(part) || !(fabs(m) <= 10))
            return gw_error_set(error, GW_EFORMAT,
                                "%s: global.gw:lever_arm_m: [forward, right, up] expected, "
                                "-10..10 m",
                                path);
        *parts[k] = m;
    }
    arm->is_known = true;
    return GW_OK;
}

gw_status sigmf_fields_parse(const char *path, const json_t *global, gw_stream *stream,
                             gw_error *error)
{
    gw_status status = arm_parse(path, global, &stream->arm, error);
    if (status != GW_OK)
        return status;
    if (stream->kind == GW_KIND_GPR)
        return gpr_parse(path, global, stream, error);
    if (stream->is_complex)
        return gw_error_set(error, GW_EFORMAT,
                            "%s: global.core:datatype: complex samples are read of gpr only", path);
    return stream->kind == GW_KIND_MD ? md_parse(path, global, stream, error)
                                      : pose_parse(path, global, stream, error);
}
