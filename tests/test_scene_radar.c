/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The echoes of a radar against closed forms: reflection, times, loss, roughness, arrays, and the
 * same echo in both waveforms. Tolerances are said beside each.
 */
#include "tests/scene_support.h"

#include "dsp/phasor.h"
#include "drivers/scene/gpr.h"

enum { ECHOES_MAX = 40000 };

static const double LIGHT_M_S = 299792458.0;

#define HEAD "name: t\nseed: 5\nlength_m: 10\n" SILENT STILL("0.1")
#define PLAIN "soil: {eps_r: 6, sigma_s_m: 0, variation: 0}\ngpr: {transmit_receive_offset_m: 0}\n"

typedef struct echoes {
    size_t n;
    scene_echo all[ECHOES_MAX];
} echoes;

static echoes found;

static void echo_keep(void *user, const scene_echo *echo)
{
    (void)user;
    assert_true(found.n < ECHOES_MAX);
    found.all[found.n++] = *echo;
}

/* Echoes of a channel at a scan: the direct wave, the surface, then the rest. */
static void look(const char *text, uint64_t row, size_t channel)
{
    gw_scene *scene = scene_parse(text);
    gw_scene_radar *radar;
    found.n = 0;
    assert_int_equal(gw_scene_radar_create(scene, &radar), GW_OK);
    scan_place place = gw_scene_radar_place(radar, row);
    gw_scene_radar_look(radar, &place, channel, echo_keep, NULL);
    gw_scene_radar_destroy(radar);
    free(scene);
}

/* Facts, E.2: of a surface, of a mine of 2.9, of a hole. Within 0.01. */
static void faces_reflect_as_the_table_says(void **state)
{
    static const double table[][4] = {{3, -0.27, 0.01, 0.27},  {4, -0.33, 0.08, 0.33},
                                      {6, -0.42, 0.18, 0.42},  {9, -0.50, 0.28, 0.50},
                                      {12, -0.55, 0.34, 0.55}, {16, -0.60, 0.40, 0.60}};
    (void)state;
    for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
        double index = sqrt(table[k][0]);
        near(gw_reflection(1, index), table[k][1], 0.01);
        near(gw_reflection(index, sqrt(2.9)), table[k][2], 0.01);
        near(gw_reflection(index, 1), table[k][3], 0.01);
        char text[1000];
        snprintf(text, sizeof text,
                 HEAD "soil: {eps_r: %g, sigma_s_m: 0, variation: 0}\n"
                      "gpr: {transmit_receive_offset_m: 0}\n",
                 table[k][0]);
        look(text, 100, 0); /* mirror image at 0.2 m, over that at 0.1 m */
        near(found.all[1].amplitude, gw_reflection(1, index) * 0.1 / 0.2, 1e-12);
    }
}

/* Through the surface at most a third of the way aside is air: t(x) of Fermat, found by brute force
 * over the point of entry. Within 1e-6 of the way. */
static void hyperbola_is_fermats(void **state)
{
    const char *text = HEAD PLAIN "clutter: [{kind: metal, along_m: 5, depth_m: 0.1, size_m: "
                                  "0.004}]\n";
    (void)state;
    for (uint64_t row = 240; row <= 260; row += 2) {
        double x = fabs(0.02 * (double)row - 5), least = 1e9;
        look(text, row, 0);
        for (double at = 0; at <= x + 1e-9; at += x / 20000 + 1e-9)
            least = fmin(least, hypot(0.1, at) + sqrt(6) * hypot(0.1, x - at));
        near(found.all[2].optical_m / (2 * least), 1, 1e-6);
    }
}

/* 1636 sigma / sqrt(eps) dB a metre: facts, E.1, two ways through 0.10 m. Within 0.1 dB. */
static void ground_attenuates(void **state)
{
    static const double table[][3] = {{9, 0.01, 1.1}, {12, 0.03, 2.8}, {25, 0.1, 6.5}};
    (void)state;
    for (int k = 0; k < 3; k++) {
        double size[2];
        for (int lossy = 0; lossy < 2; lossy++) {
            char text[1000];
            snprintf(text, sizeof text,
                     HEAD "soil: {eps_r: %g, sigma_s_m: %g, variation: 0}\n"
                          "gpr: {transmit_receive_offset_m: 0}\n"
                          "clutter: [{kind: metal, along_m: 2, depth_m: 0.1, size_m: 0.004}]\n",
                     table[k][0], lossy ? table[k][1] : 0);
            look(text, 100, 0);
            size[lossy] = found.all[2].amplitude;
        }
        near(20 * log10(size[0] / size[1]), table[k][2], 0.1);
    }
}

static double trace_peak(const double *trace, size_t from, size_t to)
{
    size_t best = from;
    for (size_t k = from; k < to; k++)
        if (fabs(trace[k]) > fabs(trace[best]))
            best = k;
    double a = fabs(trace[best - 1]), b = fabs(trace[best]), c = fabs(trace[best + 1]);
    return (double)best + 0.5 * (a - c) / (a - 2 * b + c);
}

