/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/sound/ear.h"
#include "clients/sound/player.h"
#include "clients/sound/synth.h"

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

enum { RATE = GW_SYNTH_RATE_HZ, SECOND = RATE, MAX = 10 * RATE };

static int16_t out[MAX], other[MAX];
static const gw_synth_voices quiet = {.md_tone = 0, .gpr_depth_m = NAN};

/* Power at a frequency over n samples, full scale sine = 0.25 (Goertzel). */
static double power(const int16_t *x, size_t n, double hz)
{
    double w = 2 * cos(2 * 3.141592653589793 * hz / RATE), a = 0, b = 0;
    for (size_t t = 0; t < n; t++) {
        double c = x[t] / 32767.0 + w * a - b;
        b = a;
        a = c;
    }
    return (a * a + b * b - w * a * b) / ((double)n * (double)n);
}

/* Rising zero crossings a second. */
static double pitch_hz(const int16_t *x, size_t n)
{
    size_t count = 0;
    for (size_t t = 1; t < n; t++)
        count += x[t - 1] < 0 && x[t] >= 0;
    return (double)count * RATE / (double)n;
}

static double rms(const int16_t *x, size_t n)
{
    double sum = 0;
    for (size_t t = 0; t < n; t++)
        sum += (double)x[t] * x[t];
    return sqrt(sum / (double)n) / 32767;
}

static void play(const gw_synth_voices *voices, int16_t *to, size_t n)
{
    gw_synth synth;
    gw_synth_reset(&synth);
    gw_synth_set(&synth, voices);
    gw_synth_process(&synth, to, n);
}

static void pitch_and_loudness_grow_with_the_tone(void **state)
{
    (void)state;
    double before_hz = 0, before_rms = 0;
    for (int k = 2; k <= 20; k++) {
        gw_synth_voices v = quiet;
        v.md_tone = (float)k / 20;
        play(&v, out, SECOND);
        const int16_t *held = out + SECOND / 2; /* the tick is over, the value reached */
        double hz = pitch_hz(held, SECOND / 4), level = rms(held, SECOND / 4);
        assert_true(hz > before_hz && level > before_rms);
        assert_true(fabs(hz - gw_synth_tone_hz(k / 20.0)) < 5);
        before_hz = hz;
        before_rms = level;
    }
    assert_true(before_hz > 1200);
}

static void below_the_floor_is_a_faint_hum(void **state)
{
    (void)state;
    gw_synth_voices v = quiet;
    play(&v, out, SECOND);
    v.md_tone = 1;
    play(&v, other, SECOND);
    double hum = rms(out + SECOND / 2, SECOND / 4), full = rms(other + SECOND / 2, SECOND / 4);
    assert_true(hum > 0.002 && hum < full / 20);
    v.md_tone = NAN;
    play(&v, out, SECOND);
    assert_true(rms(out + SECOND / 2, SECOND / 4) == 0);
}

/* Ticks: starts of bursts at 3200 Hz, in windows of 10 ms. */
static unsigned ticks_count(const int16_t *x, size_t n)
{
    unsigned count = 0;
    for (size_t at = 0; at + RATE / 100 <= n; at += RATE / 100)
        count += power(x + at, RATE / 100, 3200) > 2e-5;
    return count;
}

static void the_tick_comes_every_second_also_when_muted(void **state)
{
    (void)state;
    gw_synth_voices v = quiet;
    v.is_muted = true;
    play(&v, out, 5 * SECOND);
    assert_int_equal(ticks_count(out, 5 * SECOND), 5);
    v.fault = GW_SYNTH_MILD;
    play(&v, out, 5 * SECOND);
    assert_int_equal(ticks_count(out, 5 * SECOND), 5);
}

