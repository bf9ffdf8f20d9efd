/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "drivers/scene/config.h"

#define RADAR(field) offsetof(scene_radar, field)
static const scene_number radar_numbers[] = {
    {"samples", RADAR(n_samples), 512, 16, 4096},
    {"window_ns", RADAR(window_ns), 12, 1, 200},
    {"center_hz", RADAR(center_hz), 1.5e9, 1e8, 5e9},
    {"scan_spacing_m", RADAR(spacing_m), 0.02, 0.002, 0.5},
    {"scan_rate_hz", RADAR(scan_rate_hz), 0, 1, 2000},
    {"transmit_receive_offset_m", RADAR(offset_m), 0.06, 0, 1},
    {"channels", RADAR(n_channels), 1, 1, GW_CHANNELS_MAX},
    {"channel_spacing_m", RADAR(channel_spacing_m), 0, 0.01, 1},
    {"start_hz", RADAR(start_hz), 0, 1e7, 1e10},
    {"step_hz", RADAR(step_hz), 0, 1e4, 1e9},
    {"clip_counts", RADAR(clip_counts), 32767, 100, 32767},
    {"plate_m", RADAR(plate_m), 0, 0.02, 1},
};

#define COILS(field) offsetof(scene_coils, field)
static const scene_number coils_numbers[] = {
    {"drift", COILS(drift), 0.02, 0, 0.5},
    {"rate_hz", COILS(rate_hz), 0, 10, 2e6},
    {"coil_radius_m", COILS(transmit_m), 0.13, 0.02, 0.6},
    {"receive_radius_m", COILS(receive_m), 0.10, 0.02, 0.6},
    {"full_scale_m", COILS(full_scale_m), 6e-3, 1e-5, 10},
    {"reference_drift", COILS(reference_drift), 0, 0, 0.9},
    {"gain_error", COILS(gain_error), 0, 0, 0.2},
    {"phase_error_deg", COILS(phase_error_deg), 0, 0, 20},
    {"lost_tone_hz", COILS(lost_hz), 0, 1, 1e6},
    {"lost_from_m", COILS(lost_from_m), 0, 0, 1e5},
    {"lost_to_m", COILS(lost_to_m), 1e5, 0, 1e5},
    {"clip_counts", COILS(clip_counts), 32767, 100, 32767},
    {"gates", COILS(n_gates), 20, 1, 40},
    {"gates_from_s", COILS(first_s), 10e-6, 1e-6, 1e-3},
    {"gates_to_s", COILS(last_s), 500e-6, 2e-6, 10e-3},
    {"pulse_s", COILS(on_s), 250e-6, 1e-6, 10e-3},
    {"ring_s", COILS(ring_s), 3e-6, 0, 1e-4},
};
#define POSE(field) offsetof(scene_pose, field)
static const scene_number pose_numbers[] = {{"rate_hz", POSE(rate_hz), 100, 1, 1000},
                                            {"height", POSE(height), 0, 0, 1},
                                            {"cross", POSE(cross), 0, 0, 1}};

static const double default_tones_hz[] = {1600, 4800, 11200, 24000};
enum { DEFAULT_TONES = sizeof default_tones_hz / sizeof *default_tones_hz };

static gw_status whole_check(const char *key, double value, gw_error *error)
{
    if (value == floor(value))
        return GW_OK;
    return gw_error_set(error, GW_EFORMAT, "%s: %.9g is not a whole number", key, value);
}

/* Stepped frequency: the band and the window follow from the steps. */
static gw_status stepped_take(scene_radar *gpr, const raw_group *raw, gw_error *error)
{
    if (!raw->value[8] || !raw->value[9])
        return gw_error_set(error, GW_EFORMAT, "gpr.waveform: sfcw needs start_hz and step_hz");
    if (raw->value[1] || raw->value[2])
        return gw_error_set(error, GW_EFORMAT,
                            "gpr.%s: of stepped frequency it follows from start_hz, step_hz and "
                            "samples",
                            raw->value[1] ? "window_ns" : "center_hz");
    if (!raw->value[0])
        gpr->n_samples = 128;
    gpr->center_hz = gpr->start_hz + 0.5 * (gpr->n_samples - 1) * gpr->step_hz;
    gpr->window_ns = 1e9 / gpr->step_hz;
    return GW_OK;
}

static gw_status impulse_check(const scene_radar *gpr, gw_error *error)
{
    double rate_hz = gpr->n_samples / (gpr->window_ns * 1e-9);
    if (gpr->start_hz > 0 || gpr->step_hz > 0)
        return gw_error_set(error, GW_EFORMAT, "gpr.%s: only with waveform: sfcw",
                            gpr->start_hz > 0 ? "start_hz" : "step_hz");
    if (gpr->n_samples < 64)
        return gw_error_set(error, GW_EFORMAT, "gpr.samples: %.9g is not in 64..4096",
                            gpr->n_samples);
    if (rate_hz < 4 * gpr->center_hz || rate_hz > 200 * gpr->center_hz)
        return gw_error_set(error, GW_EFORMAT,
                            "gpr.center_hz: %.9g with %.9g samples in %.9g ns: there must be 4 to "
                            "200 samples a period",
                            gpr->center_hz, gpr->n_samples, gpr->window_ns);
    return GW_OK;
}

