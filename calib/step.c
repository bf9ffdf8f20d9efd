/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calib/air.h"
#include "calib/ball.h"
#include "calib/blank.h"
#include "calib/ground.h"
#include "calib/null.h"
#include "calib/plate.h"

static const double ball_m = 0.010, ball_sd_m = 0.00001, distance_sd_m = 0.001;

static const char *const names[] = {"air", "null", "ball", "noise", "ground", "plate"};

const char *gw_step_name(gw_step step)
{
    return (unsigned)step < GW_STEP_COUNT ? names[step] : "unknown";
}

gw_step gw_step_parse(const char *word)
{
    int step = 0;
    while (step < GW_STEP_COUNT && strcmp(word, names[step]) != 0)
        step++;
    return (gw_step)step;
}

unsigned gw_step_kinds(gw_step step)
{
    if (step == GW_STEP_AIR || step == GW_STEP_PLATE)
        return 1u << GW_KIND_GPR;
    if (step == GW_STEP_NOISE)
        return 1u << GW_KIND_GPR | 1u << GW_KIND_MD | 1u << GW_KIND_POSE;
    if (step == GW_STEP_GROUND)
        return 1u << GW_KIND_MD | 1u << GW_KIND_POSE;
    return 1u << GW_KIND_MD;
}

static bool is_stepped(const gw_takes *takes)
{
    const gw_take *take = gw_takes_of(takes, GW_KIND_GPR);
    return take && take->stream.waveform == GW_WAVEFORM_SFCW;
}

static gw_status before_check(gw_step step, const gw_takes *takes, const gw_calibration_file *file,
                              gw_error *error)
{
    const char *missing = NULL;
    if (step == GW_STEP_BALL && !file->null.date_ns)
        missing = "null";
    if (step == GW_STEP_NOISE && takes->has[GW_KIND_MD] && !file->ball.date_ns)
        missing = file->null.date_ns ? "ball" : "null, then ball,";
    if (step == GW_STEP_NOISE && takes->has[GW_KIND_GPR] && !file->air.date_ns)
        missing = "air";
    if (step == GW_STEP_NOISE && is_stepped(takes))
        return gw_error_set(error, GW_EFORMAT,
                            "noise: of radars of stepped frequency no scale is taken");
    if (step == GW_STEP_PLATE && !is_stepped(takes))
        return gw_error_set(error, GW_EFORMAT,
                            "plate: it is for radars of stepped frequency; others need `air`");
    if (step == GW_STEP_PLATE && !file->open.date_ns)
        missing = "air";
    return missing
               ? gw_error_set(error, GW_ECONFIG, "%s: %s must come before", names[step], missing)
               : GW_OK;
}

/* An empty file takes the device; a file with sections must be this device's. */
static gw_status device_take(const gw_takes *takes, gw_calibration_file *file, gw_error *error)
{
    bool is_new =
        !file->air.date_ns && !file->open.date_ns && !file->null.date_ns && !file->ground.date_ns;
    for (int kind = 0; kind < GW_KIND_POSE; kind++) {
        const gw_take *take = gw_takes_of(takes, (gw_kind)kind);
        if (!take)
            continue;
        const gw_stream *stream = &take->stream;
        if (is_new) {
            snprintf(file->serial, sizeof file->serial, "%s", stream->serial);
            snprintf(file->name, sizeof file->name, "%s", stream->name);
            file->emulated = stream->emulated;
            is_new = false;
        }
        if (file->emulated != stream->emulated || strcmp(file->serial, stream->serial) != 0)
            return gw_error_set(error, GW_ECONFIG,
                                "the file is of %s device%s%s, %s is %s%s%s: take another file",
                                file->emulated ? "an emulated" : "a real",
                                file->serial[0] ? ", serial number " : "", file->serial,
                                gw_kind_name((gw_kind)kind), stream->emulated ? "emulated" : "real",
                                stream->serial[0] ? ", serial number " : "", stream->serial);
    }
    return GW_OK;
}

static gw_status series_take(const gw_takes *takes, gw_step_picture *picture, gw_error *error)
{
    picture->has_series = true;
    return gw_series_make(&takes->takes[GW_KIND_MD], &picture->series, error);
}

static gw_status ball_take(const gw_step_input *input, gw_calibration_file *file,
                           gw_step_picture *picture, gw_error *error)
{
    gw_calibration_ball ball;
    gw_status status = series_take(input->takes, picture, error);
    if (status == GW_OK)
        status = gw_ball_fit(&picture->series, &file->null, &picture->passes, &ball, error);
    if (status != GW_OK)
        return status;
    ball.distance_m = (gw_measured){input->distance_m, distance_sd_m};
    ball.diameter_m = (gw_measured){ball_m, ball_sd_m};
    ball.date_ns = input->date_ns;
    file->ball = ball;
    return GW_OK;
}

/* Of stepped frequency: the air shot, or the plate after it. */
static gw_status steps_take(gw_step step, const gw_step_input *input, gw_calibration_file *file,
                            gw_error *error)
{
    const gw_take *take = gw_takes_of(input->takes, GW_KIND_GPR);
    bool is_plate = step == GW_STEP_PLATE;
    gw_calibration_steps *section = is_plate ? &file->plate : &file->open, made;
    gw_status status = is_plate ? gw_plate_fit(take, &file->open, input->distance_m, &made, error)
                                : gw_plate_open_fit(take, &made, error);
    if (status != GW_OK)
        return status;
    made.date_ns = input->date_ns;
    free(section->values);
    *section = made;
    return GW_OK;
}