static void scan_read(const char *text, uint64_t row, double *trace, size_t n)
{
    gw_scene *scene = scene_parse(text);
    gw_scene_gpr *gpr;
    int32_t *counts = calloc(gw_scene_gpr_row_counts(scene), sizeof *counts);
    assert_non_null(counts);
    assert_int_equal(gw_scene_gpr_create(scene, &gpr), GW_OK);
    gw_scene_gpr_read(gpr, row, counts);
    for (size_t k = 0; k < n; k++)
        trace[k] = counts[k];
    gw_scene_gpr_destroy(gpr);
    free(counts);
    free(scene);
}

/* Where a surface is rough on a scale far beyond the antennas' view it is a plane, higher or lower
 * by z: its echo comes 2 z / c earlier. Physical optics of the first order: within 15 %. */
static void a_raised_plane_echoes_earlier(void **state)
{
    static double flat[512], rough[512];
    const char *radar = "gpr: {transmit_receive_offset_m: 0}\n";
    double sums[3] = {0};
    (void)state;
    for (int seed = 1; seed < 12; seed++) {
        char text[1000];
        snprintf(text, sizeof text,
                 "name: t\nseed: %d\nlength_m: 10\n" SILENT STILL(
                     "0.3") "soil: "
                            "{sigma_s_m: 0, variation: 0}\n%s",
                 seed, radar);
        scan_read(text, 250, flat, 512);
        snprintf(text, sizeof text,
                 "name: t\nseed: %d\nlength_m: 10\n" SILENT STILL(
                     "0.3") "soil: "
                            "{sigma_s_m: 0, variation: 0, roughness_m: 0.002, "
                            "roughness_correlation_m: 5}\n%s",
                 seed, radar);
        scan_read(text, 250, rough, 512);
        gw_scene *scene = scene_parse(text);
        double z = 0.002 * gw_field_at2(scene->soil.roughness_key, 5, 5, 0);
        free(scene);
        double earlier = (trace_peak(flat, 100, 300) - trace_peak(rough, 100, 300)) * 12e-9 / 512;
        sums[0] += z * z;
        sums[1] += z * earlier * LIGHT_M_S / 2;
        sums[2] += 1;
    }
    near(sums[1] / sums[0], 1, 0.15);
}

/* What the direct wave leaves in the amplifier is a curve with its top 2 ns after it, of the rms
 * that is asked for along the lane. */
static void wow_follows_the_direct_wave(void **state)
{
    static double with[512], without[512];
    gw_scene *scene = scene_parse("name: t\nseed: 5\nlength_m: 20\n");
    double sum = 0, zero_ns = 0, zero_s = gw_scene_time_zero_s(scene);
    (void)state;
    free(scene);
    for (uint64_t row = 0; row < 1000; row += 10) {
        size_t top = 0;
        scan_read("name: t\nseed: 5\nlength_m: 20\nnoise: {wow_db: -20}\n", row, with, 512);
        scan_read("name: t\nseed: 5\nlength_m: 20\n", row, without, 512);
        for (size_t k = 0; k < 512; k++)
            if (fabs(with[k] - without[k]) > fabs(with[top] - without[top]))
                top = k;
        sum += pow(with[top] - without[top], 2) / 100;
        double at_ns = (double)top * 12 / 512;
        if (fabs(with[top] - without[top]) < 1000)
            continue; /* rounding moves its top */
        assert_true(zero_ns == 0 || fabs(at_ns - zero_ns) < 0.15);
        zero_ns = at_ns;
    }
    near(zero_ns, 1e9 * zero_s + 2, 0.1);
    near(sqrt(sum) / GW_SCENE_PEAK_COUNTS, 0.1, 0.2);
}

/* Geometrical optics of thick ones; a wire's sigma = pi^2 / (k (ln^2 + pi^2 / 4)). At ka = 0.3 the
 * series |J0 / H0|^2 4 / k gives 2.38 / k: within 3 %. */
static void wires_are_seen_wider_than_they_are(void **state)
{
    (void)state;
    near(gw_cylinder_seen_m(0.02, 100), 0.02, 1e-12);
    near(M_PI * gw_cylinder_seen_m(0.003, 100), 2.38 / 100, 0.03 * 2.38 / 100);
    assert_true(gw_cylinder_seen_m(0.00025, 77) > 0.001);
}

static double first_echo(size_t from)
{
    double least = 1e9;
    for (size_t k = from; k < found.n; k++)
        least = fmin(least, found.all[k].optical_m);
    return least;
}

/* The channel over the target sees it first, within a millimetre (its face is made of points 0.02 m
 * apart); its neighbours alike. */
static void an_array_sees_a_target_under_its_channel(void **state)
{
    const char *text =
        HEAD "soil: {eps_r: 6, variation: 0}\ngpr: {channels: 16, channel_spacing_m: "
             "0.05}\ntargets: [{name: PMN, along_m: 5, depth_m: 0.1, cross_m: "
             "0.35}]\n";
    double times[16];
    (void)state;
    for (size_t c = 0; c < 16; c++) {
        look(text, 250, c);
        times[c] = found.n > 2 ? first_echo(2) : 99;
    }
    for (size_t c = 0; c < 7; c++) {
        near(times[c], times[14 - c], 1e-9);
        assert_true(times[c] > times[c + 1] - 1e-3);
    }
}

