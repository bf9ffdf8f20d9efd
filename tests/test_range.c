/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Stepped frequency to a scan in time: echoes come out where and as high as they are, against their
 * closed form and a sum in double precision.
 */
#include "dsp/range.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "drivers/random.h"

enum { STEPS = 128, CHANNELS = 2 };

static const double pi = 3.141592653589793;

/* Off the grid of the steps on purpose. */
static gw_stream stream_of(void)
{
    return (gw_stream){.name = "sfcw",
                       .kind = GW_KIND_GPR,
                       .waveform = GW_WAVEFORM_SFCW,
                       .n_channels = CHANNELS,
                       .n_samples = STEPS,
                       .bits = 32,
                       .is_signed = true,
                       .is_complex = true,
                       .offset = 3,
                       .scan_spacing_m = 0.02,
                       .start_hz = 0.976e9,
                       .step_hz = 8.063e6};
}

static gw_range *range_of(const gw_stream *stream, const gw_complex *plate)
{
    gw_error error;
    gw_range *range;
    assert_int_equal(gw_range_create(stream, plate, &range, &error), GW_OK);
    return range;
}

static double hz_of(const gw_stream *stream, size_t step)
{
    return stream->start_hz + (double)step * stream->step_hz;
}

/* An echo of `height` after time_s on one channel. */
static void echo_add(const gw_stream *stream, size_t channel, double height, double time_s,
                     int32_t *counts)
{
    for (size_t k = 0; k < STEPS; k++) {
        double turn = 2 * pi * fmod(hz_of(stream, k) * time_s, 1);
        int32_t *at = counts + 2 * (channel * STEPS + k);
        at[0] += (int32_t)lrint(height * cos(turn));
        at[1] -= (int32_t)lrint(height * sin(turn));
    }
}

static size_t peak_of(const float *trace, size_t n)
{
    size_t peak = 0;
    for (size_t k = 1; k < n; k++)
        peak = fabsf(trace[k]) > fabsf(trace[peak]) ? k : peak;
    return peak;
}

static void what_comes_out_are_samples_of_time(void **state)
{
    const gw_stream stream = stream_of();
    gw_range *range = range_of(&stream, NULL);
    const gw_stream *out = gw_range_stream(range);
    (void)state;
    assert_int_equal(out->waveform, GW_WAVEFORM_SFCW);
    assert_false(out->is_complex);
    assert_true(fabs(out->center_hz - (stream.start_hz + 63.5 * stream.step_hz)) < 1);
    assert_true(fabs((double)out->n_samples / out->sample_rate_hz - 1 / stream.step_hz) < 1e-15);
    assert_true(out->sample_rate_hz >= 8 * hz_of(&stream, STEPS));
    assert_true(out->scan_spacing_m == 0.02 && out->n_channels == CHANNELS && out->offset == 0);
    gw_range_destroy(range);
}

/* Of 10.8 samples a period one lies within 1/21 of a period of the top: cos 0.957. The lead keeps
 * an echo at time 0 in one piece. */
static void an_echo_is_a_pulse_where_and_as_high_as_it_is(void **state)
{
    static const double times_s[] = {0, 1.37e-9, 20e-9, 100e-9};
    gw_stream stream = stream_of();
    stream.offset = 0;
    gw_range *range = range_of(&stream, NULL);
    const gw_stream *out = gw_range_stream(range);
    size_t n = out->n_samples;
    float *traces = calloc(CHANNELS * n, sizeof *traces);
    double lead_s = 2 / (STEPS * stream.step_hz);
    (void)state;
    for (size_t k = 0; k < sizeof times_s / sizeof *times_s; k++) {
        int32_t counts[CHANNELS * STEPS * 2] = {0};
        echo_add(&stream, 1, 1e6, times_s[k], counts);
        gw_range_process(range, counts, traces);
        size_t peak = peak_of(traces + n, n);
        double at_s = (double)peak / out->sample_rate_hz - lead_s;
        assert_true(fabs(at_s - times_s[k]) < 1 / out->sample_rate_hz);
        assert_true(fabs((double)traces[n + peak] / 1e6 - 1) < 0.05);
        assert_true(fabsf(traces[peak_of(traces, n)]) < 1e-3f); /* the other channel */
        size_t pulse = (size_t)(lead_s * out->sample_rate_hz);
        for (size_t j = 0; j < n; j++) { /* side lobes, around the scan's ends too */
            size_t away = j > peak ? j - peak : peak - j;
            away = away < n - away ? away : n - away;
            assert_true(away <= 2 * pulse || fabsf(traces[n + j]) < 0.1f * 1e6f);
        }
    }
    free(traces);
    gw_range_destroy(range);
}

