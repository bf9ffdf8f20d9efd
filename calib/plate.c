/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/plate.h"

#include <math.h>
#include <stdlib.h>

#include "dsp/depth.h"
#include "dsp/phasor.h"

enum { SCANS_LEAST = 50, BLOCK_SCANS = 8, PROFILE = 8 /* points a cell of range */ };

static const double pi = 3.141592653589793;
static const double heard_least_db = 26;   /* rms over the noise of the mean */
static const double change_most = 0.035;   /* of the means of 8 scans, against the rms */
static const double open_echo_db = -36;    /* of the direct wave, later than it */
static const double plate_echo_db = -20;   /* of the plate, later than it */
static const double apart_cells = 3.5;     /* what a short reflection in a cable reaches to */
static const double step_least = 0.1;      /* of the rms: C there would be noise */
static const double distance_sd_m = 0.001; /* a ruler's */
static const double distance_off_m = 0.05;

/* One channel on its way. */
typedef struct sweep {
    const gw_take *take;
    const gw_complex *open; /* [n] to be taken away; NULL: nothing */
    size_t channel, n;
    phasor *mean, *block; /* [n] */
    double rms, noise, change;
} sweep;

static phasor step_at(const sweep *s, size_t row, size_t k)
{
    const gw_stream *stream = &s->take->stream;
    const int32_t *counts =
        s->take->counts + row * gw_stream_row_counts(stream) + 2 * (s->channel * s->n + k);
    phasor value =
        phasor_of((double)counts[0] + stream->offset, (double)counts[1] + stream->offset);
    return s->open ? value - phasor_of((double)s->open[k].re, (double)s->open[k].im) : value;
}

/* exp(2 pi j turns) */
static phasor turn_of(double turns)
{
    return phasor_turn(2 * pi * fmod(turns, 1));
}

static double power_of(phasor z)
{
    return creal(z) * creal(z) + cimag(z) * cimag(z);
}

static void spread_take(sweep *s)
{
    size_t n_rows = s->take->n_rows;
    double spread = 0;
    for (size_t row = 0; row < n_rows; row++) {
        double moved = 0;
        for (size_t k = 0; k < s->n; k++) {
            phasor away = step_at(s, row, k) - s->mean[k];
            spread += power_of(away);
            s->block[k] = row % BLOCK_SCANS ? s->block[k] + away : away;
            moved += power_of(s->block[k] / BLOCK_SCANS);
        }
        if (row % BLOCK_SCANS == BLOCK_SCANS - 1)
            s->change = fmax(s->change, sqrt(moved / (double)s->n));
    }
    s->noise = sqrt(spread / (double)(n_rows * s->n));
}

static void mean_take(sweep *s)
{
    double power = 0;
    s->change = 0;
    for (size_t k = 0; k < s->n; k++) {
        s->mean[k] = 0;
        for (size_t row = 0; row < s->take->n_rows; row++)
            s->mean[k] += step_at(s, row, k);
        s->mean[k] /= (double)s->take->n_rows;
        power += power_of(s->mean[k]);
    }
    s->rms = sqrt(power / (double)s->n);
    spread_take(s);
}

/* |echo| at a path, m, through a Hann window: two cells wide. */
static double profile_at(const sweep *s, const phasor *values, double path_m)
{
    const gw_stream *stream = &s->take->stream;
    double t = path_m / GW_LIGHT_M_PER_NS * 1e-9;
    phasor sum = 0;
    for (size_t k = 0; k < s->n; k++) {
        double hz = stream->start_hz + (double)k * stream->step_hz;
        double window = 0.5 - 0.5 * cos(2 * pi * ((double)k + 0.5) / (double)s->n);
        sum += window * values[k] * turn_of(hz * t);
    }
    return cabs(sum);
}

/* The strongest path from..to, by steps of an eighth of a cell. */
static double strongest_m(const sweep *s, const phasor *values, double from_m, double to_m)
{
    double cell_m = GW_LIGHT_M_PER_NS * 1e9 / ((double)s->n * s->take->stream.step_hz);
    double best = from_m, most = -1;
    for (double path = from_m; path <= to_m; path += cell_m / PROFILE) {
        double here = profile_at(s, values, path);
        if (here > most) {
            most = here;
            best = path;
        }
    }
    return best;
}