static gw_status radar_take(scene_radar *gpr, const raw_group *raw, gw_error *error)
{
    bool is_stepped = raw && raw->name && strcmp(raw->name, "sfcw") == 0;
    gw_status status = gw_scene_numbers_take(GW_TABLE(radar_numbers), "gpr", raw, gpr, error);
    if (status == GW_OK)
        status = whole_check("gpr.samples", gpr->n_samples, error);
    if (status == GW_OK)
        status = whole_check("gpr.channels", gpr->n_channels, error);
    if (status != GW_OK)
        return status;
    if (raw && raw->name && !is_stepped && strcmp(raw->name, "impulse") != 0)
        return gw_error_set(error, GW_EFORMAT, "gpr.waveform: '%s' is neither impulse nor sfcw",
                            raw->name);
    if (raw && raw->value[3] && raw->value[4])
        return gw_error_set(error, GW_EFORMAT,
                            "gpr.scan_rate_hz: scans are triggered by distance (scan_spacing_m) "
                            "or by time (scan_rate_hz), not by both");
    if (gpr->scan_rate_hz > 0)
        gpr->spacing_m = 0;
    if (gpr->n_channels > 1 && !(gpr->channel_spacing_m > 0))
        gpr->channel_spacing_m = 0.05;
    return is_stepped ? stepped_take(gpr, raw, error) : impulse_check(gpr, error);
}

static gw_status form_take(scene_coils *md, const raw_group *raw, gw_error *error)
{
    const char *waveform = raw && raw->name ? raw->name : "cw";
    const char *output = raw && raw->word ? raw->word : "adc";
    bool is_pulse = strcmp(waveform, "pi") == 0, is_iq = strcmp(output, "iq") == 0;
    if (!is_pulse && strcmp(waveform, "cw") != 0)
        return gw_error_set(error, GW_EFORMAT, "md.waveform: '%s' is neither cw nor pi", waveform);
    if (!is_iq && strcmp(output, "adc") != 0)
        return gw_error_set(error, GW_EFORMAT, "md.output: '%s' is neither adc nor iq", output);
    if (is_pulse && raw->word)
        return gw_error_set(error, GW_EFORMAT, "md.output: only with waveform: cw");
    md->form = is_pulse ? SCENE_MD_PULSE : is_iq ? SCENE_MD_IQ : SCENE_MD_ADC;
    if (!(md->rate_hz > 0))
        md->rate_hz = is_pulse ? 500 : is_iq ? 100 : 64000;
    return GW_OK;
}

static gw_status tones_take(scene_coils *md, const raw_group *raw, gw_error *error)
{
    bool is_given = raw && raw->list_count > 0;
    md->n_tones = is_given ? raw->list_count : DEFAULT_TONES;
    for (size_t k = 0; k < md->n_tones; k++) {
        md->tones_hz[k] = is_given ? raw->list[k] : default_tones_hz[k];
        double most = md->form == SCENE_MD_ADC ? md->rate_hz / 2 : 1e6;
        if (!(md->tones_hz[k] >= 1 && md->tones_hz[k] < most))
            return gw_error_set(error, GW_EFORMAT,
                                "md.tones_hz[%zu]: %.9g is not in 1..%.9g Hz (half of rate_hz)", k,
                                md->tones_hz[k], most);
        if (k > 0 && md->tones_hz[k] <= md->tones_hz[k - 1])
            return gw_error_set(error, GW_EFORMAT, "md.tones_hz[%zu]: not above the one before", k);
    }
    return GW_OK;
}

static gw_status coils_take(scene_coils *md, const raw_group *raw, gw_error *error)
{
    gw_status status = gw_scene_numbers_take(GW_TABLE(coils_numbers), "md", raw, md, error);
    if (status == GW_OK)
        status = form_take(md, raw, error);
    if (status == GW_OK)
        status = tones_take(md, raw, error);
    if (status == GW_OK)
        status = whole_check("md.gates", md->n_gates, error);
    if (status == GW_OK && md->form == SCENE_MD_PULSE && md->last_s <= 1.01 * md->first_s)
        status = gw_error_set(error, GW_EFORMAT, "md.gates_to_s: not beyond gates_from_s");
    return status;
}

static gw_status kinds_take(gw_scene *scene, const raw_scene *raw, gw_error *error)
{
    scene->kinds = 1u << GW_KIND_POSE;
    for (unsigned k = 0; k < raw->sensors_count; k++) {
        bool is_gpr = strcmp(raw->sensors[k], "gpr") == 0;
        if (!is_gpr && strcmp(raw->sensors[k], "md") != 0)
            return gw_error_set(error, GW_EFORMAT, "sensors[%u]: '%s' is neither gpr nor md", k,
                                raw->sensors[k]);
        scene->kinds |= 1u << (is_gpr ? GW_KIND_GPR : GW_KIND_MD);
    }
    if (!raw->sensors_count)
        scene->kinds |= 1u << GW_KIND_GPR | 1u << GW_KIND_MD;
    return GW_OK;
}

gw_status scene_sensors_take(gw_scene *scene, const raw_scene *raw, gw_error *error)
{
    gw_status status = kinds_take(scene, raw, error);
    if (status == GW_OK)
        status = radar_take(&scene->gpr, raw->groups[RAW_GPR], error);
    if (status == GW_OK)
        status = coils_take(&scene->md, raw->groups[RAW_MD], error);
    if (status == GW_OK)
        status = gw_scene_numbers_take(GW_TABLE(pose_numbers), "pose", raw->groups[RAW_POSE],
                                       &scene->pose, error);
    if (status == GW_OK)
        status = whole_check("pose.height", scene->pose.height, error);
    if (status == GW_OK)
        status = whole_check("pose.cross", scene->pose.cross, error);
    if (!(scene->swath_m > 0))
        scene->swath_m = (scene->gpr.n_channels - 1) * scene->gpr.channel_spacing_m + 0.3;
    return status;
}
