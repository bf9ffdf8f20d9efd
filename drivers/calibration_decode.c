/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/calibration_json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Where we are, for messages; the first thing wrong is kept. */
typedef struct decoder {
    const char *path;
    char place[96];
    gw_status status;
    gw_error *error;
} decoder;

typedef struct range {
    double least, most;
} range;

static const range positive = {1e-30, 1e30}, not_negative = {0, 1e30}, any = {-1e30, 1e30};

static void wrong(decoder *d, const char *key, const char *cause)
{
    if (d->status == GW_OK)
        d->status = gw_error_set(d->error, GW_ECONFIG, "%s: %s%s%s: %s", d->path, d->place,
                                 d->place[0] ? "." : "", key, cause);
}

static void place_set(decoder *d, const char *section, size_t index)
{
    if (index == SIZE_MAX)
        snprintf(d->place, sizeof d->place, "%s", section);
    else
        snprintf(d->place, sizeof d->place, "%s[%zu]", section, index);
}

static double number(decoder *d, const json_t *object, const char *key, range within)
{
    const json_t *value = json_object_get(object, key);
    double x = json_number_value(value);
    if (!json_is_number(value))
        wrong(d, key, "a number is needed");
    else if (!(x >= within.least && x <= within.most))
        wrong(d, key, "is out of range");
    return x;
}

static uint64_t count(decoder *d, const json_t *object, const char *key, uint64_t most)
{
    const json_t *value = json_object_get(object, key);
    json_int_t n = json_integer_value(value);
    if (!json_is_integer(value) || n < 0 || (uint64_t)n > most)
        wrong(d, key, "a whole number within its range is needed");
    return n < 0 ? 0 : (uint64_t)n;
}

static void text(decoder *d, const json_t *object, const char *key, char *to, size_t size)
{
    const char *from = json_string_value(json_object_get(object, key));
    if (!from || strlen(from) >= size)
        wrong(d, key, "a text of bounded length is needed");
    else
        snprintf(to, size, "%s", from);
}

/* {"value": .., "unit": ".."}; the unit must be ours: nothing is converted. */
static const json_t *quantity(decoder *d, const json_t *object, const char *key, const char *unit)
{
    const json_t *q = json_object_get(object, key);
    const char *said = json_string_value(json_object_get(q, "unit"));
    if (!json_is_object(q))
        wrong(d, key, "an object with value and unit is needed");
    else if (!said || strcmp(said, unit) != 0)
        wrong(d, key, "has another unit than this version writes");
    return q;
}

static double plain(decoder *d, const json_t *object, const char *key, const char *unit)
{
    return number(d, quantity(d, object, key, unit), "value", not_negative);
}

static gw_measured measured(decoder *d, const json_t *object, const char *key, const char *unit)
{
    const json_t *q = quantity(d, object, key, unit);
    return (gw_measured){number(d, q, "value", any), number(d, q, "uncertainty", not_negative)};
}

int64_t calibration_time_parse(const char *from)
{
    struct tm utc = {0};
    const char *end = from ? strptime(from, "%Y-%m-%dT%H:%M:%SZ", &utc) : NULL;
    if (!end || *end || utc.tm_year < 70 || utc.tm_year > 200)
        return -1;
    return (int64_t)timegm(&utc) * 1000000000;
}

static int64_t date(decoder *d, const json_t *object, const char *key)
{
    int64_t time_ns = calibration_time_parse(json_string_value(json_object_get(object, key)));
    if (time_ns <= 0)
        wrong(d, key, "a date like 2026-05-31T12:00:00Z is needed");
    return time_ns;
}

static void coupling_decode(decoder *d, const json_t *list, size_t n, float *to)
{
    if (json_array_size(list) != n) {
        wrong(d, "coupling", "as many numbers as the scan has samples are needed");
        return;
    }
    for (size_t k = 0; k < n; k++) {
        double x = json_number_value(json_array_get(list, k));
        if (!json_is_number(json_array_get(list, k)) || !(fabs(x) < 1e10))
            wrong(d, "coupling", "holds something that is no count");
        to[k] = (float)x;
    }
}

