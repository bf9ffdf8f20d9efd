/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The file, its seal and its doubts; the fits on data made by hand; the chains with a calibration:
 * the same however the rows are cut.
 */
#include "drivers/calibration.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "calib/ball.h"
#include "calib/null.h"
#include "calib/run.h"
#include "calib/step.h"

enum { HOPS = 2400, PASS_EVERY = 400 };

#define DAY_NS (INT64_C(86400) * 1000000000)
static const int64_t day_0_ns = INT64_C(1795000000) * 1000000000;
static const double imbalance[2] = {0.1, -0.2}, ball_response[2] = {0.003, 0.004};

/* Noise that is the same on every run: sum of four uniform numbers, rms 1. */
static double noise_next(uint32_t *seed)
{
    double sum = 0;
    for (int k = 0; k < 4; k++) {
        *seed = *seed * 1664525u + 1013904223u;
        sum += (double)(*seed >> 8) / (1 << 24) - 0.5;
    }
    return sum * sqrt(3);
}

/* One tone: imbalance, noise of 1e-4, and n passes over the ball. */
static gw_series series_make(size_t n_passes)
{
    gw_series series = {.n_tones = 1, .n_hops = HOPS, .hop_s = 0.01, .tones_hz = {1600}};
    uint32_t seed = 7;
    series.values = calloc(HOPS, 2 * sizeof *series.values);
    assert_non_null(series.values);
    for (size_t h = 0; h < HOPS; h++) {
        double shape = 0;
        for (size_t p = 0; p < n_passes; p++) {
            double away = ((double)h - (double)(p * PASS_EVERY + PASS_EVERY / 2)) / 25;
            shape += exp(-away * away);
        }
        for (int part = 0; part < 2; part++)
            series.values[2 * h + (size_t)part] =
                imbalance[part] + shape * ball_response[part] + 1e-4 * noise_next(&seed);
    }
    return series;
}

static gw_calibration_null null_make(void)
{
    gw_series series = series_make(0);
    gw_calibration_null null;
    gw_error error;
    assert_int_equal(gw_null_fit(&series, "md", &null, &error), GW_OK);
    gw_series_destroy(&series);
    return null;
}

static void a_null_is_the_imbalance_within_its_uncertainty(void **state)
{
    gw_calibration_null null = null_make();
    (void)state;
    for (int part = 0; part < 2; part++)
        assert_true(fabs(null.imbalance[0][part] - imbalance[part]) < 4 * null.imbalance_sd[0]);
    assert_true(null.imbalance_sd[0] < 1e-4);
    assert_true(fabs(null.noise[0] / 1e-4 - 1) < 0.1);
}

static void a_ball_gives_gain_and_phase_within_their_uncertainty(void **state)
{
    const double degree = 3.141592653589793 / 180;
    gw_calibration_null null = null_make();
    gw_series series = series_make(5);
    gw_calibration_ball ball;
    gw_passes passes;
    gw_error error;
    (void)state;
    assert_int_equal(gw_ball_fit(&series, &null, &passes, &ball, &error), GW_OK);
    assert_int_equal(ball.n_passes, 5);
    double phase = -atan2(ball_response[1], ball_response[0]) / degree;
    assert_true(fabs(ball.gain[0].value * 0.005 - 1) < 0.01);
    assert_true(ball.gain[0].sd * 0.005 < 0.01);
    assert_true(fabs(ball.phase_deg[0].value - phase) < 4 * ball.phase_deg[0].sd + 0.1);
    gw_series_destroy(&series);
}

static void too_few_passes_and_none_are_refused(void **state)
{
    static const char *const words[] = {"nothing was passed over", NULL, "at least 3"};
    gw_calibration_null null = null_make();
    gw_calibration_ball ball;
    gw_passes passes;
    gw_error error;
    (void)state;
    for (size_t n = 0; n <= 2; n += 2) {
        gw_series series = series_make(n);
        assert_int_equal(gw_ball_fit(&series, &null, &passes, &ball, &error), GW_EFORMAT);
        assert_non_null(strstr(error.text, words[n]));
        gw_series_destroy(&series);
    }
}

static gw_calibration_file *file_make(void)
{
    gw_calibration_file *file = gw_calibration_file_create();
    assert_non_null(file);
    snprintf(file->serial, sizeof file->serial, "GW-1");
    file->null = null_make();
    file->null.date_ns = day_0_ns;
    return file;
}

static void a_file_reads_back_the_same_and_an_edited_one_is_refused(void **state)
{
    char path[] = "/tmp/gw-calibration-XXXXXX", text[8192];
    gw_calibration_file *file = file_make(), *again = NULL;
    gw_error error;
    (void)state;
    close(mkstemp(path));
    assert_int_equal(gw_calibration_file_save(file, path, &error), GW_OK);
    assert_int_equal(gw_calibration_file_load(path, &again, &error), GW_OK);
    assert_string_equal(again->hash, file->hash);
    assert_memory_equal(&again->null, &file->null, sizeof file->null);
    assert_true(again->valid_until_ns == day_0_ns + GW_CALIBRATION_DAYS * DAY_NS);
    FILE *from = fopen(path, "rb");
    size_t n = fread(text, 1, sizeof text, from);
    fclose(from);
    unlink(path);
    char *digit = memchr(text, '7', n);
    assert_non_null(digit);
    *digit = '8';
    gw_calibration_file_destroy(again);
    assert_int_equal(gw_calibration_file_parse("edited", text, n, &again, &error), GW_ECONFIG);
    assert_null(again);
    assert_non_null(strstr(error.text, "edited"));
    gw_calibration_file_destroy(file);
}