/* Of what comes `apart_cells` and more after the strongest, dB; *direct_m: the strongest. */
static double later_db(const sweep *s, const phasor *values, double *direct_m, double *later_m)
{
    const gw_stream *stream = &s->take->stream;
    double all_m = GW_LIGHT_M_PER_NS * 1e9 / stream->step_hz, cell_m = all_m / (double)s->n;
    *direct_m = strongest_m(s, values, 0, 0.5 * all_m);
    *later_m = strongest_m(s, values, *direct_m + apart_cells * cell_m, *direct_m + 0.4 * all_m);
    return 20 * log10(profile_at(s, values, *later_m) / profile_at(s, values, *direct_m));
}

static gw_status sweep_judge(const sweep *s, const char *what, gw_error *error)
{
    const char *name = s->take->stream.name;
    double left = s->noise / sqrt((double)s->take->n_rows);
    if (!(s->rms > left * pow(10, heard_least_db / 20)))
        return gw_error_set(error, GW_EFORMAT,
                            "%s: %s (%.3g counts) does not stand out of the noise (%.3g)", name,
                            what, s->rms, left);
    if (s->change > change_most * s->rms + 3 * s->noise / sqrt(BLOCK_SCANS))
        return gw_error_set(error, GW_EFORMAT,
                            "%s: the scans change by %.0f %% of %s: the head moved, or a cable is "
                            "loose",
                            name, 100 * s->change / s->rms, what);
    return GW_OK;
}

static gw_status open_judge(const sweep *s, gw_error *error)
{
    double direct_m, later_m;
    gw_status status = sweep_judge(s, "the direct wave", error);
    if (status != GW_OK)
        return status;
    double db = later_db(s, s->mean, &direct_m, &later_m);
    if (db <= open_echo_db)
        return GW_OK;
    return gw_error_set(error, GW_EFORMAT,
                        "%s: something is in front of the antennas: an echo of %.0f dB from about "
                        "%.2f m (at most %.0f dB): lift the head, take it away",
                        s->take->stream.name, db, 0.5 * (later_m - direct_m), open_echo_db);
}

static double path_of(const gw_stream *stream, double distance_m)
{
    return 2 * hypot(distance_m, 0.5 * stream->transmit_receive_offset_m);
}

/* Where the direct wave of the air shot says that the plate should be. */
static gw_status plate_judge(const sweep *s, double distance_m, gw_error *error)
{
    const gw_stream *stream = &s->take->stream;
    double direct_m, plate_m, later_m;
    gw_status status = sweep_judge(s, "the plate's echo", error);
    if (status != GW_OK)
        return status;
    for (size_t k = 0; k < s->n; k++)
        s->block[k] = phasor_of((double)s->open[k].re, (double)s->open[k].im);
    later_db(s, s->block, &direct_m, &later_m);
    double db = later_db(s, s->mean, &plate_m, &later_m);
    double path_m = plate_m - direct_m + stream->transmit_receive_offset_m;
    if (fabs(path_m - path_of(stream, distance_m)) > 2 * distance_off_m)
        return gw_error_set(error, GW_EFORMAT,
                            "%s: the plate's echo comes from about %.2f m, not from %.2f m: is "
                            "--distance right?",
                            stream->name, 0.5 * path_m, distance_m);
    if (db > plate_echo_db)
        return gw_error_set(error, GW_EFORMAT,
                            "%s: something else is there: an echo of %.0f dB of the plate's from "
                            "about %.2f m (at most %.0f dB)",
                            stream->name, db, 0.5 * (later_m - direct_m), plate_echo_db);
    for (size_t k = 0; k < s->n; k++)
        if (cabs(s->mean[k]) < step_least * s->rms)
            return gw_error_set(error, GW_EFORMAT, "%s: at %.4g Hz the plate is hardly heard",
                                stream->name, stream->start_hz + (double)k * stream->step_hz);
    return GW_OK;
}

/* 20 bits of a value are enough: short in JSON. */
static float value_settle(double x, double unit)
{
    return (float)(nearbyint(x / unit) * unit);
}

