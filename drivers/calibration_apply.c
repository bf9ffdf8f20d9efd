/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "drivers/calibration.h"
#include "drivers/calibration_json.h"

static const double degree = 3.141592653589793 / 180;

static void md_values(const gw_calibration_file *file, gw_calibration_md *md)
{
    const gw_calibration_null *null = &file->null;
    const gw_calibration_ball *ball = &file->ball;
    md->n_tones = null->n_tones;
    md->has_gain = ball->date_ns != 0;
    md->far_scale = file->noise.md.far_scale;
    md->ground = file->ground.ground;
    md->ball_m = md->has_gain ? ball->distance_m.value : 0;
    memcpy(md->tones_hz, null->tones_hz, sizeof md->tones_hz);
    memcpy(md->imbalance, null->imbalance, sizeof md->imbalance);
    for (size_t k = 0; k < null->n_tones; k++) {
        md->gain[k][0] =
            md->has_gain ? ball->gain[k].value * cos(ball->phase_deg[k].value * degree) : 1;
        md->gain[k][1] =
            md->has_gain ? ball->gain[k].value * sin(ball->phase_deg[k].value * degree) : 0;
    }
}

void gw_calibration_values(const gw_calibration_file *file, gw_calibration *out)
{
    const gw_calibration_air *air = &file->air;
    gw_calibration_gpr *gpr = &out->gpr;
    memset(out, 0, sizeof *out);
    memcpy(out->hash, file->hash, sizeof out->hash);
    gpr->n_channels = air->n_channels;
    gpr->n_samples = air->n_samples;
    gpr->sample_rate_hz = air->sample_rate_hz;
    gpr->offset_m = air->offset_m;
    gpr->coupling = air->coupling;
    gpr->far_scale = file->noise.gpr.far_scale;
    for (size_t c = 0; c < air->n_channels; c++) {
        gpr->time_zero_samples[c] = air->time_zero_samples[c].value;
        gpr->time_zero_sd_samples[c] = air->time_zero_samples[c].sd;
    }
    if (file->plate.date_ns) {
        gpr->n_steps = file->plate.n_steps;
        gpr->plate = file->plate.values;
    }
    md_values(file, &out->md);
}

/* Of a radar of stepped frequency; an air shot alone changes nothing. */
static gw_status steps_fit(const char *path, const gw_calibration_steps *plate,
                           const gw_stream *stream, gw_error *error)
{
    if (!plate->date_ns || !stream)
        return GW_OK;
    bool is_same = stream->waveform == GW_WAVEFORM_SFCW &&
                   plate->n_channels == stream->n_channels && plate->n_steps == stream->n_samples &&
                   fabs(plate->start_hz - stream->start_hz) < 1e-6 * plate->start_hz &&
                   fabs(plate->step_hz - stream->step_hz) < 1e-6 * plate->step_hz;
    return is_same ? GW_OK
                   : gw_error_set(error, GW_ECONFIG,
                                  "%s: plate: its %zu x %zu steps of %g Hz from %g Hz on are not "
                                  "those of %s: it is not for this radar",
                                  path, plate->n_channels, plate->n_steps, plate->step_hz,
                                  plate->start_hz, stream->name);
}

static gw_status gpr_fit(const char *path, const gw_calibration_air *air, const gw_stream *stream,
                         gw_error *error)
{
    if (!air->date_ns || !stream)
        return GW_OK;
    if (air->n_channels != stream->n_channels || air->n_samples != stream->n_samples)
        return gw_error_set(error, GW_ECONFIG,
                            "%s: air: its scans have %zu x %zu samples, those of %s %zu x "
                            "%zu: it is not for this radar",
                            path, air->n_channels, air->n_samples, stream->name, stream->n_channels,
                            stream->n_samples);
    if (fabs(air->sample_rate_hz - stream->sample_rate_hz) > 1e-6 * air->sample_rate_hz)
        return gw_error_set(error, GW_ECONFIG,
                            "%s: air: made at %g samples a second, %s has %g: it is not "
                            "for this radar",
                            path, air->sample_rate_hz, stream->name, stream->sample_rate_hz);
    return GW_OK;
}

static gw_status tones_fit(const char *place, size_t n_tones, const double *tones_hz,
                           const gw_stream *stream, gw_error *error)
{
    bool is_same = n_tones == stream->n_tones;
    for (size_t k = 0; k < n_tones && is_same; k++)
        is_same = fabs(tones_hz[k] - stream->tones_hz[k]) < 1e-6 * tones_hz[k];
    if (is_same)
        return GW_OK;
    return gw_error_set(error, GW_ECONFIG,
                        "%s: its %zu tones from %g Hz on are not those of %s: it is not for this "
                        "metal detector",
                        place, n_tones, tones_hz[0], stream->name);
}

static gw_status md_fit(const char *path, const gw_calibration_file *file, const gw_stream *stream,
                        gw_error *error)
{
    const gw_calibration_null *null = &file->null;
    const gw_ground *ground = &file->ground.ground;
    char place[GW_CALIBRATION_TEXT_MAX];
    gw_status status = GW_OK;
    snprintf(place, sizeof place, "%.480s: null", path);
    if (null->date_ns && stream)
        status = tones_fit(place, null->n_tones, null->tones_hz, stream, error);
    snprintf(place, sizeof place, "%.480s: ground", path);
    if (status == GW_OK && file->ground.date_ns && stream)
        status = tones_fit(place, ground->n_tones, ground->tones_hz, stream, error);
    return status;
}

gw_status gw_calibration_fit(const char *path, const gw_calibration_file *file,
                             const gw_stream *const streams[GW_KIND_COUNT], gw_error *error)
{
    gw_status status = gpr_fit(path, &file->air, streams[GW_KIND_GPR], error);
    if (status == GW_OK)
        status = steps_fit(path, &file->plate, streams[GW_KIND_GPR], error);
    return status == GW_OK ? md_fit(path, file, streams[GW_KIND_MD], error) : status;
}

/* A sensor whose serial number is not known is not taken for the one that was calibrated. */
static bool is_foreign(const gw_calibration_file *file, const gw_stream *stream, char *text,
                       size_t size)
{
    const char *kind = gw_kind_name(stream->kind);
    if (file->emulated != stream->emulated) {
        snprintf(text, size, "the calibration was made on %s device, %s is %s",
                 file->emulated ? "an emulated" : "a real", kind,
                 stream->emulated ? "emulated" : "real");
        return true;
    }
    if (strcmp(file->serial, stream->serial) == 0)
        return false;
    snprintf(text, size, "the calibration was made for %s%s, %s is %s%s",
             file->serial[0] ? "serial number " : "a device without serial number", file->serial,
             kind, stream->serial[0] ? "serial number " : "without serial number", stream->serial);
    return true;
}

bool gw_calibration_doubt(const gw_calibration_file *file,
                          const gw_stream *const streams[GW_KIND_COUNT], int64_t now_ns,
                          char text[GW_CALIBRATION_TEXT_MAX])
{
    text[0] = 0;
    for (int kind = 0; kind < GW_KIND_POSE; kind++)
        if (streams[kind] && is_foreign(file, streams[kind], text, GW_CALIBRATION_TEXT_MAX))
            return true;
    if (now_ns <= file->valid_until_ns)
        return false;
    char until[32];
    calibration_time_print(file->valid_until_ns, until);
    snprintf(text, GW_CALIBRATION_TEXT_MAX, "the calibration expired at %s", until);
    return true;
}
