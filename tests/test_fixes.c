/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/fixes.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "drivers/gnss_uri.h"

#define SECOND INT64_C(1000000000)

static const gw_origin start = {.is_known = true, .lat_deg = 39.6, .lon_deg = 46.5};

/* North at 1 m/s, a fix a second, the first at 10 s. */
static gw_fix fix_at(double second, gw_fix_type type)
{
    return (gw_fix){.type = type,
                    .when_ns = (int64_t)(second * 1e9),
                    .place = gw_origin_place(&start, second, 0),
                    .accuracy_m = 0.02,
                    .track_deg = 0,
                    .speed_m_s = 1};
}

static gw_fixes drive(int n, gw_fix_type type)
{
    gw_fixes fixes = {.n = 0};
    for (int k = 0; k < n; k++) {
        gw_fix fix = fix_at(10 + k, type);
        gw_fixes_push(&fixes, &fix);
    }
    return fixes;
}

static double distance_m(gw_wgs84 place, double along_m, double cross_m)
{
    double x, y;
    gw_origin_measure(&start, place, &x, &y);
    return hypot(x - along_m, y - cross_m);
}

static void between_fixes_it_is_on_the_way(void **state)
{
    gw_fixes fixes = drive(300, GW_FIX_RTK_FIXED); /* more than are kept */
    (void)state;
    for (double t = 200; t < 309; t += 0.37) {
        gw_fix found = gw_fixes_find(&fixes, (int64_t)(t * 1e9));
        assert_int_equal(found.type, GW_FIX_RTK_FIXED);
        assert_true(distance_m(found.place, t, 0) < 1e-3);
        assert_true(found.accuracy_m >= 0.02 && found.accuracy_m <= 0.02 + 0.125 + 1e-9);
    }
    assert_int_equal(gw_fixes_find(&fixes, 100 * SECOND).type, GW_FIX_NONE); /* forgotten */
}

static void beyond_the_newest_the_accuracy_fades_until_it_is_lost(void **state)
{
    gw_fixes fixes = drive(5, GW_FIX_3D);
    double before = 0;
    (void)state;
    for (double t = 14; t <= 16; t += 0.25) {
        gw_fix found = gw_fixes_find(&fixes, (int64_t)(t * 1e9));
        assert_int_equal(found.type, GW_FIX_3D);
        assert_true(distance_m(found.place, t, 0) < 1e-3);
        assert_true(found.accuracy_m > before);
        before = found.accuracy_m;
    }
    assert_int_equal(gw_fixes_find(&fixes, 16 * SECOND + 1).type, GW_FIX_NONE);
}

static void nothing_is_known_across_a_loss(void **state)
{
    gw_fixes fixes = drive(5, GW_FIX_3D);
    gw_fix lost = {.type = GW_FIX_NONE, .when_ns = 15 * SECOND};
    gw_fix again = fix_at(20, GW_FIX_2D);
    (void)state;
    gw_fixes_push(&fixes, &lost);
    assert_int_equal(gw_fixes_find(&fixes, 15 * SECOND + SECOND / 2).type, GW_FIX_NONE);
    gw_fixes_push(&fixes, &again);
    assert_int_equal(gw_fixes_find(&fixes, 14 * SECOND + SECOND / 2).type, GW_FIX_NONE);
    assert_int_equal(gw_fixes_find(&fixes, 19 * SECOND).type, GW_FIX_NONE);
    assert_int_equal(gw_fixes_find(&fixes, 20 * SECOND).type, GW_FIX_2D);
    assert_int_equal(gw_fixes_find(&fixes, 13 * SECOND).type, GW_FIX_3D);
    assert_int_equal(gw_fixes_find(&(gw_fixes){.n = 0}, SECOND).type, GW_FIX_NONE);
}

static void fixes_far_apart_or_of_two_kinds_say_the_worse(void **state)
{
    gw_fixes fixes = {.n = 0};
    gw_fix a = fix_at(10, GW_FIX_RTK_FIXED), b = fix_at(11, GW_FIX_DGPS), c = fix_at(15, GW_FIX_3D);
    (void)state;
    gw_fixes_push(&fixes, &a);
    gw_fixes_push(&fixes, &b);
    gw_fixes_push(&fixes, &a); /* out of order: left out */
    gw_fixes_push(&fixes, &c);
    assert_int_equal(fixes.n, 3);
    assert_int_equal(gw_fixes_find(&fixes, 10 * SECOND + SECOND / 4).type, GW_FIX_DGPS);
    assert_int_equal(gw_fixes_find(&fixes, 13 * SECOND).type, GW_FIX_NONE);
}