static void air_decode(decoder *d, const json_t *object, gw_calibration_air *air)
{
    const json_t *channels = json_object_get(object, "channels");
    place_set(d, "air", SIZE_MAX);
    air->date_ns = date(d, object, "date");
    air->n_scans = count(d, object, "scans", UINT64_C(1) << 48);
    air->n_samples = count(d, object, "samples", GW_SAMPLES_MAX);
    air->sample_rate_hz = plain(d, object, "sample_rate", "Hz");
    air->center_hz = plain(d, object, "center", "Hz");
    air->offset_m = plain(d, object, "antenna_offset", "m");
    air->noise_counts = plain(d, object, "noise", "count");
    air->n_channels = json_array_size(channels);
    if (!air->n_channels || air->n_channels > GW_CHANNELS_MAX || air->n_samples < 8)
        wrong(d, "channels", "1..64 channels of at least 8 samples are needed");
    if (d->status != GW_OK)
        return;
    air->coupling = calloc(air->n_channels * air->n_samples, sizeof *air->coupling);
    if (!air->coupling)
        d->status = gw_error_set(d->error, GW_ENOMEM, "%s: out of memory", d->path);
    for (size_t c = 0; c < air->n_channels && d->status == GW_OK; c++) {
        const json_t *one = json_array_get(channels, c);
        place_set(d, "air.channels", c);
        air->time_zero_samples[c] = measured(d, one, "time_zero", "sample");
        if (fabs(air->time_zero_samples[c].value) > (double)air->n_samples)
            wrong(d, "time_zero", "lies outside of the scan");
        coupling_decode(d, json_object_get(one, "coupling"), air->n_samples,
                        air->coupling + c * air->n_samples);
    }
}

static void values_decode(decoder *d, const json_t *list, size_t n, gw_complex *to)
{
    if (json_array_size(list) != 2 * n) {
        wrong(d, "values", "two numbers for each step are needed");
        return;
    }
    for (size_t k = 0; k < 2 * n; k++) {
        double x = json_number_value(json_array_get(list, k));
        if (!json_is_number(json_array_get(list, k)) || !(fabs(x) < 1e10))
            wrong(d, "values", "holds something that is no part of a step");
        *(k % 2 ? &to[k / 2].im : &to[k / 2].re) = (float)x;
    }
}

static void steps_decode(decoder *d, const json_t *object, const char *name,
                         gw_calibration_steps *steps)
{
    const json_t *channels = json_object_get(object, "channels");
    char place[32];
    place_set(d, name, SIZE_MAX);
    steps->date_ns = date(d, object, "date");
    steps->n_scans = count(d, object, "scans", UINT64_C(1) << 48);
    steps->n_steps = count(d, object, "steps", GW_SAMPLES_MAX);
    steps->start_hz = number(d, quantity(d, object, "start", "Hz"), "value", positive);
    steps->step_hz = number(d, quantity(d, object, "step", "Hz"), "value", positive);
    steps->sd = number(d, object, "uncertainty", not_negative);
    if (strcmp(name, "plate") == 0) {
        gw_measured distance = measured(d, object, "distance", "m");
        steps->distance_m = distance.value;
        steps->distance_sd_m = distance.sd;
    }
    steps->n_channels = json_array_size(channels);
    if (!steps->n_channels || steps->n_channels > GW_CHANNELS_MAX || steps->n_steps < 8)
        wrong(d, "channels", "1..64 channels of at least 8 steps are needed");
    if (d->status != GW_OK)
        return;
    steps->values = calloc(steps->n_channels * steps->n_steps, sizeof *steps->values);
    if (!steps->values)
        d->status = gw_error_set(d->error, GW_ENOMEM, "%s: out of memory", d->path);
    snprintf(place, sizeof place, "%s.channels", name);
    for (size_t c = 0; c < steps->n_channels && d->status == GW_OK; c++) {
        place_set(d, place, c);
        values_decode(d, json_object_get(json_array_get(channels, c), "values"), steps->n_steps,
                      steps->values + c * steps->n_steps);
    }
}

static size_t tones_count(decoder *d, const json_t *tones)
{
    size_t n = json_array_size(tones);
    if (!n || n > GW_TONES_MAX)
        wrong(d, "tones", "1..16 tones are needed");
    return d->status == GW_OK ? n : 0;
}