static gw_status section_fit(gw_step step, const gw_step_input *input, gw_calibration_file *file,
                             gw_step_picture *picture, gw_error *error)
{
    const gw_takes *takes = input->takes;
    gw_status status = GW_OK;
    if (step == GW_STEP_PLATE || (step == GW_STEP_AIR && is_stepped(takes))) {
        status = steps_take(step, input, file, error);
    } else if (step == GW_STEP_AIR) {
        float *old = file->air.coupling;
        gw_calibration_air air;
        status = gw_air_fit(&takes->takes[GW_KIND_GPR], &air, error);
        if (status == GW_OK) {
            air.date_ns = input->date_ns;
            file->air = air;
            free(old);
        }
    } else if (step == GW_STEP_NULL) {
        gw_calibration_null null;
        status = series_take(takes, picture, error);
        if (status == GW_OK)
            status =
                gw_null_fit(&picture->series, takes->takes[GW_KIND_MD].stream.name, &null, error);
        null.date_ns = input->date_ns;
        if (status == GW_OK)
            file->null = null;
    } else if (step == GW_STEP_BALL) {
        status = ball_take(input, file, picture, error);
    } else if (step == GW_STEP_GROUND) {
        gw_ground ground;
        status = gw_ground_fit(takes, file, &ground, error);
        if (status == GW_OK)
            file->ground.ground = ground;
        if (status == GW_OK)
            file->ground.date_ns = input->date_ns;
    } else {
        gw_calibration_noise noise;
        status = gw_blank_fit(takes, file, input->far_per_m, &noise, error);
        noise.date_ns = input->date_ns;
        if (status == GW_OK)
            file->noise = noise;
    }
    return status;
}

static int64_t date_of(gw_step step, const gw_calibration_file *file)
{
    const int64_t air_ns = file->air.date_ns ? file->air.date_ns : file->open.date_ns;
    const int64_t dates[GW_STEP_COUNT] = {air_ns,
                                          file->null.date_ns,
                                          file->ball.date_ns,
                                          file->noise.date_ns,
                                          file->ground.date_ns,
                                          file->plate.date_ns};
    return dates[step];
}

static void section_remove(gw_step step, gw_calibration_file *file, char *removed)
{
    size_t n = strlen(removed);
    if (!date_of(step, file))
        return;
    if (step == GW_STEP_BALL)
        memset(&file->ball, 0, sizeof file->ball);
    else if (step == GW_STEP_GROUND)
        memset(&file->ground, 0, sizeof file->ground);
    else if (step == GW_STEP_PLATE) {
        free(file->plate.values);
        memset(&file->plate, 0, sizeof file->plate);
    } else
        memset(&file->noise, 0, sizeof file->noise);
    snprintf(removed + n, 64 - n, "%s%s", n ? ", " : "", names[step]);
}

/* The recordings of a section are replaced with it; those of removed ones go. */
static void recordings_put(gw_step step, const gw_step_input *input, gw_calibration_file *file)
{
    size_t n = 0;
    for (size_t k = 0; k < file->n_recordings; k++) {
        gw_step of = gw_step_parse(file->recordings[k].step);
        if (of != step && of < GW_STEP_COUNT && date_of(of, file))
            file->recordings[n++] = file->recordings[k];
    }
    for (int kind = 0; kind < GW_KIND_COUNT && n < GW_CALIBRATION_RECORDINGS_MAX; kind++) {
        const gw_take *take = gw_takes_of(input->takes, (gw_kind)kind);
        if (!take)
            continue;
        gw_calibration_recording *r = &file->recordings[n++];
        memset(r, 0, sizeof *r);
        snprintf(r->step, sizeof r->step, "%s", names[step]);
        snprintf(r->kind, sizeof r->kind, "%s", gw_kind_name((gw_kind)kind));
        snprintf(r->uri, sizeof r->uri, "%s", input->uri);
        snprintf(r->hash, sizeof r->hash, "%s", take->stream.hash);
        r->n_rows = take->n_rows;
    }
    file->n_recordings = n;
}

gw_status gw_step_take(gw_step step, const gw_step_input *input, gw_calibration_file *file,
                       gw_step_picture *picture, gw_error *error)
{
    gw_status status = before_check(step, input->takes, file, error);
    memset(picture, 0, sizeof *picture);
    if (status == GW_OK)
        status = device_take(input->takes, file, error);
    if (status == GW_OK)
        status = section_fit(step, input, file, picture, error);
    if (status != GW_OK)
        return status;
    if (step == GW_STEP_NULL)
        section_remove(GW_STEP_BALL, file, picture->removed);
    if (step == GW_STEP_NULL || step == GW_STEP_BALL)
        section_remove(GW_STEP_GROUND, file, picture->removed);
    if (step == GW_STEP_AIR)
        section_remove(GW_STEP_PLATE, file, picture->removed);
    if (step != GW_STEP_NOISE && step != GW_STEP_GROUND)
        section_remove(GW_STEP_NOISE, file, picture->removed);
    recordings_put(step, input, file);
    return GW_OK;
}

void gw_step_picture_destroy(gw_step_picture *picture)
{
    gw_series_destroy(&picture->series);
}
