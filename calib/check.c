/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/check.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "calib/run.h"
#include "calib/series.h"
#include "dsp/detector.h"

static const double degree = 3.141592653589793 / 180, coil_m = 0.13, beside_m = 0.3;

/* The radar's candidate that is likeliest within reach of the metal detector's. */
typedef struct finding {
    gw_detection gpr[64], md;
    size_t n_gpr;
    bool has_md;
} finding;

static void detection_take(void *user, const gw_detection *d)
{
    finding *f = user;
    if (d->sensor == GW_SENSOR_MD && (!f->has_md || d->score > f->md.score)) {
        f->md = *d;
        f->has_md = true;
    }
    if (d->sensor == GW_SENSOR_GPR && d->far_per_m <= 1) {
        size_t at = f->n_gpr < 64 ? f->n_gpr++ : 63;
        f->gpr[at] = *d;
    }
}

static gw_status depth_measure(const gw_takes *takes, const gw_calibration_file *file,
                               gw_check *out, gw_error *error)
{
    static finding f; /* large */
    gw_calibration values;
    const gw_detector_sink sink = {.detection = detection_take, .user = &f};
    double best = 0;
    memset(&f, 0, sizeof f);
    gw_calibration_values(file, &values);
    gw_status status = gw_takes_detect(takes, &values, &sink, NULL, error);
    for (size_t k = 0; k < f.n_gpr && f.has_md; k++)
        if (fabs(f.gpr[k].along_m - f.md.along_m) < beside_m && f.gpr[k].score > best) {
            best = f.gpr[k].score;
            out->depth_m = f.gpr[k].depth_m;
        }
    return status;
}

static void expected_fill(const gw_piece *piece, const gw_calibration_file *file, double radius_m,
                          gw_check *out)
{
    double z0 = file->ball.distance_m.value, z = piece->distance_m > 0 ? piece->distance_m : z0;
    double a2 = radius_m > 0 ? radius_m * radius_m : coil_m * coil_m;
    for (size_t k = 0; k < out->n_tones; k++) {
        out->expected[k] = pow((a2 + z0 * z0) / (a2 + z * z), 3);
        out->expected_deg[k] = 0;
        for (size_t j = 0; j < piece->n_tones; j++)
            if (fabs(piece->tones_hz[j] / out->tones_hz[k] - 1) < 1e-6) {
                out->expected[k] = piece->amplitude[j];
                out->expected_deg[k] = piece->phase_deg[j];
            }
    }
}

static void responses_fill(const gw_passes *passes, const gw_calibration_file *file, gw_check *out)
{
    for (size_t k = 0; k < out->n_tones; k++) {
        double size = hypot(passes->mean[k][0], passes->mean[k][1]);
        double gain = file->ball.gain[k].value, root = sqrt((double)passes->n);
        double turn = atan2(passes->mean[k][1], passes->mean[k][0]) / degree;
        double noise = file->null.noise[k] / size;
        out->amplitude[k] =
            (gw_measured){size * gain, size * gain *
                                           hypot(fmax(passes->spread[k], noise) / root,
                                                 file->ball.gain[k].sd / gain)};
        out->phase_deg[k] = (gw_measured){
            remainder(turn + file->ball.phase_deg[k].value, 360),
            hypot(fmax(passes->spread_deg[k], noise / degree) / root, file->ball.phase_deg[k].sd)};
    }
}

static void fail(gw_check *out, const char *what, double got, double wanted)
{
    size_t n = strlen(out->reason);
    out->is_pass = false;
    snprintf(out->reason + n, sizeof out->reason - n, "%s%s %.3g, expected %.3g", n ? "; " : "",
             what, got, wanted);
}

static void check_judge(gw_check *out, const gw_piece *piece)
{
    char what[64];
    out->is_pass = true;
    for (size_t k = 0; k < out->n_tones; k++) {
        double ratio = out->amplitude[k].value / out->expected[k];
        double turn = remainder(out->phase_deg[k].value - out->expected_deg[k], 360);
        snprintf(what, sizeof what, "%g Hz: amplitude, balls:", out->tones_hz[k]);
        if (!(fabs(ratio - 1) <= piece->tolerance))
            fail(out, what, out->amplitude[k].value, out->expected[k]);
        snprintf(what, sizeof what, "%g Hz: phase, deg:", out->tones_hz[k]);
        if (!(fabs(turn) <= piece->tolerance_deg))
            fail(out, what, out->phase_deg[k].value, out->expected_deg[k]);
    }
    if (isnan(piece->depth_m))
        return;
    if (isnan(out->depth_m)) {
        out->is_pass = false;
        snprintf(out->reason + strlen(out->reason), sizeof out->reason - strlen(out->reason),
                 "%sthe radar did not see it", out->reason[0] ? "; " : "");
    } else if (!(fabs(out->depth_m - piece->depth_m) <= piece->tolerance_depth_m)) {
        fail(out, "depth, m:", out->depth_m, piece->depth_m);
    }
}

static gw_status device_check(const gw_takes *takes, const gw_calibration_file *file,
                              gw_error *error)
{
    if (!file->ball.date_ns)
        return gw_error_set(error, GW_ECONFIG, "check: null and ball must come before");
    if (!takes->has[GW_KIND_MD])
        return gw_error_set(error, GW_ENODEV, "check: there is no metal detector");
    if (file->null.n_tones != takes->takes[GW_KIND_MD].stream.n_tones)
        return gw_error_set(error, GW_ECONFIG, "check: the calibration is for other tones");
    return GW_OK;
}

gw_status gw_check_measure(const gw_takes *takes, const gw_calibration_file *file,
                           const gw_piece *piece, gw_check *out, gw_error *error)
{
    gw_series series = {.n_hops = 0};
    gw_passes passes;
    gw_error seen = {.status = GW_OK};
    memset(out, 0, sizeof *out);
    out->depth_m = (double)NAN;
    gw_status status = device_check(takes, file, error);
    if (status == GW_OK)
        status = gw_series_make(&takes->takes[GW_KIND_MD], &series, error);
    if (status == GW_OK)
        status = gw_passes_find(&series, file->null.noise, 1, &passes, &seen);
    gw_series_destroy(&series);
    if (seen.status == GW_EFORMAT) { /* not seen: that is what a check is for */
        snprintf(out->reason, sizeof out->reason, "%.390s", seen.text);
        return GW_OK;
    }
    if (status != GW_OK) {
        if (seen.status != GW_OK)
            *error = seen;
        return status;
    }
    out->n_passes = passes.n;
    out->n_tones = series.n_tones;
    memcpy(out->tones_hz, series.tones_hz, sizeof out->tones_hz);
    responses_fill(&passes, file, out);
    expected_fill(piece, file, takes->takes[GW_KIND_MD].stream.coil_radius_m, out);
    if (!isnan(piece->depth_m) && takes->has[GW_KIND_GPR])
        status = depth_measure(takes, file, out, error);
    check_judge(out, piece);
    return status;
}