static void the_transform_is_the_sum(void **state)
{
    const gw_stream stream = stream_of();
    gw_complex plate[CHANNELS * STEPS];
    int32_t counts[CHANNELS * STEPS * 2];
    double power = 0, error = 0, sum_w = 0, lead_s = 2 / (STEPS * stream.step_hz);
    (void)state;
    for (size_t k = 0; k < CHANNELS * STEPS; k++) {
        plate[k] = (gw_complex){(float)gw_random_normal(1, 2 * k), (float)gw_random_normal(2, k)};
        counts[2 * k] = (int32_t)(3e4 * gw_random_normal(3, 2 * k));
        counts[2 * k + 1] = (int32_t)(3e4 * gw_random_normal(3, 2 * k + 1));
    }
    gw_range *range = range_of(&stream, plate);
    size_t n = gw_range_stream(range)->n_samples;
    float *traces = calloc(CHANNELS * n, sizeof *traces);
    gw_range_process(range, counts, traces);
    for (size_t k = 0; k < STEPS; k++) {
        double edge = fmin((double)k + 0.5, STEPS - (double)k - 0.5) / STEPS / 0.15;
        sum_w += edge < 1 ? 0.5 - 0.5 * cos(pi * edge) : 1;
    }
    for (size_t j = 0; j < n; j += 7) {
        double sum = 0;
        for (size_t k = 0; k < STEPS; k++) {
            const gw_complex c = plate[STEPS + k];
            const int32_t *s = counts + 2 * (STEPS + k);
            double re = s[0] + 3, im = s[1] + 3;
            double edge = fmin((double)k + 0.5, STEPS - (double)k - 0.5) / STEPS / 0.15;
            double w = edge < 1 ? 0.5 - 0.5 * cos(pi * edge) : 1;
            double t = (double)j / ((double)n * stream.step_hz) - lead_s;
            double turn = 2 * pi * fmod(hz_of(&stream, k) * t, 1);
            sum += w / sum_w *
                   ((re * (double)c.re - im * (double)c.im) * cos(turn) -
                    (re * (double)c.im + im * (double)c.re) * sin(turn));
        }
        power += sum * sum;
        error += pow((double)traces[n + j] - sum, 2);
    }
    print_message("%.1f dB\n", 10 * log10(power / error));
    assert_true(power / error > 1e10);
    free(traces);
    gw_range_destroy(range);
}

static void a_plate_takes_the_systems_own_response_out(void **state)
{
    gw_stream stream = stream_of();
    gw_complex plate[CHANNELS * STEPS];
    int32_t counts[CHANNELS * STEPS * 2] = {0};
    (void)state;
    stream.offset = 0;
    for (size_t k = 0; k < STEPS; k++) { /* a filter that delays by 30 ns and has a ripple */
        double ripple = 1 + 0.5 * cos((double)k / 9);
        double turn = 2 * pi * fmod(hz_of(&stream, k) * 30e-9, 1);
        double back = 2 * pi * fmod(hz_of(&stream, k) * 34e-9, 1);
        plate[k] = plate[STEPS + k] =
            (gw_complex){(float)(cos(turn) / ripple), (float)(sin(turn) / ripple)};
        counts[2 * k] = (int32_t)lrint(1e6 * ripple * cos(back)); /* an echo 4 ns later */
        counts[2 * k + 1] = (int32_t)lrint(-1e6 * ripple * sin(back));
    }
    gw_range *range = range_of(&stream, plate);
    const gw_stream *out = gw_range_stream(range);
    float *traces = calloc(CHANNELS * out->n_samples, sizeof *traces);
    gw_range_process(range, counts, traces);
    size_t peak = peak_of(traces, out->n_samples);
    double lead_s = 2 / (STEPS * stream.step_hz);
    assert_true(fabs((double)peak / out->sample_rate_hz - lead_s - 4e-9) < 1 / out->sample_rate_hz);
    assert_true(fabs((double)traces[peak] / 1e6 - 1) < 0.05);
    free(traces);
    gw_range_destroy(range);
}

static void refused(gw_stream stream, const char *why)
{
    gw_error error;
    gw_range *range;
    assert_int_equal(gw_range_create(&stream, NULL, &range, &error), GW_EINVAL);
    assert_null(range);
    if (!strstr(error.text, why))
        fail_msg("'%s' does not say '%s'", error.text, why);
}

static void what_is_no_band_is_refused_by_its_name(void **state)
{
    gw_stream stream = stream_of();
    (void)state;
    stream.is_complex = false;
    refused(stream, "complex");
    stream = stream_of();
    stream.n_samples = 8;
    refused(stream, "8 steps");
    stream = stream_of();
    stream.step_hz = 0;
    refused(stream, "no band");
    stream = stream_of();
    stream.start_hz = (double)NAN;
    refused(stream, "no band");
    stream = stream_of();
    stream.step_hz = 1e5;
    refused(stream, "too fine");
    stream = stream_of();
    stream.n_marks = 2;
    refused(stream, "marks");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_comes_out_are_samples_of_time),
        cmocka_unit_test(an_echo_is_a_pulse_where_and_as_high_as_it_is),
        cmocka_unit_test(the_transform_is_the_sum),
        cmocka_unit_test(a_plate_takes_the_systems_own_response_out),
        cmocka_unit_test(what_is_no_band_is_refused_by_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
