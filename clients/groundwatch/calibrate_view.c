/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The picture of a step: a trace or a strip of 64 by 9 characters, and a table.
 */
#include "clients/groundwatch/calibrate.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "drivers/calibration_json.h"

enum { WIDTH = 64, HEIGHT = 9 };

/* values: [WIDTH] drawn from low (bottom) to high. */
static void strip_draw(const double *values, double low, double high)
{
    for (int row = 0; row < HEIGHT; row++) {
        char line[WIDTH + 1];
        for (int x = 0; x < WIDTH; x++) {
            double part = high > low ? (values[x] - low) / (high - low) : 0;
            int at = HEIGHT - 1 - (int)(part * (HEIGHT - 1) + 0.5);
            line[x] = at == row ? '*' : row == HEIGHT / 2 && low < 0 ? '.' : ' ';
        }
        line[WIDTH] = 0;
        printf("  |%s\n", line);
    }
}

static void trace_draw(const gw_calibration_air *air)
{
    double values[WIDTH], most = 1e-9;
    size_t n = air->n_samples / 2;
    for (int x = 0; x < WIDTH; x++) {
        values[x] = 0;
        for (size_t k = n * (size_t)x / WIDTH; k < n * ((size_t)x + 1) / WIDTH; k++)
            if (fabs((double)air->coupling[k]) > fabs(values[x]))
                values[x] = (double)air->coupling[k];
        most = fmax(most, fabs(values[x]));
    }
    strip_draw(values, -most, most);
    printf("   coupling of channel 0, first %.1f ns; +-%.0f counts\n",
           (double)n / air->sample_rate_hz * 1e9, most);
}

/* Strength of the change at the first tone over time, and where the passes were. */
static void passes_draw(const gw_step_picture *picture)
{
    const gw_series *series = &picture->series;
    double values[WIDTH], most = 1e-30;
    if (!series->n_hops)
        return;
    for (int x = 0; x < WIDTH; x++) {
        values[x] = 0;
        for (size_t h = series->n_hops * (size_t)x / WIDTH;
             h < series->n_hops * ((size_t)x + 1) / WIDTH; h++) {
            const double *at = gw_series_at(series, h, 0), *base = picture->passes.baseline[0];
            values[x] = fmax(values[x], hypot(at[0] - base[0], at[1] - base[1]));
        }
        most = fmax(most, values[x]);
    }
    strip_draw(values, 0, most);
    printf("   change at %g Hz over %.1f s, to %.3g; %zu passes, %zu count\n", series->tones_hz[0],
           (double)series->n_hops * series->hop_s, most, picture->passes.n_seen, picture->passes.n);
}

static void air_show(const gw_calibration_file *file)
{
    const gw_calibration_air *air = &file->air;
    trace_draw(air);
    printf("air: %llu scans, noise %.1f counts\n", (unsigned long long)air->n_scans,
           air->noise_counts);
    for (size_t c = 0; c < air->n_channels; c++)
        printf("  channel %zu: time zero %.2f +- %.2f samples (%.1f +- %.1f ps)\n", c,
               air->time_zero_samples[c].value, air->time_zero_samples[c].sd,
               air->time_zero_samples[c].value / air->sample_rate_hz * 1e12,
               air->time_zero_samples[c].sd / air->sample_rate_hz * 1e12);
}

static void steps_show(const char *name, const gw_calibration_steps *steps)
{
    printf("%s: %llu scans, %zu x %zu steps of %.6g MHz from %.6g MHz on, +- %.2g\n", name,
           (unsigned long long)steps->n_scans, steps->n_channels, steps->n_steps,
           steps->step_hz * 1e-6, steps->start_hz * 1e-6, steps->sd);
    for (size_t c = 0; c < steps->n_channels; c++) {
        double least = (double)INFINITY, most = 0;
        for (size_t k = 0; k < steps->n_steps; k++) {
            gw_complex value = steps->values[c * steps->n_steps + k];
            least = fmin(least, hypot((double)value.re, (double)value.im));
            most = fmax(most, hypot((double)value.re, (double)value.im));
        }
        printf("  channel %zu: %.4g to %.4g\n", c, least, most);
    }
}

static void null_show(const gw_calibration_file *file)
{
    const gw_calibration_null *null = &file->null;
    puts("null:   tone, Hz   imbalance, ratio              +-        noise");
    for (size_t k = 0; k < null->n_tones; k++)
        printf("      %10.0f   %+.5f %+.5f i   %8.2g   %8.2g\n", null->tones_hz[k],
               null->imbalance[k][0], null->imbalance[k][1], null->imbalance_sd[k], null->noise[k]);
}

