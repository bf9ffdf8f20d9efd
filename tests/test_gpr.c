/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Blobs of one radar channel over ground that is computed here: a direct wave, two points below,
 * noise.
 */
#include "dsp/gpr.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

enum { SAMPLES = 200, BLOBS = 4096, WIDE = GW_LIKENESS_FEATURES - 5 };

/* 12 samples a period; echoes come at a frequency of their own. */
static const double rate_hz = 18e9, center_hz = 1.5e9, echo_times = 1.35, length_m = 4;
static const double points_m[] = {0.2, 2.5}, down_samples = 36;

typedef struct blob {
    double along_m;
    float x[GW_LIKENESS_FEATURES];
} blob;

static blob blobs[2][BLOBS];
static size_t n_blobs;
static int life;

static void blob_keep(void *user, const gw_gpr_scan *scan, const float *x)
{
    (void)user;
    assert_true(n_blobs < BLOBS);
    blob *kept = &blobs[life][n_blobs++];
    kept->along_m = scan->along_m;
    memcpy(kept->x, x, sizeof kept->x);
}

static double pulse(double at, double times)
{
    double periods = at * center_hz / rate_hz;
    return exp(-pow(periods / 0.9, 2)) * cos(6.283185307179586 * times * periods);
}

static void scan_make(double along_m, uint32_t *random, float *counts)
{
    for (size_t n = 0; n < SAMPLES; n++) {
        double sum = 20000 * pulse((double)n - 30, 1);
        for (size_t p = 0; p < 2; p++) {
            double aside = 2 * (along_m - points_m[p]) / 0.12e9 * rate_hz;
            sum += 1500 * pulse((double)n - 30 - hypot(down_samples, aside), echo_times);
        }
        *random = *random * 1664525u + 1013904223u;
        counts[n] = (float)(sum + (double)(*random >> 24) / 16);
    }
}

static void lane_run(gw_gpr *gpr, double spacing_m)
{
    gw_detection detection;
    float counts[SAMPLES];
    uint32_t random = 5;
    n_blobs = 0;
    for (int k = 0; k * spacing_m < length_m; k++) {
        scan_make(k * spacing_m, &random, counts);
        gw_gpr_push(gpr, counts, &(gw_gpr_scan){.scan = k, .along_m = k * spacing_m});
        while (gw_gpr_pop(gpr, &detection))
            continue;
    }
    gw_gpr_finish(gpr);
    while (gw_gpr_pop(gpr, &detection))
        continue;
    gw_gpr_reset(gpr);
}

static gw_gpr *gpr_make(double spacing_m, gw_waveform waveform)
{
    gw_stream stream = {.kind = GW_KIND_GPR,
                        .waveform = waveform,
                        .n_channels = 1,
                        .n_samples = SAMPLES,
                        .sample_rate_hz = rate_hz,
                        .scan_spacing_m = spacing_m,
                        .center_hz = center_hz};
    gw_gpr_config config = {.stream = &stream,
                            .spacing_m = spacing_m,
                            .is_spacing_known = true,
                            .far_per_m = 0.1,
                            .watch = blob_keep};
    gw_gpr *gpr;
    gw_error error;
    assert_int_equal(gw_gpr_create(&config, &gpr, &error), GW_OK);
    return gpr;
}

static const blob *loudest_at(double along_m)
{
    const blob *loudest = NULL;
    for (const blob *b = blobs[life]; b < blobs[life] + n_blobs; b++)
        if (fabs(b->along_m - along_m) < 0.06 && (!loudest || b->x[0] > loudest->x[0]))
            loudest = b;
    assert_non_null(loudest);
    return loudest;
}

/* Whose flanks are not in phase, so that it comes out lower, but in the same way in a lane's first
 * metre, whose scans wait the longest for their floor. */
static void the_frequency_is_that_of_the_echo(void **state)
{
    static const double spacings_m[] = {0.002, 0.01, 0.02};
    (void)state;
    life = 0;
    for (size_t s = 0; s < sizeof spacings_m / sizeof *spacings_m; s++) {
        gw_gpr *gpr = gpr_make(spacings_m[s], GW_WAVEFORM_IMPULSE);
        lane_run(gpr, spacings_m[s]);
        double early = (double)loudest_at(points_m[0])->x[WIDE];
        double late = (double)loudest_at(points_m[1])->x[WIDE];
        assert_true(late > echo_times - 0.25 && late < echo_times + 0.05);
        assert_true(fabs(early - late) < 0.03);
        gw_gpr_destroy(gpr);
    }
}

static void a_second_life_is_as_the_first(void **state)
{
    gw_gpr *gpr = gpr_make(0.02, GW_WAVEFORM_IMPULSE);
    size_t n_first = 0;
    (void)state;
    for (life = 0; life < 2; life++) {
        lane_run(gpr, 0.02);
        n_first = life ? n_first : n_blobs;
    }
    assert_true(n_blobs > 2);
    assert_int_equal(n_first, n_blobs);
    assert_memory_equal(blobs[0], blobs[1], n_blobs * sizeof(blob));
    gw_gpr_destroy(gpr);
}

static void stepped_frequency_has_no_wide_band(void **state)
{
    gw_gpr *gpr = gpr_make(0.02, GW_WAVEFORM_SFCW);
    (void)state;
    life = 0;
    lane_run(gpr, 0.02);
    assert_true(n_blobs > 2);
    for (size_t k = 0; k < n_blobs; k++)
        assert_true(blobs[0][k].x[WIDE] == 0);
    gw_gpr_destroy(gpr);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_frequency_is_that_of_the_echo),
        cmocka_unit_test(a_second_life_is_as_the_first),
        cmocka_unit_test(stepped_frequency_has_no_wide_band),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