static void blind_has_a_siren_and_no_tick_and_mute_does_not_silence_it(void **state)
{
    (void)state;
    gw_synth_voices v = quiet;
    v.fault = GW_SYNTH_BLIND;
    play(&v, out, 4 * SECOND);
    v.is_muted = true;
    v.md_tone = NAN;
    play(&v, other, 4 * SECOND);
    for (size_t at = RATE / 50; at + RATE / 4 < 4 * SECOND; at += RATE / 4) {
        assert_true(rms(out + at, RATE / 4) > 0.2);
        assert_true(rms(other + at, RATE / 4) > 0.2);
    }
    assert_true(power(other, 4 * SECOND, 960) > 1e-3 && power(other, 4 * SECOND, 720) > 1e-3);
    /* The siren repeats itself every half second; a tick would come every other time. */
    for (size_t t = 3 * SECOND / 2; t < 7 * SECOND / 2; t++)
        assert_true(abs(other[t] - other[t - SECOND / 2]) < 3);
}

static void degraded_is_milder_than_blind_and_not_silent_when_muted(void **state)
{
    (void)state;
    gw_synth_voices v = quiet;
    v.is_muted = true;
    play(&v, out, 2 * SECOND);
    double without = power(out, SECOND / 5, 330);
    v.fault = GW_SYNTH_MILD;
    play(&v, out, 2 * SECOND);
    double mild = power(out, SECOND / 5, 330);
    v.fault = GW_SYNTH_BLIND;
    play(&v, other, 2 * SECOND);
    assert_true(mild > 100 * without && mild > 1e-4);
    assert_true(rms(out, 2 * SECOND) < rms(other, 2 * SECOND) / 4);
}

/* Clicks a second: windows of 5 ms whose power at hz stands out after one that does not. */
static unsigned clicks_count(const int16_t *x, size_t n, double hz)
{
    unsigned count = 0;
    bool was = false;
    for (size_t at = 0; at + RATE / 200 <= n; at += RATE / 200) {
        bool is = power(x + at, RATE / 200, hz) > 3e-5;
        count += is && !was;
        was = is;
    }
    return count;
}

static void clicks_come_faster_with_confidence_and_deeper_with_depth(void **state)
{
    (void)state;
    unsigned before = 0;
    for (int k = 1; k <= 4; k++) {
        gw_synth_voices v = quiet;
        v.gpr_confidence = (float)k / 4;
        v.gpr_depth_m = 0.3F;
        play(&v, out, 2 * SECOND);
        unsigned n = clicks_count(out, 2 * SECOND, 1500);
        assert_true(n > before);
        before = n;
    }
    gw_synth_voices v = {.md_tone = NAN, .gpr_confidence = 1, .gpr_depth_m = 0.3F};
    play(&v, out, SECOND);
    v.gpr_depth_m = 0.02F;
    play(&v, other, SECOND);
    assert_true(power(out, SECOND, 1500) > 4 * power(out, SECOND, 2600));
    assert_true(power(other, SECOND, 2600) > 4 * power(other, SECOND, 1500));
    v.gpr_confidence = 0;
    play(&v, out, SECOND);
    assert_int_equal(clicks_count(out + RATE / 10, SECOND / 2, 2600), 0);
}

static void fusion_adds_a_cue_and_takes_none_away(void **state)
{
    (void)state;
    gw_synth_voices v = {.md_tone = NAN, .gpr_depth_m = NAN, .n_alarms = {1, 0, 0}};
    play(&v, out, SECOND);
    v.n_alarms[2] = 1;
    play(&v, other, SECOND);
    size_t first = RATE / 100, n = RATE / 12; /* within the first notes: 880 Hz, and 784 Hz */
    assert_true(power(out + first, n, 880) > 1e-4);
    assert_true(power(other + first, n, 880) > 0.5 * power(out + first, n, 880));
    assert_true(power(other + first, n, 784) > 10 * power(out + first, n, 784));
    assert_true(rms(out + SECOND / 2, SECOND / 4) == 0);
}

