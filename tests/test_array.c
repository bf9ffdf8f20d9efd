/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An array over ground that is computed here: a direct wave, a surface under antennas that go up
 * and down, points below, and noise. Channels come late and loud as channels do.
 */
#include "dsp/array.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "dsp/depth.h"
#include "dsp/detector.h"
#include "tests/allocation_support.h"

enum { CHANNELS = 8, SAMPLES = 160, SCANS = 320, FOUND = 256 };

/* 10 samples a period of 1.5 GHz. */
static const double rate_hz = 15e9, spacing_m = 0.02, channel_m = 0.05, height_m = 0.12;

typedef struct point {
    double along_m, cross_m, depth_m, size;
} point;

static const point points[] = {{2.00, 0.20, 0.10, 400}, {3.60, 0.075, 0.06, 400}};

static int32_t counts[SCANS][CHANNELS][SAMPLES];

static gw_stream stream_of(void)
{
    gw_stream stream = {.kind = GW_KIND_GPR,
                        .waveform = GW_WAVEFORM_IMPULSE,
                        .n_channels = CHANNELS,
                        .n_samples = SAMPLES,
                        .bits = 16,
                        .is_signed = true,
                        .sample_rate_hz = rate_hz,
                        .scan_spacing_m = spacing_m,
                        .channel_spacing_m = channel_m,
                        .transmit_receive_offset_m = 0.06,
                        .center_hz = 1.5e9,
                        .n_rows = SCANS};
    strcpy(stream.name, "array");
    return stream;
}

static double ricker(double samples)
{
    double a = 3.141592653589793 * samples / 10;
    return (1 - 2 * a * a) * exp(-a * a);
}

static double normal(uint32_t *seed)
{
    double sum = 0;
    for (int k = 0; k < 12; k++) {
        *seed = *seed * 1664525u + 1013904223u;
        sum += (double)(*seed >> 8) / 16777216.0;
    }
    return sum - 6;
}

static double points_echo(double along_m, double cross_m, double lift_m, double sample)
{
    double sum = 0;
    const gw_depth_ground ways = {.height_m = lift_m, .speed_m_per_ns = 0.12};
    for (size_t p = 0; p < sizeof points / sizeof *points; p++) {
        double x = points[p].along_m - along_m, y = points[p].cross_m - cross_m;
        if (hypot(x, y) > 0.6)
            continue;
        double way = gw_depth_leg_m(&ways, points[p].depth_m, hypot(x - 0.03, y)) +
                     gw_depth_leg_m(&ways, points[p].depth_m, hypot(x + 0.03, y));
        double down = lift_m + points[p].depth_m, slant = hypot(down, hypot(x, y));
        double at = 15 + way / GW_LIGHT_M_PER_NS * 1e-9 * rate_hz;
        if (fabs(sample - at) < 20)
            sum += points[p].size * pow(down / slant, 3) * ricker(sample - at);
    }
    return sum;
}

static int scene_lay(void **state)
{
    uint32_t seed = 5;
    (void)state;
    for (size_t k = 0; k < SCANS; k++) {
        double along = (double)k * spacing_m, lift = height_m + 0.004 * sin(along * 9);
        double ground = 15 + 2 * hypot(lift, 0.03) / GW_LIGHT_M_PER_NS * 1e-9 * rate_hz;
        for (size_t c = 0; c < CHANNELS; c++)
            for (size_t n = 0; n < SAMPLES; n++) {
                double at = (double)n - (c == 2 ? 2.5 : 0); /* one comes late */
                double direct = 15 + 0.06 / GW_LIGHT_M_PER_NS * 1e-9 * rate_hz;
                double sum = 20000 * ricker(at - direct) - 6000 * ricker(at - ground);
                sum += points_echo(along, (double)c * channel_m, lift, at);
                counts[k][c][n] = (int32_t)nearbyint((c == 5 ? 0.9 : 1) * sum + 20 * normal(&seed));
            }
    }
    return 0;
}

typedef struct findings {
    size_t n, n_covered;
    gw_detection items[FOUND];
    gw_coverage covered[SCANS];
} findings;

static void detection_keep(void *user, const gw_detection *detection)
{
    findings *f = user;
    assert_true(f->n < FOUND);
    f->items[f->n++] = *detection;
}

