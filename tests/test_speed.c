/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The wave's speed: depths follow it, and nothing that is decided does.
 */
#include "dsp/speed.h"
#include "tests/lane_support.h"

#include <math.h>

#include "dsp/detector.h"

enum { FOUND_MAX = 512 };

typedef struct findings {
    size_t n;
    gw_detection items[FOUND_MAX];
} findings;

static void detection_keep(void *user, const gw_detection *detection)
{
    findings *f = user;
    if (f->n < FOUND_MAX)
        f->items[f->n++] = *detection;
}

static void radar_run(double speed_m_per_ns, findings *f)
{
    const gw_stream *stream = &scene.streams[GW_KIND_GPR];
    const gw_detector_config config = {
        .streams[GW_KIND_GPR] = stream, .far_per_m = 0.1, .speed_m_per_ns = speed_m_per_ns};
    const gw_detector_sink sink = {.detection = detection_keep, .user = f};
    gw_detector *detector;
    gw_error error;
    memset(f, 0, sizeof *f);
    assert_int_equal(gw_detector_create(&config, &sink, &detector, &error), GW_OK);
    size_t n = (size_t)stream->n_rows;
    const gw_block block = {.n_rows = n, .max_rows = n, .counts = scene.counts[GW_KIND_GPR]};
    gw_detector_push(detector, GW_KIND_GPR, &block);
    gw_detector_finish(detector, GW_KIND_GPR);
    gw_detector_destroy(detector);
}

static void a_configured_speed_moves_depths_and_decides_nothing(void **state)
{
    static findings assumed, slow;
    (void)state;
    assert_int_equal(lane_load("demo"), 0);
    radar_run(0, &assumed);
    radar_run(0.09, &slow);
    assert_true(assumed.n > 10);
    assert_int_equal(assumed.n, slow.n);
    for (size_t k = 0; k < slow.n; k++) {
        const gw_detection *a = &assumed.items[k], *b = &slow.items[k];
        assert_true(a->along_m == b->along_m && a->score == b->score && a->alarm == b->alarm);
        assert_true(b->speed_m_per_ns == 0.09 && a->speed_m_per_ns == 0.12);
        assert_true(fabs(b->depth_m / 0.09 - a->depth_m / 0.12) < 1e-12);
        assert_true(b->depth_sd_m < a->depth_sd_m || a->depth_m == 0); /* it is better known */
    }
}

static void what_is_assumed_is_uncertain_and_what_is_measured_less_so(void **state)
{
    (void)state;
    gw_speed assumed = gw_speed_of(0), measured = gw_speed_of(0.1);
    assert_true(assumed.sd_m_per_ns / assumed.m_per_ns > measured.sd_m_per_ns / measured.m_per_ns);
    assert_true(measured.m_per_ns == 0.1);
    assert_true(gw_speed_depth_sd_m(&measured, 0, 0.01) == 0.01);
    assert_true(fabs(gw_speed_depth_sd_m(&measured, 0.4, 0.03) - 0.05) < 1e-12);
}

static void a_speed_that_no_ground_has_is_refused(void **state)
{
    static const double wrong[] = {-0.1, 0.02, 0.3, (double)NAN, (double)INFINITY};
    gw_detector *detector;
    gw_error error;
    (void)state;
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        const gw_detector_config config = {.streams[GW_KIND_GPR] = &scene.streams[GW_KIND_GPR],
                                           .speed_m_per_ns = wrong[k]};
        const gw_detector_sink sink = {.detection = detection_keep};
        assert_int_equal(gw_detector_create(&config, &sink, &detector, &error), GW_EINVAL);
        assert_non_null(strstr(error.text, "speed"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_configured_speed_moves_depths_and_decides_nothing),
        cmocka_unit_test(what_is_assumed_is_uncertain_and_what_is_measured_less_so),
        cmocka_unit_test(a_speed_that_no_ground_has_is_refused)};
    return cmocka_run_group_tests(tests, NULL, lane_free);
}
