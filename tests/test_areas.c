/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/log/areas.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static gw_areas *parse(const char *text)
{
    gw_areas *areas;
    gw_error error;
    if (gw_areas_parse("t", text, strlen(text), &areas, &error) != GW_OK)
        fail_msg("%s", error.text);
    return areas;
}

static void edges_belong_and_holes_do_not(void **state)
{
    (void)state;
    gw_areas *areas = parse("{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[10,0],[10,10],[0,10],"
                            "[0,0]],[[4,4],[6,4],[6,6],[4,6],[4,4]]]}");
    assert_int_equal(gw_areas_count(areas), 1);
    assert_int_equal(gw_areas_find(areas, 5, 5), 1); /* in the hole */
    assert_int_equal(gw_areas_find(areas, 4, 5), 0); /* on its edge */
    assert_int_equal(gw_areas_find(areas, 0, 0), 0); /* a corner */
    assert_int_equal(gw_areas_find(areas, 10, 3), 0);
    assert_int_equal(gw_areas_find(areas, 10.000001, 3), 1);
    assert_int_equal(gw_areas_find(areas, 1, 1), 0);
    assert_int_equal(gw_areas_find(areas, -1, 4), 1);
    gw_areas_destroy(areas);
}

static void a_ray_through_a_corner_counts_once(void **state)
{
    (void)state;
    gw_areas *areas = parse("{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[2,1],[4,0],[4,4],[2,3],"
                            "[0,4],[0,0]]]}");
    assert_int_equal(gw_areas_find(areas, 1, 1), 0);
    assert_int_equal(gw_areas_find(areas, -1, 1), 1);
    assert_int_equal(gw_areas_find(areas, -1, 0), 1);
    assert_int_equal(gw_areas_find(areas, -1, 3), 1);
    assert_int_equal(gw_areas_find(areas, 2, 0.5), 1);
    gw_areas_destroy(areas);
}

static void the_first_of_several_counts(void **state)
{
    (void)state;
    gw_areas *areas = parse(
        "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"id\":\"b\","
        "\"properties\":{},\"geometry\":{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0,0],[1,0],"
        "[1,1],[0,0]]],[[[5,5],[6,5],[6,6],[5,5]]]]}},{\"type\":\"Feature\",\"properties\":{"
        "\"name\":\"a\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[9,0],[9,9],"
        "[0,9],[0,0]]]}}]}");
    assert_string_equal(gw_areas_name(areas, 0), "b");
    assert_string_equal(gw_areas_name(areas, 1), "a");
    assert_null(gw_areas_name(areas, 2));
    assert_int_equal(gw_areas_find(areas, 5.9, 5.5), 0);
    assert_int_equal(gw_areas_find(areas, 3, 3), 1);
    gw_areas_destroy(areas);
}

static void what_is_no_area_is_refused_with_the_place(void **state)
{
    (void)state;
    static const struct {
        const char *text, *part;
    } wrong[] = {
        {"", "t:1"},
        {"[]", "type"},
        {"{\"type\":\"Point\",\"coordinates\":[0,0]}", "no Polygon"},
        {"{\"type\":\"Polygon\",\"coordinates\":[]}", "ring"},
        {"{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1,1],[0,1]]]}", "ring"},
        {"{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1,91],[0,0]]]}", "ring"},
        {"{\"type\":\"FeatureCollection\",\"features\":[{\"properties\":{\"name\":\"x\"}}]}", "x"},
    };
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        gw_areas *areas;
        gw_error error;
        assert_int_equal(gw_areas_parse("t", wrong[k].text, strlen(wrong[k].text), &areas, &error),
                         GW_EFORMAT);
        assert_null(areas);
        assert_non_null(strstr(error.text, wrong[k].part));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edges_belong_and_holes_do_not),
        cmocka_unit_test(a_ray_through_a_corner_counts_once),
        cmocka_unit_test(the_first_of_several_counts),
        cmocka_unit_test(what_is_no_area_is_refused_with_the_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