/* Neighbours share the ground that both look at: their volume scatter is alike, and that of
 * channels half a metre apart is not. */
static void channels_look_at_one_ground(void **state)
{
    const char *text = HEAD "soil: {eps_r: 6, scatter: 0.2, variation: 0, roughness_m: 0.005}\n"
                            "gpr: {channels: 16, channel_spacing_m: 0.05, samples: 512}\n";
    static double flat[512], all[16 * 512];
    double near_by = 0, afar = 0, power = 0;
    (void)state;
    scan_read(HEAD "soil: {eps_r: 6, variation: 0}\n", 250, flat, 512);
    scan_read(text, 250, all, 16 * 512);
    for (size_t c = 0; c < 6; c++)
        for (size_t k = 150; k < 512; k++) {
            double here = all[c * 512 + k] - flat[k];
            power += here * here;
            near_by += here * (all[(c + 1) * 512 + k] - flat[k]);
            afar += here * (all[(c + 10) * 512 + k] - flat[k]);
        }
    assert_true(near_by > 0.3 * power);
    assert_true(fabs(afar) < 0.3 * power);
}

/* S[i] = sum a exp(-2 pi j f t): the direct wave alone, in air, is one line; within a count. And
 * its inverse transform stands where the impulse does: within a fifth of the resolution 1 / band.
 */
static void both_waveforms_have_the_same_echoes(void **state)
{
    const char *air = "name: t\nseed: 5\nlength_m: 10\n" SILENT STILL(
        "0.5") "soil: {eps_r: 1, sigma_s_m: 0, variation: 0}\n"
               "gpr: {waveform: sfcw, samples: 128, start_hz: 1.0e+9, step_hz: 1.0e+7}\n";
    static double steps[256];
    double center = 1e9 + 63.5 * 1e7, time_s = 1.5 / center + 0.06 / LIGHT_M_S;
    (void)state;
    scan_read(air, 50, steps, 256);
    for (int k = 0; k < 128; k++) {
        double turn = -2 * M_PI * (1e9 + k * 1e7) * time_s;
        near(steps[2 * k], 20000 * cos(turn), 1);
        near(steps[2 * k + 1], 20000 * sin(turn), 1);
    }
    double best = 0, at = 0; /* the envelope of the inverse transform */
    for (double t = 0; t < 1e-8; t += 1e-11) {
        phasor sum = 0;
        for (int k = 0; k < 128; k++)
            sum += phasor_of(steps[2 * k], steps[2 * k + 1]) *
                   phasor_turn(2 * M_PI * (1e9 + k * 1e7) * t);
        if (cabs(sum) > best) {
            best = cabs(sum);
            at = t;
        }
    }
    near(at, time_s, 0.2 / 1.28e9);
}

/* Water's loss at twice the frequency is twice as many decibels. */
static void water_takes_more_of_high_frequencies(void **state)
{
    const char *format = HEAD "soil: {eps_r: 12, sigma_s_m: 0, variation: 0, water_db_per_m: %g}\n"
                              "gpr: {waveform: sfcw, samples: 101, start_hz: 1.0e+9, step_hz: "
                              "1.0e+7, transmit_receive_offset_m: 0}\n"
                              "device: {coupling: 0}\n%s\n";
    const char *piece = "clutter: [{kind: metal, along_m: 1, depth_m: 0.2, size_m: 0.02}]";
    static double with[202], without[202], empty[202];
    char text[1000];
    (void)state;
    snprintf(text, sizeof text, format, 0.0, "");
    scan_read(text, 50, empty, 202);
    snprintf(text, sizeof text, format, 0.0, piece);
    scan_read(text, 50, without, 202);
    snprintf(text, sizeof text, format, 20.0, piece);
    scan_read(text, 50, with, 202);
    double db[2];
    for (int k = 0; k < 2; k++) {
        size_t i = k ? 200 : 0;
        double a = hypot(without[i] - empty[i], without[i + 1] - empty[i + 1]);
        double b = hypot(with[i] - empty[i], with[i + 1] - empty[i + 1]);
        db[k] = 20 * log10(a / b);
    }
    near(db[0], 20 * 0.4 / 1.5, 0.5); /* at 1 GHz; 20 dB/m at 1.5 GHz, 0.4 m */
    near(db[1] / db[0], 2, 0.2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faces_reflect_as_the_table_says),
        cmocka_unit_test(hyperbola_is_fermats),
        cmocka_unit_test(ground_attenuates),
        cmocka_unit_test(a_raised_plane_echoes_earlier),
        cmocka_unit_test(wow_follows_the_direct_wave),
        cmocka_unit_test(wires_are_seen_wider_than_they_are),
        cmocka_unit_test(an_array_sees_a_target_under_its_channel),
        cmocka_unit_test(channels_look_at_one_ground),
        cmocka_unit_test(both_waveforms_have_the_same_echoes),
        cmocka_unit_test(water_takes_more_of_high_frequencies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