static void null_decode(decoder *d, const json_t *object, gw_calibration_null *null)
{
    const json_t *tones = json_object_get(object, "tones");
    place_set(d, "null", SIZE_MAX);
    null->date_ns = date(d, object, "date");
    null->n_hops = count(d, object, "hops", UINT64_C(1) << 48);
    null->n_tones = tones_count(d, tones);
    for (size_t k = 0; k < null->n_tones && d->status == GW_OK; k++) {
        const json_t *one = json_array_get(tones, k);
        place_set(d, "null.tones", k);
        const json_t *imbalance = quantity(d, one, "imbalance", "ratio");
        null->tones_hz[k] = number(d, quantity(d, one, "tone", "Hz"), "value", positive);
        null->imbalance[k][0] = number(d, imbalance, "real", any);
        null->imbalance[k][1] = number(d, imbalance, "imaginary", any);
        null->imbalance_sd[k] = number(d, imbalance, "uncertainty", not_negative);
        null->noise[k] = plain(d, one, "noise", "ratio");
    }
}

static void ball_decode(decoder *d, const json_t *object, gw_calibration_ball *ball)
{
    const json_t *tones = json_object_get(object, "tones");
    place_set(d, "ball", SIZE_MAX);
    ball->date_ns = date(d, object, "date");
    ball->n_passes = count(d, object, "passes", 1000000);
    ball->distance_m = measured(d, object, "distance", "m");
    ball->diameter_m = measured(d, object, "diameter", "m");
    ball->n_tones = tones_count(d, tones);
    for (size_t k = 0; k < ball->n_tones && d->status == GW_OK; k++) {
        const json_t *one = json_array_get(tones, k);
        place_set(d, "ball.tones", k);
        ball->gain[k] = measured(d, one, "gain", "ball/ratio");
        ball->phase_deg[k] = measured(d, one, "phase", "deg");
        if (!(ball->gain[k].value > 0) || fabs(ball->phase_deg[k].value) > 360)
            wrong(d, "gain", "must be positive, and its phase within 360 degrees");
    }
}

static void sensor_decode(decoder *d, const json_t *noise, const char *key,
                          gw_calibration_noise_sensor *sensor)
{
    static const range scales = {1e-3, 1e3};
    const json_t *object = json_object_get(noise, key);
    char place[32];
    if (!object)
        return;
    snprintf(place, sizeof place, "noise.%s", key);
    place_set(d, place, SIZE_MAX);
    const json_t *scale = quantity(d, object, "far_scale", "1");
    const json_t *floor_counts = json_object_get(object, "floor");
    sensor->length_m = plain(d, object, "length", "m");
    if (!(sensor->length_m > 0))
        wrong(d, "length", "must be positive");
    sensor->n_candidates = count(d, object, "candidates", 1000000000);
    sensor->far_scale = number(d, scale, "value", scales);
    sensor->far_scale_low = number(d, scale, "low", not_negative);
    sensor->far_scale_high = number(d, scale, "high", not_negative);
    sensor->floor = number(d, floor_counts, "value", not_negative);
}

static void noise_decode(decoder *d, const json_t *object, gw_calibration_noise *noise)
{
    place_set(d, "noise", SIZE_MAX);
    noise->date_ns = date(d, object, "date");
    noise->far_per_m = plain(d, object, "counted_at", "1/m");
    sensor_decode(d, object, "gpr", &noise->gpr);
    sensor_decode(d, object, "md", &noise->md);
}

static void covariance_decode(decoder *d, const json_t *list, gw_ground *ground)
{
    size_t n = gw_ground_values(ground->n_tones);
    if (json_array_size(list) != n)
        wrong(d, "covariance", "the lower triangle of two numbers a tone is needed");
    for (size_t k = 0; k < n && d->status == GW_OK; k++) {
        const json_t *value = json_array_get(list, k);
        if (!json_is_number(value) || !(fabs(json_number_value(value)) < 1e30))
            wrong(d, "covariance", "holds something that is none");
        ground->covariance[k] = json_number_value(value);
    }
    for (size_t k = 0; k < 2 * ground->n_tones && d->status == GW_OK; k++)
        if (ground->covariance[k * (k + 1) / 2 + k] < 0)
            wrong(d, "covariance", "has a variance below 0");
}

static void ground_decode(decoder *d, const json_t *object, gw_calibration_file *file)
{
    const json_t *tones = json_object_get(object, "tones");
    gw_ground *ground = &file->ground.ground;
    place_set(d, "ground", SIZE_MAX);
    file->ground.date_ns = date(d, object, "date");
    ground->length_m = plain(d, object, "length", "m");
    ground->n_tones = tones_count(d, tones);
    for (size_t k = 0; k < ground->n_tones && d->status == GW_OK; k++)
        ground->tones_hz[k] =
            number(d, quantity(d, json_array_get(tones, k), "tone", "Hz"), "value", positive);
    const char *unit = json_string_value(json_object_get(object, "covariance_unit"));
    if (!unit || strcmp(unit, file->ball.date_ns ? "ball2" : "ratio2") != 0)
        wrong(d, "covariance_unit", "is another than the rest of the file has");
    if (d->status == GW_OK)
        covariance_decode(d, json_object_get(object, "covariance"), ground);
}

