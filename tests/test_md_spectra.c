/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Eight tones over ground a thousand times stronger than the noise, whose fall with frequency and
 * conductivity move on their own: balls of steel and aluminium stand out of it though they look
 * much like it, and the strong one is not taken for ground.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "dsp/footprint.h"
#include "dsp/md_window.h"
#include "dsp/phasor.h"
#include "dsp/sphere.h"

enum { TONES = 8, CELLS = 450, GRID = 6 };

static const double tones_hz[TONES] = {1000, 1900, 3700, 7100, 13600, 26100, 50100, 96100};
static const double noise = 1e-3;

static unsigned seed = 1;

static double uniform(void)
{
    seed = seed * 1664525u + 1013904223u;
    return (double)(seed >> 8) / 16777216.0;
}

static double normal(void)
{
    return sqrt(-2 * log(uniform() + 1e-12)) * cos(6.283185307179586 * uniform());
}

/* Goes up and down by about 1 over some 0.3 m. */
typedef struct wave {
    double phase[GRID];
} wave;

static wave wave_draw(void)
{
    wave w;
    for (int j = 0; j < GRID; j++)
        w.phase[j] = 6.283 * uniform();
    return w;
}

static double wave_at(const wave *w, double x_m)
{
    double sum = 0;
    for (int j = 0; j < GRID; j++)
        sum += sin(w->phase[j] + x_m * (2 + 3.1 * j)) / sqrt(GRID / 2.0);
    return sum;
}

typedef struct ball {
    double at, strength, radius_m, mu_r, sigma_s_m; /* strength: of its greatest tone, over noise */
} ball;

/* What each tone's receiver makes of it: off by 1 %. */
static phasor receiver_at(int tone)
{
    return phasor_of(1 + 0.01 * sin(7.0 * tone), 0) * phasor_turn(0.3 * tone);
}

static void ball_spectrum(const ball *b, phasor *spectrum)
{
    double most = 0;
    for (int t = 0; t < TONES; t++) {
        spectrum[t] = gw_sphere_response(b->radius_m, b->mu_r, b->sigma_s_m, tones_hz[t]);
        most = fmax(most, cabs(spectrum[t]));
    }
    for (int t = 0; t < TONES; t++)
        spectrum[t] *= b->strength * noise / most;
}

static gw_md_window *solved_of(const ball *balls, size_t n, double ground, int n_cells)
{
    static gw_footprint footprint;
    const double sigmas[TONES] = {noise, noise, noise, noise, noise, noise, noise, noise};
    phasor spectrum[2][TONES];
    wave height = wave_draw(), drop = wave_draw(), eddies = wave_draw();
    gw_md_window *window;
    assert_int_equal(gw_md_window_create(TONES, tones_hz, 0.125, &window), GW_OK);
    gw_footprint_make(&footprint, 0.125);
    for (size_t j = 0; j < n; j++)
        ball_spectrum(&balls[j], spectrum[j]);
    for (int k = 0; k < n_cells; k++) {
        gw_complex response[TONES];
        double g = ground * noise * wave_at(&height, k * 0.01);
        double d = ground * noise * 0.02 * wave_at(&drop, k * 0.01);
        double e = noise * 20 * wave_at(&eddies, k * 0.01);
        for (int t = 0; t < TONES; t++) {
            phasor u = phasor_of(log10(tones_hz[t] / 10e3), 0.682);
            phasor felt = g * (1 - 0.05 * u) - d * u + e * phasor_of(0, tones_hz[t] / 96100) + 3;
            for (size_t j = 0; j < n; j++)
                felt += spectrum[j][t] * gw_footprint_at(&footprint, 5, (k - balls[j].at) * 0.01);
            felt *= receiver_at(t);
            response[t] = (gw_complex){(float)(creal(felt) + noise * normal() / 1.4142),
                                       (float)(cimag(felt) + noise * normal() / 1.4142)};
        }
        gw_md_window_add(window, response, true);
    }
    gw_md_window_solve(window, sigmas, false);
    return window;
}

static gw_md_window *solved(const ball *balls, size_t n, double ground)
{
    return solved_of(balls, n, ground, CELLS);
}

static double score_at(const gw_md_window *window, double at)
{
    const gw_md_target *targets;
    size_t n = gw_md_window_targets(window, &targets);
    double best = 0;
    for (size_t k = 0; k < n; k++)
        if (fabs(targets[k].at - at) <= 6)
            best = fmax(best, targets[k].score);
    return best;
}

static void balls_stand_out_of_strong_ground(void **state)
{
    const ball both[] = {{120, 300, 0.005, 100, 4.5e6}, {330, 30, 0.003, 1, 3.5e7}};
    (void)state;
    for (seed = 1; seed < 6; seed++) {
        gw_md_window *window = solved(both, 2, 1000);
        assert_true(gw_md_window_has_spectra(window));
        assert_true(score_at(window, 120) > 30);
        assert_true(score_at(window, 330) > 10);
        gw_md_window_destroy(window);
    }
}

static void ground_alone_is_nothing(void **state)
{
    int n_high = 0;
    (void)state;
    for (unsigned k = 0; k < 5; k++) {
        const gw_md_target *targets;
        seed = 100 + k;
        gw_md_window *window = solved(NULL, 0, 1000 * pow(4, k));
        size_t n = gw_md_window_targets(window, &targets);
        for (size_t j = 0; j < n; j++)
            n_high += targets[j].score > 4.4; /* once each 100 m */
        gw_md_window_destroy(window);
    }
    assert_true(n_high <= 1);
}

/* A receiver that hears no ground does not say what it makes of metal: energy is what is left. */
static void without_ground_it_is_energy(void **state)
{
    const ball one = {200, 100, 0.005, 100, 4.5e6};
    (void)state;
    seed = 11;
    gw_md_window *window = solved(&one, 1, 0);
    assert_true(score_at(window, 200) > 30);
    gw_md_window_destroy(window);
}

/* Of three metres, from nothing known before. */
static void ground_is_suppressed_by_50_db_within_3_m(void **state)
{
    (void)state;
    for (seed = 20; seed < 25; seed++) {
        gw_md_window *window = solved_of(NULL, 0, 3000, 300);
        gw_md_soil soil = gw_md_window_soil(window);
        assert_true(soil.heard_db > 55);
        assert_true(soil.heard_db - soil.residual_db > 50);
        gw_md_window_destroy(window);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(balls_stand_out_of_strong_ground),
        cmocka_unit_test(ground_alone_is_nothing),
        cmocka_unit_test(ground_is_suppressed_by_50_db_within_3_m),
        cmocka_unit_test(without_ground_it_is_energy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
