/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The lock-in against a sum in double precision over the same counts: 100 dB and more.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "dsp/lockin.h"
#include "dsp/phasor.h"

enum { TONES = 8, HOPS = 5, HOP_MOST = 4096 };

static const double rate_hz = 256000;
static const double tones_hz[TONES] = {1000, 1900, 3700, 7100, 13600, 26100, 50100, 96100};
static int32_t counts[HOPS * HOP_MOST][2];

static double uniform(void)
{
    static unsigned state = 1;
    state = state * 1664525u + 1013904223u;
    return (double)(state >> 8) / 16777216.0 - 0.5;
}

/* Both coils, with hum and noise. */
static void counts_make(size_t n_rows)
{
    for (size_t k = 0; k < n_rows; k++) {
        double receive = 60 * sin(2 * M_PI * 50.03 * (double)k / rate_hz) + 30 * uniform();
        double current = 10 * uniform();
        for (int t = 0; t < TONES; t++) {
            double angle = 2 * M_PI * tones_hz[t] * (double)k / rate_hz + t * t;
            current += 3000 * cos(angle);
            receive += (300 + 50 * t) * cos(angle + 0.3 * t);
        }
        counts[k][0] = (int32_t)lrint(receive);
        counts[k][1] = (int32_t)lrint(current);
    }
}

static phasor sum_of(size_t from, size_t length, size_t channel, double hz)
{
    phasor sum = 0;
    for (size_t k = 0; k < length; k++) {
        double window = 1 - cos(2 * M_PI * ((double)k + 0.5) / (double)length);
        sum +=
            window * counts[from + k][channel] * phasor_turn(-2 * M_PI * hz * (double)k / rate_hz);
    }
    return sum;
}

static void the_lockin_is_the_sum(void **state)
{
    gw_stream stream = {.sample_rate_hz = rate_hz,
                        .n_channels = 2,
                        .roles = {GW_ROLE_RECEIVE, GW_ROLE_TRANSMIT_CURRENT},
                        .n_tones = TONES};
    gw_lockin *lockin;
    gw_error error;
    gw_complex response[GW_TONES_MAX];
    double signal = 0, wrong = 0;
    int n = 0;
    (void)state;
    for (int t = 0; t < TONES; t++)
        stream.tones_hz[t] = tones_hz[t];
    assert_int_equal(gw_lockin_create(&stream, &lockin, &error), GW_OK);
    size_t hop = gw_lockin_hop(lockin);
    assert_true(hop <= HOP_MOST);
    counts_make(HOPS * hop);
    for (size_t k = 0; k < HOPS * hop; k++) {
        if (!gw_lockin_process(lockin, counts[k], response))
            continue;
        n++;
        for (int t = 0; t < TONES; t++) {
            size_t from = k + 1 - 2 * hop;
            phasor exact =
                sum_of(from, 2 * hop, 0, tones_hz[t]) / sum_of(from, 2 * hop, 1, tones_hz[t]);
            phasor got = phasor_of((double)response[t].re, (double)response[t].im);
            signal += pow(cabs(exact), 2);
            wrong += pow(cabs(got - exact), 2);
        }
    }
    assert_int_equal(n, HOPS - 1);
    print_message("%.0f dB\n", 10 * log10(signal / wrong));
    assert_true(10 * log10(signal / wrong) >= 100);
    gw_lockin_destroy(lockin);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lockin_is_the_sum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
