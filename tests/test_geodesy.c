/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/geodesy.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* Vincenty's direct solution on WGS 84, from 46.5 degrees east: latitude, azimuth, distance; then
 * where that leads. */
static const struct {
    double lat_deg, azimuth_deg, distance_m, to_lat_deg, to_lon_deg;
} known[] = {
    {0, 0, 100, 0.000904369477, 46.500000000000},
    {0, 0, 1000, 0.009043694770, 46.500000000000},
    {0, 30, 100, 0.000783206942, 46.500449157642},
    {0, 30, 1000, 0.007832069407, 46.504491576448},
    {0, 90, 100, 0.000000000000, 46.500898315284},
    {0, 90, 1000, 0.000000000000, 46.508983152841},
    {0, 150, 100, -0.000783206942, 46.500449157642},
    {0, 150, 1000, -0.007832069407, 46.504491576448},
    {0, 210, 100, -0.000783206942, 46.499550842358},
    {0, 210, 1000, -0.007832069407, 46.495508423552},
    {0, 300, 100, 0.000452184739, 46.499222036143},
    {0, 300, 1000, 0.004521847371, 46.492220361417},
    {39.6, 0, 100, 39.600900682105, 46.500000000000},
    {39.6, 0, 1000, 39.609006814743, 46.500000000000},
    {39.6, 30, 100, 39.600780012133, 46.500582146264},
    {39.6, 30, 1000, 39.607799985334, 46.505822050452},
    {39.6, 90, 100, 39.599999994167, 46.501164279468},
    {39.6, 90, 1000, 39.599999416683, 46.511642794614},
    {39.6, 150, 100, 39.599219984845, 46.500582133204},
    {39.6, 150, 1000, 39.592199712505, 46.505820744429},
    {39.6, 210, 100, 39.599219984845, 46.499417866796},
    {39.6, 210, 1000, 39.592199712505, 46.494179255571},
    {39.6, 300, 100, 39.600450336695, 46.498991697874},
    {39.6, 300, 1000, 39.604502971593, 46.489916391005},
    {-39.6, 0, 100, -39.599099317755, 46.500000000000},
    {-39.6, 0, 1000, -39.590993171253, 46.500000000000},
    {-39.6, 30, 100, -39.599219984845, 46.500582133204},
    {-39.6, 30, 1000, -39.592199712505, 46.505820744429},
    {-39.6, 90, 100, -39.599999994167, 46.501164279468},
    {-39.6, 90, 1000, -39.599999416683, 46.511642794614},
    {-39.6, 150, 100, -39.600780012133, 46.500582146264},
    {-39.6, 150, 1000, -39.607799985334, 46.505822050452},
    {-39.6, 210, 100, -39.600780012133, 46.499417853736},
    {-39.6, 210, 1000, -39.607799985334, 46.494177949548},
    {-39.6, 300, 100, -39.599549654520, 46.498991710934},
    {-39.6, 300, 1000, -39.595496149931, 46.489917697028},
    {60, 0, 100, 60.000897567005, 46.500000000000},
    {60, 0, 1000, 60.008975664518, 46.500000000000},
    {60, 30, 100, 60.000777312796, 46.500896078343},
    {60, 30, 1000, 60.007772850209, 46.508962675754},
    {60, 90, 100, 59.999999987843, 46.501792114644},
    {60, 90, 1000, 59.999998784344, 46.517921146010},
    {60, 150, 100, 59.999222681034, 46.500896036303},
    {60, 150, 1000, 59.992226532746, 46.508958471681},
    {60, 210, 100, 59.999222681034, 46.499103963697},
    {60, 210, 1000, 59.992226532746, 46.491041528319},
    {60, 300, 100, 60.000448774400, 46.498447962171},
    {60, 300, 1000, 60.004486921917, 46.484477729843},
    {70, 0, 100, 70.000896362314, 46.500000000000},
    {70, 0, 1000, 70.008963619038, 46.500000000000},
    {70, 30, 100, 70.000776267727, 46.501309410545},
    {70, 30, 1000, 70.007762240915, 46.513098490264},
    {70, 90, 100, 69.999999980751, 46.502618723681},
    {70, 90, 1000, 69.999998075108, 46.526187235217},
    {70, 150, 100, 69.999223722580, 46.501309313141},
    {70, 150, 1000, 69.992236789809, 46.513088749944},
    {70, 210, 100, 69.999223722580, 46.498690686859},
    {70, 210, 1000, 69.992236789809, 46.486911250056},
    {70, 300, 100, 70.000448166731, 46.497732070064},
    {70, 300, 1000, 70.004480366665, 46.477316317447},
};

static double distance_m(gw_wgs84 a, double lat_deg, double lon_deg)
{
    double metres = 6378137 * M_PI / 180;
    return metres * hypot(a.lat_deg - lat_deg, (a.lon_deg - lon_deg) * cos(lat_deg * M_PI / 180));
}

static void places_are_those_of_the_geodesic(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        const gw_origin origin = {true, known[k].lat_deg, 46.5, known[k].azimuth_deg};
        gw_wgs84 place = gw_origin_place(&origin, known[k].distance_m, 0);
        assert_true(distance_m(place, known[k].to_lat_deg, known[k].to_lon_deg) < 1e-3);
    }
}

static void cross_counts_to_the_right(void **state)
{
    (void)state;
    for (double heading = -180; heading <= 180; heading += 30) {
        const gw_origin origin = {true, 39.6, 46.5, heading};
        const gw_origin turned = {true, 39.6, 46.5, heading + 90};
        gw_wgs84 aside = gw_origin_place(&origin, 0, 10), ahead = gw_origin_place(&turned, 10, 0);
        assert_true(distance_m(aside, ahead.lat_deg, ahead.lon_deg) < 1e-6);
    }
}

static void longitudes_stay_within_180(void **state)
{
    (void)state;
    const gw_origin east = {true, 0, 179.9999, 90}, west = {true, 0, -179.9999, -90};
    assert_true(gw_origin_place(&east, 100, 0).lon_deg < -179);
    assert_true(gw_origin_place(&west, 100, 0).lon_deg > 179);
}

static void what_is_placed_is_measured_back(void **state)
{
    (void)state;
    for (double lat = -70; lat <= 70; lat += 35)
        for (double heading = -180; heading <= 180; heading += 30) {
            const gw_origin origin = {true, lat, 179.9999, heading};
            double along_m, cross_m;
            gw_wgs84 place = gw_origin_place(&origin, 700, -300);
            gw_origin_measure(&origin, place, &along_m, &cross_m);
            assert_true(hypot(along_m - 700, cross_m + 300) < 1e-3);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_are_those_of_the_geodesic),
        cmocka_unit_test(cross_counts_to_the_right),
        cmocka_unit_test(longitudes_stay_within_180),
        cmocka_unit_test(what_is_placed_is_measured_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
