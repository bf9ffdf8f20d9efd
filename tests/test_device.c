/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/scene/gpr.h"
#include "drivers/scene/md.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define AIR                                                                                        \
    "name: t\nseed: %d\nlength_m: 2\nsoil: {eps_r: 1, sigma_s_m: 0, chi: 0, variation: 0}\n"       \
    "lift_off: {mean_m: 0.5, rms_m: 0}\nmd: {drift: 0}\n"                                          \
    "noise: {gpr_db: -120, time_jitter_samples: 0, gain_rms: 0, md_counts: 0, hum_counts: 0, "     \
    "impulses_per_m: 0}\n%s\n"

enum { SAMPLES = 512, ROWS = 6400, TONES = 4 };

static const double tones_hz[TONES] = {1600, 4800, 11200, 24000}, RATE_HZ = 64000;

static gw_scene *parse_text(const char *text)
{
    gw_scene *scene = NULL;
    gw_error error;
    if (gw_scene_parse("t", (const unsigned char *)text, strlen(text), &scene, &error) != GW_OK)
        fail_msg("%s", error.text);
    return scene;
}

static gw_scene *parse(int seed, const char *device)
{
    char text[1000];
    snprintf(text, sizeof text, AIR, seed, device);
    return parse_text(text);
}

static void scan_read(const char *device, int32_t counts[SAMPLES])
{
    gw_scene *scene = parse(1, device);
    gw_scene_gpr *gpr;
    assert_int_equal(gw_scene_gpr_create(scene, &gpr), GW_OK);
    gw_scene_gpr_read(gpr, 10, counts);
    gw_scene_gpr_destroy(gpr);
    free(scene);
}

/* Response of tone k, receive over transmit, by correlation over 100 ms; frees the scene. */
static void response_read(gw_scene *scene, int k, double out[2])
{
    static int32_t counts[2 * ROWS];
    double sums[4] = {0};
    gw_scene_md *md;
    assert_int_equal(gw_scene_md_create(scene, &md), GW_OK);
    gw_scene_md_read(md, 0, ROWS, counts);
    for (int row = 0; row < ROWS; row++) {
        double turn = 2 * M_PI * tones_hz[k] * row / RATE_HZ;
        for (int c = 0; c < 2; c++) {
            sums[2 * c] += counts[2 * row + c] * cos(turn);
            sums[2 * c + 1] -= counts[2 * row + c] * sin(turn);
        }
    }
    double size = sums[2] * sums[2] + sums[3] * sums[3];
    out[0] = (sums[0] * sums[2] + sums[1] * sums[3]) / size;
    out[1] = (sums[1] * sums[2] - sums[0] * sums[3]) / size;
    gw_scene_md_destroy(md);
    free(scene);
}

static void tone_read(int seed, const char *device, int k, double out[2])
{
    response_read(parse(seed, device), k, out);
}

static void time_zero_shifts_all_by_whole_samples(void **state)
{
    (void)state;
    int32_t tuned[SAMPLES], late[SAMPLES];
    scan_read("", tuned);
    scan_read("device: {time_zero_samples: 3}", late);
    for (int k = 0; k + 3 < SAMPLES; k++)
        assert_true(abs(late[k + 3] - tuned[k]) <= 1);
}

static void coupling_is_that_of_the_direct_wave(void **state)
{
    (void)state;
    int32_t tuned[SAMPLES], other[SAMPLES];
    scan_read("", tuned);
    scan_read("device: {coupling: 2, radar_gain: 0.25}", other);
    for (int k = 0; k < SAMPLES; k++) /* in air there is nothing else */
        assert_true(fabs(other[k] - 0.5 * tuned[k]) <= 1);
    scan_read("device: {coupling: 0}", other);
    for (int k = 0; k < SAMPLES; k++)
        assert_true(abs(other[k]) <= 1);
}

static void tones_have_their_gain_and_phase(void **state)
{
    (void)state;
    for (int k = 0; k < TONES; k++) {
        double tuned[2], other[2];
        bool is_second = k == 1;
        double gain = is_second ? 1.1 * 0.9 : 1.1,
               angle = (is_second ? 5.0 - 12 : 5.0) * M_PI / 180;
        tone_read(1, "", k, tuned);
        tone_read(1,
                  "device: {gain: 1.1, phase_deg: 5, tones: [{hz: 4800, gain: 0.9, phase_deg: "
                  "-12}]}",
                  k, other);
        double re = gain * (cos(angle) * tuned[0] - sin(angle) * tuned[1]);
        double im = gain * (sin(angle) * tuned[0] + cos(angle) * tuned[1]);
        double size = hypot(tuned[0], tuned[1]);
        assert_true(size > 0);
        assert_true(hypot(other[0] - re, other[1] - im) < 3e-3 * size);
    }
}

