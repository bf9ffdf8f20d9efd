/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Decay records: the ground comes out in one number, every decay of metal keeps its energy, and
 * noise is the same in all numbers.
 */
#include "dsp/decay.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "drivers/random.h"
#include "dsp/front.h"

enum { GATES = 20 };

static double edges_s[GATES + 1];

/* 10 to 500 us, by equal factors. */
static int edges_fill(void **state)
{
    (void)state;
    for (int g = 0; g <= GATES; g++)
        edges_s[g] = 10e-6 * pow(50, (double)g / GATES);
    return 0;
}

/* Mean over a gate, by the sum of 1000 middles. */
static double mean_of(double (*decay)(double t, double tau), double tau, int gate)
{
    double sum = 0, width = edges_s[gate + 1] - edges_s[gate];
    for (int k = 0; k < 1000; k++)
        sum += decay(edges_s[gate] + width * (k + 0.5) / 1000, tau) / 1000;
    return sum;
}

static double viscous(double t, double tau)
{
    (void)tau;
    return 1e-5 / t;
}

static double exponential(double t, double tau)
{
    return exp(-t / tau);
}

static void parts_of(const gw_decay *decay, double (*shape)(double, double), double tau,
                     double *parts, double *energy)
{
    double gates[GATES], mean_s = (edges_s[GATES] - edges_s[0]) / GATES;
    *energy = 0;
    for (int g = 0; g < GATES; g++) {
        gates[g] = mean_of(shape, tau, g);
        *energy += gates[g] * gates[g] * (edges_s[g + 1] - edges_s[g]) / mean_s;
    }
    gw_decay_process(decay, gates, parts);
}

static void magnetic_ground_is_one_number(void **state)
{
    gw_decay decay;
    double parts[GW_DECAY_PARTS_MAX], energy;
    (void)state;
    assert_int_equal(gw_decay_make(&decay, edges_s, GATES), GW_OK);
    assert_int_equal(decay.n_parts, 8);
    parts_of(&decay, viscous, 0, parts, &energy);
    assert_true(fabs(parts[0] - sqrt(energy)) < 1e-4 * parts[0]);
    for (int k = 1; k < 8; k++) /* 100 dB below: the sum of middles is no better */
        assert_true(fabs(parts[k]) < 1e-5 * parts[0]);
}

static void every_exponential_keeps_its_energy(void **state)
{
    gw_decay decay;
    double parts[GW_DECAY_PARTS_MAX], energy;
    (void)state;
    assert_int_equal(gw_decay_make(&decay, edges_s, GATES), GW_OK);
    for (double tau = 2.5e-6; tau < 1e-3; tau *= 1.17) {
        double kept = 0;
        parts_of(&decay, exponential, tau, parts, &energy);
        for (int k = 0; k < 8; k++)
            kept += parts[k] * parts[k];
        assert_true(kept > 0.99 * energy && kept < 1.0001 * energy);
    }
}

/* 4000 records: a variance is within 4 sqrt(2 / 4000) = 9 %, a correlation within 4 / sqrt(4000).
 */
static void white_noise_is_alike_in_all_numbers(void **state)
{
    enum { N = 4000 };
    gw_decay decay;
    double both[8][8] = {{0}}, mean_s = (edges_s[GATES] - edges_s[0]) / GATES;
    (void)state;
    assert_int_equal(gw_decay_make(&decay, edges_s, GATES), GW_OK);
    for (uint64_t k = 0; k < N; k++) {
        double gates[GATES], parts[GW_DECAY_PARTS_MAX];
        for (uint64_t g = 0; g < GATES; g++)
            gates[g] =
                gw_random_normal(3, k * GATES + g) * sqrt(mean_s / (edges_s[g + 1] - edges_s[g]));
        gw_decay_process(&decay, gates, parts);
        for (int a = 0; a < 8; a++)
            for (int b = 0; b < 8; b++)
                both[a][b] += parts[a] * parts[b] / N;
    }
    for (int a = 0; a < 8; a++)
        for (int b = 0; b < 8; b++)
            assert_true(fabs(both[a][b] - (a == b)) < (a == b ? 0.09 : 0.065));
}

static void what_are_no_gates_is_refused(void **state)
{
    gw_decay decay;
    double wrong[GATES + 1];
    (void)state;
    assert_int_equal(gw_decay_make(&decay, edges_s, 3), GW_EINVAL);
    assert_int_equal(gw_decay_make(&decay, edges_s, GW_GATES_MAX + 1), GW_EINVAL);
    memcpy(wrong, edges_s, sizeof wrong);
    wrong[5] = wrong[4];
    assert_int_equal(gw_decay_make(&decay, wrong, GATES), GW_EINVAL);
    wrong[5] = (double)NAN;
    assert_int_equal(gw_decay_make(&decay, wrong, GATES), GW_EINVAL);
    wrong[0] = 0;
    assert_int_equal(gw_decay_make(&decay, wrong, GATES), GW_EINVAL);
    assert_int_equal(gw_decay_make(&decay, edges_s, 5), GW_OK);
    assert_int_equal(decay.n_parts, 4);
}