static void mute_silences_tone_clicks_and_alarms(void **state)
{
    (void)state;
    gw_synth_voices v = {.md_tone = 1, .gpr_confidence = 1, .n_alarms = {1, 1, 1}};
    v.is_muted = true;
    play(&v, out, SECOND);
    assert_true(rms(out + SECOND / 10, SECOND / 2) < 1e-3);
}

/* Everything at once, changing at fixed samples; blocks of at most step. */
static void play_all(int16_t *to, size_t n, size_t step)
{
    gw_synth synth;
    gw_synth_voices v = {.md_tone = 0.3F, .gpr_confidence = 0.9F, .gpr_depth_m = 0.1F};
    gw_synth_reset(&synth);
    for (size_t at = 0; at < n;) {
        if (at % 4800 == 0) {
            v.md_tone = (float)(at / 4800 % 11) / 10;
            v.n_alarms[at / 4800 % 3]++;
            v.fault = (gw_synth_fault)(at / 14400 % 3);
            v.is_muted = at / 24000 % 4 == 3;
            gw_synth_set(&synth, &v);
        }
        size_t k = 4800 - at % 4800 < step ? 4800 - at % 4800 : step;
        gw_synth_process(&synth, to + at, k);
        at += k;
    }
}

static void any_block_split_gives_the_same_samples(void **state)
{
    (void)state;
    play_all(out, 4 * SECOND, 4800);
    static const size_t steps[] = {1, 7, 480, 1000};
    for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
        play_all(other, 4 * SECOND, steps[k]);
        assert_memory_equal(out, other, 4 * SECOND * sizeof *out);
    }
}

/* The steepest wave there is, the siren's with its third harmonic, moves by 2 pi * 960 Hz * 2 *
 * level a second; strikes of 3200 Hz at 0.08 and all alarms come on top. */
static void nothing_clips_and_nothing_jumps(void **state)
{
    (void)state;
    play_all(out, MAX, 480);
    int most = 0, jump = 0;
    for (size_t t = 1; t < MAX; t++) {
        most = abs(out[t]) > most ? abs(out[t]) : most;
        jump = abs(out[t] - out[t - 1]) > jump ? abs(out[t] - out[t - 1]) : jump;
    }
    assert_true(most > 12000 && most < 32700);
    assert_true(jump < 12000);
    gw_synth_voices v = quiet;
    play(&v, out, SECOND);
    assert_int_equal(out[0], 0);
}

static void a_tone_that_is_no_number_is_silent(void **state)
{
    (void)state;
    static const float bad[] = {-1, NAN, -INFINITY};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        gw_synth_voices v = quiet;
        v.md_tone = bad[k];
        play(&v, out, SECOND / 2);
        assert_true(rms(out + SECOND / 4, SECOND / 8) == 0);
    }
    gw_synth_voices v = quiet;
    v.md_tone = INFINITY;
    play(&v, out, SECOND);
    assert_true(fabs(pitch_hz(out + SECOND / 2, SECOND / 4) - gw_synth_tone_hz(1)) < 5);
}

static void before_anything_is_known_it_sounds_blind(void **state)
{
    (void)state;
    gw_synth synth;
    gw_synth_reset(&synth);
    gw_synth_process(&synth, out, SECOND);
    assert_true(rms(out, SECOND) > 0.2);
}

static uint32_t number(const unsigned char *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* The samples of a WAV file that is whole. */
static size_t wav_read(const char *path, int16_t *to, size_t max)
{
    unsigned char head[44];
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fread(head, 1, sizeof head, file), sizeof head);
    assert_memory_equal(head, "RIFF", 4);
    assert_memory_equal(head + 8, "WAVEfmt ", 8);
    assert_int_equal(number(head + 24), RATE);
    size_t n = number(head + 40) / 2;
    assert_int_equal(number(head + 4), 36 + 2 * n);
    assert_true(n <= max);
    assert_int_equal(fread(to, 2, n, file), n);
    assert_int_equal(fgetc(file), EOF);
    fclose(file);
    return n;
}