static void recordings_decode(decoder *d, const json_t *list, gw_calibration_file *file)
{
    size_t n = json_array_size(list);
    place_set(d, "", SIZE_MAX);
    if (!json_is_array(list) || n > GW_CALIBRATION_RECORDINGS_MAX)
        wrong(d, "recordings", "a list of at most 16 is needed");
    for (size_t k = 0; k < n && d->status == GW_OK; k++) {
        const json_t *one = json_array_get(list, k);
        gw_calibration_recording *r = &file->recordings[k];
        place_set(d, "recordings", k);
        text(d, one, "step", r->step, sizeof r->step);
        text(d, one, "kind", r->kind, sizeof r->kind);
        text(d, one, "uri", r->uri, sizeof r->uri);
        if (json_object_get(one, "hash"))
            text(d, one, "hash", r->hash, sizeof r->hash);
        r->n_rows = count(d, one, "rows", UINT64_C(1) << 62);
        file->n_recordings = k + 1;
    }
}

static void members_check(decoder *d, const json_t *root, const gw_calibration_file *file)
{
    static const char *const known[] = {"format",     "version", "program", "valid_until", "device",
                                        "recordings", "air",     "null",    "ball",        "noise",
                                        "ground",     "open",    "plate",   "hash"};
    const char *key;
    json_t *value;
    place_set(d, "", SIZE_MAX);
    json_object_foreach((json_t *)(uintptr_t)root, key, value)
    {
        bool is_known = false;
        for (size_t k = 0; k < sizeof known / sizeof *known; k++)
            is_known |= strcmp(key, known[k]) == 0;
        if (!is_known)
            wrong(d, "a member", "is not known to this version");
    }
    if (file->ball.date_ns && (!file->null.date_ns || file->ball.n_tones != file->null.n_tones))
        wrong(d, "ball", "rests on a null with the same tones");
    if (file->plate.date_ns && (!file->open.date_ns || file->plate.n_steps != file->open.n_steps))
        wrong(d, "plate", "rests on an air shot (open) with the same steps");
    if (!file->air.date_ns && !file->open.date_ns && !file->null.date_ns && !file->ground.date_ns)
        wrong(d, "air, open, null, ground", "one of them is needed");
}

gw_status calibration_decode(const char *path, const json_t *root, gw_calibration_file *file,
                             gw_error *error)
{
    decoder d = {.path = path, .error = error};
    const json_t *device = json_object_get(root, "device");
    file->valid_until_ns = date(&d, root, "valid_until");
    place_set(&d, "device", SIZE_MAX);
    text(&d, device, "name", file->name, sizeof file->name);
    if (json_object_get(device, "serial"))
        text(&d, device, "serial", file->serial, sizeof file->serial);
    if (!json_is_boolean(json_object_get(device, "emulated")))
        wrong(&d, "emulated", "true or false is needed");
    file->emulated = json_is_true(json_object_get(device, "emulated"));
    recordings_decode(&d, json_object_get(root, "recordings"), file);
    if (json_object_get(root, "air") && d.status == GW_OK)
        air_decode(&d, json_object_get(root, "air"), &file->air);
    if (json_object_get(root, "open") && d.status == GW_OK)
        steps_decode(&d, json_object_get(root, "open"), "open", &file->open);
    if (json_object_get(root, "plate") && d.status == GW_OK)
        steps_decode(&d, json_object_get(root, "plate"), "plate", &file->plate);
    if (json_object_get(root, "null") && d.status == GW_OK)
        null_decode(&d, json_object_get(root, "null"), &file->null);
    if (json_object_get(root, "ball") && d.status == GW_OK)
        ball_decode(&d, json_object_get(root, "ball"), &file->ball);
    if (json_object_get(root, "noise") && d.status == GW_OK)
        noise_decode(&d, json_object_get(root, "noise"), &file->noise);
    if (json_object_get(root, "ground") && d.status == GW_OK)
        ground_decode(&d, json_object_get(root, "ground"), file);
    members_check(&d, root, file);
    return d.status;
}