static void the_date_line_is_no_jump(void **state)
{
    gw_fixes fixes = {.n = 0};
    gw_fix a = fix_at(10, GW_FIX_3D), b = fix_at(11, GW_FIX_3D);
    (void)state;
    a.place = (gw_wgs84){10, 179.99999};
    b.place = (gw_wgs84){10, -179.99999};
    gw_fixes_push(&fixes, &a);
    gw_fixes_push(&fixes, &b);
    gw_fix found = gw_fixes_find(&fixes, 10 * SECOND + SECOND / 2);
    assert_true(fabs(fabs(found.place.lon_deg) - 180) < 1e-9);
}

static void the_arm_turns_with_the_way(void **state)
{
    gw_fix fix = fix_at(10, GW_FIX_3D);
    const gw_lever arm = {.forward_m = 0.5, .right_m = -0.2};
    (void)state;
    /* northwards: the antenna is half a metre north of the head, 20 cm west of it */
    assert_true(distance_m(gw_fix_below(&fix, &arm, 90, 0).place, 9.5, 0.2) < 1e-3);
    assert_true(distance_m(gw_fix_below(&fix, &arm, 90, 0.3).place, 9.5, 0.5) < 1e-3);
    fix.speed_m_s = 0.1; /* its direction is noise: the lane's is taken, east */
    assert_true(distance_m(gw_fix_below(&fix, &arm, 90, 0).place, 9.8, -0.5) < 1e-3);
    gw_fix unknown = gw_fix_below(&fix, &arm, (double)NAN, 0);
    assert_true(distance_m(unknown.place, 10, 0) < 1e-3);
    assert_true(fabs(unknown.accuracy_m - 0.02 - hypot(0.5, 0.2)) < 1e-9);
}

static void its_time_is_the_receivers_where_our_clock_can_tell(void **state)
{
    gw_fix_time t = {.utc_ns = 1000 * SECOND, .arrival_ns = 50 * SECOND, .is_synchronised = true};
    double doubt_s;
    (void)state;
    t.clock_ns = 950 * SECOND + SECOND / 10; /* it came 100 ms late */
    assert_true(gw_fix_when_ns(&t, &doubt_s) == 50 * SECOND - SECOND / 10 && doubt_s == 0);
    t.is_synchronised = false;
    assert_true(gw_fix_when_ns(&t, &doubt_s) == 50 * SECOND && doubt_s > 0);
    t.is_synchronised = true;
    t.clock_ns = 900 * SECOND; /* from the future */
    assert_true(gw_fix_when_ns(&t, &doubt_s) == 50 * SECOND && doubt_s > 0);
    t.clock_ns = 960 * SECOND; /* ten seconds old */
    assert_true(gw_fix_when_ns(&t, &doubt_s) == 50 * SECOND && doubt_s > 0);
}

static void a_gpsd_is_named_by_its_address(void **state)
{
    static const char *const good[] = {"gpsd:127.0.0.1", "gpsd:127.0.0.1:2947", "gpsd:[::1]",
                                       "gpsd:[::1]:65535"};
    static const char *const bad[] = {"",
                                      "gpsd:",
                                      "gpsd:localhost",
                                      "gpsd:1.2.3.4:",
                                      "gpsd:[::1",
                                      "gpsd:1.2.3.4:0",
                                      "gpsd:1.2.3.4:65536",
                                      "gpsd:1.2.3.4:x",
                                      "gpsd:[::1]2947",
                                      "iio:1.2.3.4"};
    (void)state;
    for (size_t k = 0; k < sizeof good / sizeof *good; k++)
        assert_null(gw_gnss_uri_wrong(good[k]));
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
        if (!gw_gnss_uri_wrong(bad[k]))
            fail_msg("%s was taken", bad[k]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(between_fixes_it_is_on_the_way),
        cmocka_unit_test(beyond_the_newest_the_accuracy_fades_until_it_is_lost),
        cmocka_unit_test(nothing_is_known_across_a_loss),
        cmocka_unit_test(fixes_far_apart_or_of_two_kinds_say_the_worse),
        cmocka_unit_test(the_date_line_is_no_jump),
        cmocka_unit_test(the_arm_turns_with_the_way),
        cmocka_unit_test(its_time_is_the_receivers_where_our_clock_can_tell),
        cmocka_unit_test(a_gpsd_is_named_by_its_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