static void a_serial_number_names_the_coils(void **state)
{
    (void)state;
    double a[2], b[2], other[2], none[2];
    tone_read(1, "device: {serial: A}", 0, a);
    tone_read(2, "device: {serial: A}", 0, b);
    tone_read(1, "device: {serial: B}", 0, other);
    tone_read(1, "", 0, none);
    double size = hypot(a[0], a[1]);
    assert_true(hypot(a[0] - b[0], a[1] - b[1]) < 1e-3 * size);
    assert_true(hypot(a[0] - other[0], a[1] - other[1]) > 1e-2 * size);
    assert_true(hypot(a[0] - none[0], a[1] - none[1]) > 1e-2 * size);
}

/* Response of a 10 mm ball over its radius cubed (unit.body). */
static const double ball_known[TONES][2] = {{10.98886291, -1.33144256},
                                            {9.89873221, -2.05587890},
                                            {8.63139970, -2.71645527},
                                            {7.11468789, -3.29560700}};

/* On the axis a loop of radius a has the field a^2 / (2 (a^2 + z^2)^1.5). */
static double axial(double a_m, double z_m)
{
    double square = a_m * a_m + z_m * z_m;
    return a_m * a_m / (2 * square * sqrt(square));
}

/* Full scale is 6 mm at 1.6 kHz, rises with the root of frequency, and is 30000 counts; the current
 * is 30000 / 3.2; the coil's voltage is the derivative. Within 100 ms the head moves by 5 mm. */
static void a_ball_on_the_axis_is_felt_as_strongly_as_a_dipole_in_two_loops(void **state)
{
    (void)state;
    static const char rail[] =
        "name: t\nseed: 1\nlength_m: 1\nsoil: {eps_r: 1, sigma_s_m: 0, chi: 0, variation: 0}\n"
        "lift_off: {mean_m: 0.05, rms_m: 0}\nspeed: {mean_m_s: 0.05, wobble: 0, sway_m: 0}\n"
        "noise: {md_counts: 0, hum_counts: 0, impulses_per_m: 0}\nmd: {drift: 0}\n"
        "device: {gain: 2, phase_deg: 90}\ntargets: [%s]\n";
    for (int k = 0; k < TONES; k++) {
        char with[1000], without[1000];
        double a[2], b[2], cube = pow(0.005, 3);
        snprintf(with, sizeof with, rail, "{name: ball-10mm, along_m: 0, depth_m: 0.045}");
        snprintf(without, sizeof without, rail, "");
        response_read(parse_text(with), k, a);
        response_read(parse_text(without), k, b);
        double felt_m = cube * axial(0.13, 0.10) * axial(0.10, 0.10);
        double scale = -2 * felt_m * sqrt(tones_hz[k] / 1600) / 6e-3 * 3.2; /* 2 j j */
        double size = fabs(scale) * hypot(ball_known[k][0], ball_known[k][1]);
        assert_true(hypot(a[0] - b[0] - scale * ball_known[k][0],
                          a[1] - b[1] - scale * ball_known[k][1]) < 1e-2 * size);
    }
}

static void a_device_out_of_range_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"device: {gain: 0}",
                                        "device: {phase_deg: 200}",
                                        "device: {tones: [{hz: 5000, gain: 2}]}",
                                        "device: {tones: [{hz: 1600}, {hz: 1600}]}",
                                        "device: {colour: red}",
                                        "device: {}\ndevice_file: d.yaml"};
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        char text[1000];
        gw_scene *scene = NULL;
        gw_error error;
        int n = snprintf(text, sizeof text, AIR, 1, wrong[k]);
        assert_int_equal(
            gw_scene_parse("t", (const unsigned char *)text, (size_t)n, &scene, &error),
            GW_EFORMAT);
        assert_null(scene);
        assert_non_null(strstr(error.text, "device"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_zero_shifts_all_by_whole_samples),
        cmocka_unit_test(coupling_is_that_of_the_direct_wave),
        cmocka_unit_test(tones_have_their_gain_and_phase),
        cmocka_unit_test(a_serial_number_names_the_coils),
        cmocka_unit_test(a_ball_on_the_axis_is_felt_as_strongly_as_a_dipole_in_two_loops),
        cmocka_unit_test(a_device_out_of_range_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