static void coverage_keep(void *user, const gw_coverage *coverage)
{
    findings *f = user;
    assert_true(f->n_covered < SCANS);
    f->covered[f->n_covered++] = *coverage;
}

static void rows_push(gw_detector *detector, size_t row, size_t n_rows, unsigned flags)
{
    gw_block block = {
        .row = row, .n_rows = n_rows, .max_rows = n_rows, .flags = flags, .counts = counts[row][0]};
    gw_detector_push(detector, GW_KIND_GPR, &block);
}

static gw_detector *detector_make(gw_array_way way, findings *f)
{
    const gw_stream stream = stream_of();
    const gw_detector_config config = {
        .streams = {[GW_KIND_GPR] = &stream}, .far_per_m = 0.1, .array = way};
    const gw_detector_sink sink = {
        .detection = detection_keep, .coverage = coverage_keep, .user = f};
    gw_detector *detector;
    gw_error error;
    memset(f, 0, sizeof *f);
    assert_int_equal(gw_detector_create(&config, &sink, &detector, &error), GW_OK);
    return detector;
}

static findings *searched(gw_array_way way, size_t share)
{
    findings *f = malloc(sizeof *f);
    gw_detector *detector = detector_make(way, f);
    is_counting = true;
    for (size_t k = 0; k < SCANS; k += share)
        rows_push(detector, k, k + share < SCANS ? share : SCANS - k, 0);
    gw_detector_finish(detector, GW_KIND_GPR);
    is_counting = false;
    gw_detector_destroy(detector);
    return f;
}

static void one_target_gives_one_alarm_where_it_lies(void **state)
{
    findings *f = searched(GW_ARRAY_CUBE, 1);
    (void)state;
    for (size_t p = 0; p < 2; p++) {
        size_t n = 0;
        for (size_t k = 0; k < f->n; k++) {
            const gw_detection *d = &f->items[k];
            double off = hypot(d->along_m - points[p].along_m, d->cross_m - points[p].cross_m);
            if (!d->alarm || off > 0.5)
                continue;
            n++;
            assert_true(fabs(d->along_m - points[p].along_m) < 0.01);
            assert_true(fabs(d->cross_m - points[p].cross_m) < 0.015); /* between channels too */
            print_message("%zu: %g %g %g (%g) score %g\n", p, d->along_m, d->cross_m, d->depth_m,
                          points[p].depth_m, d->score);
            assert_true(fabs(d->depth_m - points[p].depth_m) < 0.015);
            assert_true(abs(d->channel - (int)(points[p].cross_m / channel_m)) <= 1);
            assert_true(fabs((double)d->scan - points[p].along_m / spacing_m) <= 2);
            assert_true(d->sample > 15 && d->sample < SAMPLES);
        }
        assert_int_equal(n, 1);
    }
    free(f);
}

static void any_block_split_gives_the_same_bits(void **state)
{
    static const size_t shares[] = {7, 64, SCANS};
    findings *first = searched(GW_ARRAY_CUBE, 1);
    (void)state;
    assert_true(first->n > 5);
    for (size_t k = 0; k < sizeof shares / sizeof *shares; k++) {
        findings *other = searched(GW_ARRAY_CUBE, shares[k]);
        assert_int_equal(other->n, first->n);
        assert_memory_equal(other->items, first->items, first->n * sizeof *first->items);
        free(other);
    }
    free(first);
}

static void nothing_is_allocated_after_create(void **state)
{
    (void)state;
    n_allocations = 0;
    free(searched(GW_ARRAY_CUBE, 10));
    assert_int_equal(n_allocations, 0);
}

static void every_row_is_covered_once(void **state)
{
    findings *f = searched(GW_ARRAY_CUBE, 10);
    uint64_t next = 0;
    (void)state;
    for (size_t k = 0; k < f->n_covered; k++) {
        assert_int_equal(f->covered[k].first_row, next);
        next += f->covered[k].n_rows;
    }
    assert_int_equal(next, SCANS);
    free(f);
}