static void doubt_says_expired_and_foreign(void **state)
{
    char text[GW_CALIBRATION_TEXT_MAX];
    gw_stream md = {.kind = GW_KIND_MD, .serial = "GW-1"};
    const gw_stream *streams[GW_KIND_COUNT] = {[GW_KIND_MD] = &md};
    gw_calibration_file *file = file_make();
    (void)state;
    file->valid_until_ns = day_0_ns + 30 * DAY_NS;
    assert_false(gw_calibration_doubt(file, streams, day_0_ns, text));
    assert_string_equal(text, "");
    assert_true(gw_calibration_doubt(file, streams, day_0_ns + 31 * DAY_NS, text));
    assert_non_null(strstr(text, "expired"));
    snprintf(md.serial, sizeof md.serial, "GW-2");
    assert_true(gw_calibration_doubt(file, streams, day_0_ns, text));
    assert_non_null(strstr(text, "GW-2"));
    md.serial[0] = 0; /* unknown is not the same */
    assert_true(gw_calibration_doubt(file, streams, day_0_ns, text));
    snprintf(md.serial, sizeof md.serial, "GW-1");
    md.emulated = true;
    assert_true(gw_calibration_doubt(file, streams, day_0_ns, text));
    assert_non_null(strstr(text, "emulated"));
    gw_calibration_file_destroy(file);
}

typedef struct kept {
    size_t n;
    gw_detection items[512];
} kept;

static void detection_keep(void *user, const gw_detection *detection)
{
    kept *k = user;
    if (k->n < 512)
        k->items[k->n++] = *detection;
}

static void scene_take(const char *name, gw_takes *takes)
{
    char path[1024];
    gw_error error;
    snprintf(path, sizeof path, "%s/drivers/scenes/%s.yaml", getenv("GW_ROOT"), name);
    const gw_takes_config config = {.uri = path, .kinds = 7};
    assert_int_equal(gw_takes_read(&config, takes, &error), GW_OK);
}

static void radar_run(const gw_takes *takes, const gw_calibration *by, size_t n_block, kept *out)
{
    const gw_take *take = gw_takes_of(takes, GW_KIND_GPR);
    const gw_detector_sink sink = {.detection = detection_keep, .user = out};
    const gw_detector_config config = {.streams = {[GW_KIND_GPR] = &take->stream},
                                       .calibration = by};
    gw_detector *detector;
    gw_error error;
    out->n = 0;
    assert_int_equal(gw_detector_create(&config, &sink, &detector, &error), GW_OK);
    for (size_t row = 0; row < take->n_rows; row += n_block) {
        size_t left = take->n_rows - row, n = n_block < left ? n_block : left;
        const gw_block block = {.row = row,
                                .n_rows = n,
                                .max_rows = n,
                                .counts = take->counts + row * gw_stream_row_counts(&take->stream)};
        gw_detector_push(detector, GW_KIND_GPR, &block);
    }
    gw_detector_finish(detector, GW_KIND_GPR);
    gw_detector_destroy(detector);
}

static void any_block_split_gives_the_same_calibrated_candidates(void **state)
{
    static const size_t splits[] = {7, 100, 100000};
    gw_takes air, lane;
    gw_step_picture picture;
    gw_error error;
    gw_calibration values;
    kept *one = calloc(1, sizeof *one), *other = calloc(1, sizeof *other);
    gw_calibration_file *file = gw_calibration_file_create();
    (void)state;
    scene_take("air", &air);
    scene_take("demo", &lane);
    const gw_step_input input = {.takes = &air, .uri = "air", .date_ns = day_0_ns};
    air.has[GW_KIND_MD] = false;
    assert_int_equal(gw_step_take(GW_STEP_AIR, &input, file, &picture, &error), GW_OK);
    air.has[GW_KIND_MD] = true;
    gw_calibration_values(file, &values);
    radar_run(&lane, &values, 1, one);
    assert_true(one->n > 20);
    assert_true(isfinite(one->items[0].depth_m));
    for (size_t k = 0; k < sizeof splits / sizeof *splits; k++) {
        radar_run(&lane, &values, splits[k], other);
        assert_int_equal(one->n, other->n);
        for (size_t j = 0; j < one->n; j++) {
            assert_memory_equal(&one->items[j].depth_m, &other->items[j].depth_m, sizeof(double));
            assert_memory_equal(&one->items[j].score, &other->items[j].score, sizeof(double));
        }
    }
    gw_step_picture_destroy(&picture);
    gw_takes_destroy(&air);
    gw_takes_destroy(&lane);
    gw_calibration_file_destroy(file);
    free(one);
    free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_null_is_the_imbalance_within_its_uncertainty),
        cmocka_unit_test(a_ball_gives_gain_and_phase_within_their_uncertainty),
        cmocka_unit_test(too_few_passes_and_none_are_refused),
        cmocka_unit_test(a_file_reads_back_the_same_and_an_edited_one_is_refused),
        cmocka_unit_test(doubt_says_expired_and_foreign),
        cmocka_unit_test(any_block_split_gives_the_same_calibrated_candidates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