static void values_put(const sweep *s, const phasor *from, double rms, gw_complex *to)
{
    double unit = exp2(floor(log2(rms)) - 20);
    for (size_t k = 0; k < s->n; k++)
        to[s->channel * s->n + k] =
            (gw_complex){value_settle(creal(from[k]), unit), value_settle(cimag(from[k]), unit)};
}

static void factor_make(const sweep *s, double distance_m)
{
    const gw_stream *stream = &s->take->stream;
    double t = path_of(stream, distance_m) / GW_LIGHT_M_PER_NS * 1e-9;
    for (size_t k = 0; k < s->n; k++) {
        double hz = stream->start_hz + (double)k * stream->step_hz;
        s->block[k] = -s->rms * turn_of(-hz * t) / s->mean[k];
    }
}

static gw_status take_judge(const gw_take *take, gw_error *error)
{
    const gw_stream *stream = &take->stream;
    gw_status status = gw_take_judge(take, error);
    if (status != GW_OK)
        return status;
    if (!stream->is_complex || !(stream->start_hz > 0 && stream->step_hz > 0))
        return gw_error_set(error, GW_EFORMAT, "%s: its steps of frequency are not known",
                            stream->name);
    if (take->n_rows < SCANS_LEAST)
        return gw_error_set(error, GW_EFORMAT, "%s: %zu scans, at least %d are needed",
                            stream->name, take->n_rows, SCANS_LEAST);
    return GW_OK;
}

static gw_status channel_fit(sweep *s, double distance_m, gw_calibration_steps *out,
                             gw_error *error)
{
    double scans = sqrt((double)s->take->n_rows);
    mean_take(s);
    gw_status status = s->open ? plate_judge(s, distance_m, error) : open_judge(s, error);
    if (status != GW_OK)
        return status;
    if (s->open)
        factor_make(s, distance_m);
    values_put(s, s->open ? s->block : s->mean, s->open ? 1 : s->rms, out->values);
    out->sd = fmax(out->sd, s->noise / scans / (s->open ? s->rms : 1) / sqrt(2));
    return GW_OK;
}

static gw_status steps_fit(const gw_take *take, const gw_calibration_steps *open, double distance_m,
                           gw_calibration_steps *out, gw_error *error)
{
    const gw_stream *stream = &take->stream;
    size_t n = stream->n_samples, n_channels = stream->n_channels;
    *out = (gw_calibration_steps){.n_scans = take->n_rows,
                                  .n_channels = n_channels,
                                  .n_steps = n,
                                  .start_hz = stream->start_hz,
                                  .step_hz = stream->step_hz};
    gw_status status = take_judge(take, error);
    if (status != GW_OK)
        return status;
    phasor *memory = calloc(2 * n, sizeof *memory);
    out->values = calloc(n_channels * n, sizeof *out->values);
    if (!memory || !out->values)
        status = gw_error_set(error, GW_ENOMEM, "%s: out of memory", stream->name);
    for (size_t c = 0; c < n_channels && status == GW_OK; c++) {
        sweep s = {.take = take, .channel = c, .n = n, .mean = memory, .block = memory + n};
        s.open = open ? open->values + c * n : NULL;
        status = channel_fit(&s, distance_m, out, error);
    }
    free(memory);
    if (status != GW_OK) {
        free(out->values);
        out->values = NULL;
    }
    return status;
}

gw_status gw_plate_open_fit(const gw_take *take, gw_calibration_steps *out, gw_error *error)
{
    return steps_fit(take, NULL, 0, out, error);
}

gw_status gw_plate_fit(const gw_take *take, const gw_calibration_steps *open, double distance_m,
                       gw_calibration_steps *out, gw_error *error)
{
    const gw_stream *stream = &take->stream;
    if (open->n_channels != stream->n_channels || open->n_steps != stream->n_samples ||
        open->start_hz != stream->start_hz || open->step_hz != stream->step_hz)
        return gw_error_set(error, GW_EFORMAT, "%s: its steps are not those of the air shot",
                            stream->name);
    gw_status status = steps_fit(take, open, distance_m, out, error);
    out->distance_m = distance_m;
    out->distance_sd_m = distance_sd_m;
    return status;
}
