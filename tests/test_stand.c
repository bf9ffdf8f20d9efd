/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What drifts under a standing head is taken off, what a head that moves sees is left alone.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "dsp/stand.h"

enum { TONES = 2 };

static const double hop_s = 0.01;

typedef struct head {
    gw_stand stand;
    double time_s, along_m, drift_s; /* drift: a unit a second from there on */
    double seen;                     /* of tone 1, as it goes on */
    int n_counted;
} head;

/* Ground of 1 a metre and a drift of 1 a second. */
static void hop(head *h, bool drifts)
{
    h->drift_s += drifts ? hop_s : 0;
    gw_complex response[TONES] = {{0, 0}, {(float)h->along_m, (float)-h->drift_s}};
    response[1].re += (float)h->drift_s;
    h->n_counted +=
        !gw_stand_process(&h->stand, response, TONES, h->along_m, (int64_t)(h->time_s * 1e9));
    h->seen = (double)response[1].re;
    h->time_s += hop_s;
}

static void go(head *h, double speed_m_s, double for_s, bool drifts)
{
    for (int k = 0; k < (int)(for_s / hop_s + 0.5); k++) {
        h->along_m += speed_m_s * hop_s;
        hop(h, drifts);
    }
}

static void drift_under_a_standing_head_is_taken_off(void **state)
{
    (void)state;
    head h = {.time_s = 1};
    gw_stand_reset(&h.stand);
    go(&h, 0.5, 2, false);
    h.n_counted = 0;
    go(&h, 0, 60, true);
    assert_in_range(h.n_counted, 50, 150); /* the first second says what lies there */
    go(&h, 0.5, 1, false);
    assert_true(fabs(h.seen - h.along_m) < 1.2); /* of 60: half a second at each end is left */
    assert_true(h.stand.stood_s > 59 && h.stand.stood_s < 61);
}

static void two_stands_add_up(void **state)
{
    (void)state;
    head h = {.time_s = 1};
    gw_stand_reset(&h.stand);
    for (int k = 0; k < 2; k++) {
        go(&h, 0.5, 2, false);
        go(&h, 0, 20, true);
    }
    go(&h, 0.5, 1, false);
    assert_true(fabs(h.seen - h.along_m) < 2.4 && h.stand.stood_s > 38);
}

/* Put aside, over other ground, within a fifth of a second: what changed is not drift. Over there
 * it may drift, and come back. */
static void a_head_put_aside_is_no_drift(void **state)
{
    (void)state;
    for (int k = 0; k < 3; k++) {
        head h = {.time_s = 1};
        gw_stand_reset(&h.stand);
        go(&h, 0.5, 2, false);
        go(&h, 0, 4 + 0.3 * k, false);
        for (int i = 0; i < 20; i++) {
            h.drift_s += 3;
            hop(&h, false);
        }
        go(&h, 0, 9, false);
        go(&h, 0.5, 1, false);
        assert_true(fabs(h.seen - h.along_m - 60) < 1e-3);
        assert_true(h.stand.stood_s > 13); /* but it stood */
    }
}

static void a_head_that_moves_or_stops_shortly_is_left_alone(void **state)
{
    (void)state;
    for (int k = 0; k < 3; k++) {
        const double speeds[] = {0.0005, 0.05, 0};
        head h = {.time_s = 1};
        gw_stand_reset(&h.stand);
        go(&h, speeds[k], k == 2 ? 4 : 40, true);
        go(&h, 0.5, 1, false);
        assert_true(fabs(h.seen - h.along_m - h.drift_s) < 1e-3);
        assert_false(h.stand.stood_s > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drift_under_a_standing_head_is_taken_off),
        cmocka_unit_test(two_stands_add_up),
        cmocka_unit_test(a_head_put_aside_is_no_drift),
        cmocka_unit_test(a_head_that_moves_or_stops_shortly_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