static void a_gap_begins_the_chain_anew(void **state)
{
    findings *f = malloc(sizeof *f), *whole = malloc(sizeof *whole);
    gw_detector *detector = detector_make(GW_ARRAY_CUBE, f);
    (void)state;
    for (size_t k = 0; k < 150; k++)
        rows_push(detector, k, 1, 0);
    size_t before = f->n;
    rows_push(detector, 160, 1, GW_BLOCK_GAP);
    assert_true(f->n > before);
    assert_true(fabs(f->covered[f->n_covered - 1].to_m - 149 * spacing_m) < 1e-9);
    size_t n = f->n;
    for (size_t k = 161; k < SCANS; k++)
        rows_push(detector, k, 1, 0);
    gw_detector_finish(detector, GW_KIND_GPR);
    gw_detector_destroy(detector);
    detector = detector_make(GW_ARRAY_CUBE, whole);
    for (size_t k = 160; k < SCANS; k++)
        rows_push(detector, k, 1, 0);
    gw_detector_finish(detector, GW_KIND_GPR);
    gw_detector_destroy(detector);
    assert_int_equal(f->n - n, whole->n); /* as if there had been nothing before */
    for (size_t k = 0; k < whole->n; k++)
        assert_true(whole->items[k].score == f->items[n + k].score);
    free(f);
    free(whole);
}

/* As many candidates a target as there are channels that see it. */
static void alone_each_channel_says_what_it_sees(void **state)
{
    findings *joined = searched(GW_ARRAY_CUBE, 10), *alone = searched(GW_ARRAY_ALONE, 10);
    size_t n_joined = 0, n_alone = 0;
    (void)state;
    for (size_t k = 0; k < joined->n; k++)
        n_joined += fabs(joined->items[k].along_m - 2) < 0.1;
    for (size_t k = 0; k < alone->n; k++)
        n_alone += fabs(alone->items[k].along_m - 2) < 0.1;
    assert_true(n_joined <= 3); /* 0.4 m of swath, 0.15 m between two */
    assert_true(n_alone >= 5);
    free(joined);
    free(alone);
}

static void an_array_is_three_channels_whose_spacing_is_known(void **state)
{
    gw_stream stream = stream_of();
    (void)state;
    assert_true(gw_array_is(&stream));
    stream.n_channels = 3;
    assert_true(gw_array_is(&stream));
    stream.n_channels = 2;
    assert_false(gw_array_is(&stream));
    stream.n_channels = 64;
    stream.channel_spacing_m = 0;
    assert_false(gw_array_is(&stream));
}

static void refused(gw_array_config config, const char *why)
{
    gw_array *array;
    gw_error error;
    assert_int_equal(gw_array_create(&config, &array, &error), GW_EINVAL);
    assert_null(array);
    assert_non_null(strstr(error.text, why));
}

static void each_bad_field_is_refused(void **state)
{
    gw_stream stream = stream_of();
    gw_array_config config = {.stream = &stream, .spacing_m = 0.02, .far_per_m = 0.1};
    (void)state;
    stream.n_channels = 2;
    refused(config, "array: 2 channels, not in 3..64");
    stream.n_channels = 65;
    refused(config, "array: 65 channels, not in 3..64");
    stream = stream_of();
    stream.channel_spacing_m = 1.5;
    refused(config, "array: channels 1.5 m apart, not in 0.005..1 m");
    stream.channel_spacing_m = (double)NAN;
    refused(config, "channels nan m apart");
    stream = stream_of();
    stream.n_samples = 16;
    refused(config, "16 samples a scan");
    stream = stream_of();
    config.spacing_m = 20;
    refused(config, "scans 20 m apart");
    gw_array_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_target_gives_one_alarm_where_it_lies),
        cmocka_unit_test(any_block_split_gives_the_same_bits),
        cmocka_unit_test(nothing_is_allocated_after_create),
        cmocka_unit_test(every_row_is_covered_once),
        cmocka_unit_test(a_gap_begins_the_chain_anew),
        cmocka_unit_test(alone_each_channel_says_what_it_sees),
        cmocka_unit_test(an_array_is_three_channels_whose_spacing_is_known),
        cmocka_unit_test(each_bad_field_is_refused),
    };
    return cmocka_run_group_tests(tests, scene_lay, NULL);
}