static void a_player_that_is_not_fed_sounds_blind(void **state)
{
    (void)state;
    char path[] = "gw-sound-XXXXXX";
    close(mkstemp(path));
    gw_player_config config = {.wav_path = path};
    gw_player *player;
    gw_error error;
    assert_int_equal(gw_player_create(&config, &player, &error), GW_OK);
    for (int k = 0; k < 20; k++) { /* a second, fed */
        gw_player_set(player, &quiet);
        usleep(50000);
    }
    usleep(1500000);
    gw_player_destroy(player);
    size_t n = wav_read(path, out, MAX);
    unlink(path);
    assert_true(n > 2 * SECOND && n < 9 * SECOND);
    assert_true(rms(out + SECOND / 4, SECOND / 2) < 0.1);
    assert_true(rms(out + n - SECOND / 2, SECOND / 2) > 0.2);
}

static void wrong_devices_and_files_are_told(void **state)
{
    (void)state;
    gw_player_config device = {.device = "no_such_device_here"}, file = {.wav_path = "none/x.wav"},
                     pipe = {.wav_path = "/dev/null"};
    gw_player *player;
    gw_error error;
    assert_int_equal(gw_player_create(&device, &player, &error), GW_ENODEV);
    assert_non_null(strstr(error.text, "no_such_device_here"));
    assert_int_equal(gw_player_create(&file, &player, &error), GW_EIO);
    assert_non_null(strstr(error.text, "none/x.wav"));
    assert_int_equal(gw_player_create(&pipe, &player, &error), GW_EIO);
    assert_non_null(strstr(error.text, "no regular file"));
}

/* ALSA's own `file` plug-in writes down what a device would have played. */
static void a_device_hears_what_is_set(void **state)
{
    (void)state;
    char path[] = "gw-sound-XXXXXX", device[64];
    close(mkstemp(path));
    snprintf(device, sizeof device, "file:FILE=%s,FORMAT=raw", path);
    gw_player_config config = {.device = device};
    gw_player *player;
    gw_error error;
    gw_synth_voices v = quiet;
    v.md_tone = 1;
    if (gw_player_create(&config, &player, &error) != GW_OK) {
        unlink(path);
        print_message("no ALSA configuration here: %s\n", error.text);
        skip();
    }
    for (int k = 0; k < 20; k++) {
        gw_player_set(player, &v);
        usleep(50000);
    }
    gw_player_destroy(player);
    FILE *raw = fopen(path, "rb");
    size_t n = fread(out, 2, MAX, raw);
    fclose(raw);
    unlink(path);
    assert_true(n > SECOND / 2 && n < 9 * SECOND);
    assert_true(power(out, n, gw_synth_tone_hz(1)) > 1e-3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pitch_and_loudness_grow_with_the_tone),
        cmocka_unit_test(below_the_floor_is_a_faint_hum),
        cmocka_unit_test(the_tick_comes_every_second_also_when_muted),
        cmocka_unit_test(blind_has_a_siren_and_no_tick_and_mute_does_not_silence_it),
        cmocka_unit_test(degraded_is_milder_than_blind_and_not_silent_when_muted),
        cmocka_unit_test(clicks_come_faster_with_confidence_and_deeper_with_depth),
        cmocka_unit_test(fusion_adds_a_cue_and_takes_none_away),
        cmocka_unit_test(mute_silences_tone_clicks_and_alarms),
        cmocka_unit_test(any_block_split_gives_the_same_samples),
        cmocka_unit_test(nothing_clips_and_nothing_jumps),
        cmocka_unit_test(a_tone_that_is_no_number_is_silent),
        cmocka_unit_test(before_anything_is_known_it_sounds_blind),
        cmocka_unit_test(a_player_that_is_not_fed_sounds_blind),
        cmocka_unit_test(wrong_devices_and_files_are_told),
        cmocka_unit_test(a_device_hears_what_is_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