static void ball_show(const gw_calibration_file *file, const gw_step_picture *picture)
{
    const gw_calibration_ball *ball = &file->ball;
    if (picture->has_series)
        passes_draw(picture);
    printf("ball: 10 mm of steel at %.3f m, %llu passes\n", ball->distance_m.value,
           (unsigned long long)ball->n_passes);
    puts("        tone, Hz   gain, ball/ratio        phase, deg");
    for (size_t k = 0; k < ball->n_tones; k++)
        printf("      %10.0f   %9.1f +- %-7.1f  %8.2f +- %.2f\n", file->null.tones_hz[k],
               ball->gain[k].value, ball->gain[k].sd, ball->phase_deg[k].value,
               ball->phase_deg[k].sd);
}

static void sensor_show(const char *name, const gw_calibration_noise_sensor *s)
{
    if (s->length_m > 0)
        printf("  %s: %llu candidates on %.1f m; false alarms x %.2f (95 %%: %.2f..%.2f); floor "
               "%.3g\n",
               name, (unsigned long long)s->n_candidates, s->length_m, s->far_scale,
               s->far_scale_low, s->far_scale_high, s->floor);
}

static void ground_show(const gw_calibration_file *file)
{
    const gw_ground *ground = &file->ground.ground;
    size_t n = ground->n_tones;
    const char *unit = file->ball.date_ns ? "ball" : "ratio";
    printf("ground: learnt on %.1f m\n", ground->length_m);
    printf("        tone, Hz   phase, deg   rms along the lane, %s\n", unit);
    for (size_t k = 0; k < n; k++) {
        size_t im = k + n;
        double square =
            ground->covariance[k * (k + 1) / 2 + k] + ground->covariance[im * (im + 1) / 2 + im];
        printf("      %10.0f   %10.2f   %.3g\n", ground->tones_hz[k],
               gw_ground_phase_deg(ground, k), sqrt(square));
    }
}

json_t *calibrate_section(gw_step step, const gw_calibration_file *file)
{
    json_t *root = calibration_encode(file);
    bool is_open = step == GW_STEP_AIR && !file->air.date_ns;
    json_t *section = json_incref(json_object_get(root, is_open ? "open" : gw_step_name(step)));
    json_t *channels = json_object_get(section, "channels"), *one;
    json_object_del(section, "covariance");
    json_object_del(section, "covariance_unit");
    size_t k;
    json_array_foreach(channels, k, one)
    {
        json_object_del(one, "coupling");
        json_object_del(one, "coupling_unit");
        json_object_del(one, "values");
    }
    json_decref(root);
    return section;
}

static void json_show(gw_step step, const gw_calibration_file *file, const gw_step_picture *picture,
                      const char *path)
{
    char until[32];
    json_t *section = calibrate_section(step, file);
    if (!section)
        return;
    calibration_time_print(file->valid_until_ns, until);
    json_t *line = json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "step", gw_step_name(step), "file",
                             path, "hash", file->hash, "valid_until", until, "removed",
                             picture->removed, "result", section);
    json_dumpf(line, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(line);
}

void calibrate_show(gw_step step, const gw_calibration_file *file, const gw_step_picture *picture,
                    const calibrate_options *options)
{
    char until[32];
    if (options->json) {
        json_show(step, file, picture, options->file);
        return;
    }
    if (step == GW_STEP_AIR && file->air.date_ns)
        air_show(file);
    if (step == GW_STEP_AIR && file->open.date_ns)
        steps_show("air", &file->open);
    if (step == GW_STEP_PLATE && file->plate.date_ns)
        steps_show("plate", &file->plate);
    if (step == GW_STEP_NULL && file->null.date_ns)
        null_show(file);
    if (step == GW_STEP_BALL && file->ball.date_ns)
        ball_show(file, picture);
    if (step == GW_STEP_GROUND && file->ground.date_ns)
        ground_show(file);
    if (step == GW_STEP_NOISE && file->noise.date_ns) {
        printf("noise: scores scaled for %g false alarms a metre\n", file->noise.far_per_m);
        sensor_show("gpr", &file->noise.gpr);
        sensor_show("md ", &file->noise.md);
    }
    if (strcmp(options->step, "show") == 0 && step + 1 != GW_STEP_COUNT)
        return;
    calibration_time_print(file->valid_until_ns, until);
    if (picture->removed[0])
        printf("removed, for it rested on the old one: %s. Do it again.\n", picture->removed);
    printf("%s: SHA-256 %s, holds until %s\n", options->file, file->hash, until);
}