static gw_stream stream_of(void)
{
    gw_stream stream = {.name = "pi",
                        .kind = GW_KIND_MD,
                        .waveform = GW_WAVEFORM_PULSE,
                        .n_channels = GATES,
                        .n_samples = 1,
                        .bits = 32,
                        .is_signed = true,
                        .sample_rate_hz = 500};
    for (int g = 0; g < GATES; g++)
        stream.roles[g] = GW_ROLE_GATE;
    memcpy(stream.gate_edges_s, edges_s, sizeof edges_s);
    return stream;
}

static void a_response_is_the_mean_of_its_pairs(void **state)
{
    const gw_stream stream = stream_of();
    gw_decay decay;
    gw_error error;
    gw_front *front;
    gw_complex response[GW_TONES_MAX];
    float noise[GW_TONES_MAX];
    static int32_t counts[200][GATES];
    int n_told = 0;
    (void)state;
    assert_int_equal(gw_decay_make(&decay, edges_s, GATES), GW_OK);
    assert_int_equal(gw_front_create(&stream, &front, &error), GW_OK);
    assert_int_equal(gw_front_tones(front), 4);
    assert_int_equal(gw_front_hop(front), 5);
    for (size_t r = 0; r < 200; r++) {
        for (size_t g = 0; g < GATES; g++)
            counts[r][g] =
                (int32_t)(1e5 * exp(-(double)g / 5) + 50 * gw_random_normal(4, 20 * r + g));
        if (!gw_front_process(front, counts[r], response, noise))
            continue;
        double sum[8] = {0};
        for (size_t j = r - 11; j < r - 1; j++) {
            double gates[GATES], parts[GW_DECAY_PARTS_MAX];
            for (size_t g = 0; g < GATES; g++)
                gates[g] = counts[j][g];
            gw_decay_process(&decay, gates, parts);
            for (size_t k = 0; k < 8; k++)
                sum[k] += parts[k] / 10;
        }
        for (size_t k = 0; k < 8; k++)
            assert_true(fabs((double)((const float *)response)[k] - sum[k]) <
                        1e-6 * fabs(sum[0]) + 1e-3);
        n_told++;
    }
    assert_int_equal(n_told, (200 - 4) / 5 - 1);
    gw_front_destroy(front);
}

/* Whatever the format: two rows in a row at its end, and their hop is heard as spoiled. */
static void a_clipped_gate_spoils_its_rows(void **state)
{
    const gw_stream stream = stream_of();
    gw_error error;
    gw_front *front;
    gw_complex response[GW_TONES_MAX];
    float noise[GW_TONES_MAX];
    int loud = 0;
    (void)state;
    assert_int_equal(gw_front_create(&stream, &front, &error), GW_OK);
    for (size_t r = 0; r < 400; r++) {
        int32_t counts[GATES];
        for (size_t g = 0; g < GATES; g++)
            counts[g] = (int32_t)(5000 + 50 * gw_random_normal(4, 20 * r + g));
        if (r >= 200 && r < 240)
            counts[0] = 8388607;
        if (gw_front_process(front, counts, response, noise))
            loud += noise[1] > 5 * 100.0f / sqrtf(10);
    }
    assert_in_range(loud, 6, 8);
    gw_front_destroy(front);
}

static void a_stream_without_gates_is_refused_by_name(void **state)
{
    gw_stream stream = stream_of();
    gw_error error;
    gw_front *front;
    (void)state;
    stream.roles[7] = GW_ROLE_NONE;
    assert_int_equal(gw_front_create(&stream, &front, &error), GW_EINVAL);
    assert_non_null(strstr(error.text, "channel 7"));
    stream = stream_of();
    stream.n_channels = 3;
    assert_int_equal(gw_front_create(&stream, &front, &error), GW_EINVAL);
    assert_non_null(strstr(error.text, "3 gates"));
    assert_null(front);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(magnetic_ground_is_one_number),
        cmocka_unit_test(every_exponential_keeps_its_energy),
        cmocka_unit_test(white_noise_is_alike_in_all_numbers),
        cmocka_unit_test(what_are_no_gates_is_refused),
        cmocka_unit_test(a_response_is_the_mean_of_its_pairs),
        cmocka_unit_test(a_clipped_gate_spoils_its_rows),
        cmocka_unit_test(a_stream_without_gates_is_refused_by_name),
    };
    return cmocka_run_group_tests(tests, edges_fill, NULL);
}
