/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/plot/bscan.h"

#include <math.h>
#include <png.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "clients/plot/axis.h"

enum { ROWS = 40 };

static const gw_stream stream = {.scan_spacing_m = 0.02, .sample_rate_hz = 10e9};

/* Value of row r in scan k: k, and 1000 more where k is 30 and r is 10. */
static void section_fill(gw_section *section, size_t n_scans)
{
    gw_section_reset(section, &stream);
    for (size_t k = 0; k < n_scans; k++) {
        float values[ROWS];
        for (size_t r = 0; r < ROWS; r++)
            values[r] = (float)k + (k == 30 && r == 10 ? 1000 : 0);
        assert_int_equal(gw_section_push(section, (int64_t)k, values, ROWS), GW_OK);
    }
}

static void a_long_lane_is_thinned_evenly(void **state)
{
    gw_section section = {.n_columns = 0};
    (void)state;
    section_fill(&section, 5 * GW_SECTION_COLUMNS_MAX + 7);
    assert_in_range(section.n_columns, GW_SECTION_COLUMNS_MAX / 2, GW_SECTION_COLUMNS_MAX);
    assert_int_equal(section.every, 8);
    for (size_t k = 0; k < section.n_columns; k++) {
        assert_int_equal(section.scans[k], 8 * k);
        assert_true(section.values[k * ROWS] == (float)(8 * k));
    }
    assert_int_equal(gw_section_column(&section, 81), 10);
    assert_int_equal(gw_section_column(&section, 87), 11);
    assert_int_equal(gw_section_column(&section, -5), 0);
    assert_int_equal(gw_section_column(&section, 1 << 30), section.n_columns - 1);
    gw_section_free(&section);
}

static void scans_of_other_lengths_are_cut_or_filled(void **state)
{
    gw_section section = {.n_columns = 0};
    const float values[3] = {1, 2, 3};
    (void)state;
    gw_section_reset(&section, &stream);
    assert_int_equal(gw_section_push(&section, 0, values, 2), GW_OK);
    assert_int_equal(gw_section_push(&section, 1, values, 3), GW_OK);
    assert_int_equal(gw_section_push(&section, 2, values, 1), GW_OK);
    assert_int_equal(section.n_rows, 2);
    assert_true(section.values[3] == 2 && section.values[4] == 1 && section.values[5] == 0);
    gw_section_free(&section);
}

static void axes_end_where_the_ground_does_and_have_round_ticks(void **state)
{
    gw_section section = {.n_columns = 0};
    (void)state;
    section_fill(&section, 100);
    gw_axis along = gw_section_along(&section), down = gw_section_down(&section);
    assert_true(along.from == 0 && fabs(along.to - 2) < 1e-9);
    assert_true(down.from == 0 && fabs(down.to - 4) < 1e-9);
    assert_string_equal(along.unit, "m");
    assert_string_equal(down.unit, "ns");
    assert_true(fabs(along.tick - 0.2) < 1e-9 && along.n_ticks == 11 && along.n_decimals == 1);
    assert_true(fabs(down.tick - 0.5) < 1e-9 && down.n_ticks == 9 && down.n_decimals == 1);
    section.scan_m = section.sample_ns = 0;
    assert_non_null(strstr(gw_section_along(&section).unit, "unknown"));
    assert_string_equal(gw_section_down(&section).unit, "sample");
    gw_section_free(&section);
}

static void the_median_of_each_row_goes(void **state)
{
    gw_section section = {.n_columns = 0};
    (void)state;
    section_fill(&section, 101);
    assert_int_equal(gw_section_level(&section), GW_OK);
    assert_true(section.values[50 * ROWS + 3] == 0 && section.values[0] == -50);
    assert_true(section.values[30 * ROWS + 10] == 979); /* 1030 less 51: it moved the median */
    gw_section_free(&section);
}

static void image_read(const char *path, png_image *image, unsigned char **points)
{
    memset(image, 0, sizeof *image);
    image->version = PNG_IMAGE_VERSION;
    assert_true(png_image_begin_read_from_file(image, path));
    image->format = PNG_FORMAT_RGB;
    *points = malloc(PNG_IMAGE_SIZE(*image));
    assert_true(png_image_finish_read(image, NULL, *points, 0, NULL));
}

static void a_figure_has_its_marks_where_they_belong(void **state)
{
    char path[] = "/tmp/gw-test-XXXXXX";
    gw_section section = {.n_columns = 0};
    gw_error error = {.text = ""};
    png_image image;
    unsigned char *points;
    long n_red = 0, x_sum = 0, y_sum = 0;
    (void)state;
    close(mkstemp(path));
    section_fill(&section, 100);
    const gw_panel panel = {&section, "title", GW_SHADE_ROWS};
    const gw_mark marks[2] = {{.scan = 30, .sample = 10, .color = {255, 0, 0}},
                              {.scan = 30, .sample = 500, .color = {255, 0, 0}}}; /* beyond */
    const gw_figure figure = {"figure", &panel, 1, marks, 2};
    assert_int_equal(gw_figure_save(&figure, path, &error), GW_OK);
    image_read(path, &image, &points);
    for (long k = 0; k < (long)image.width * (long)image.height; k++)
        if (points[3 * k] == 255 && points[3 * k + 1] == 0) {
            n_red++;
            x_sum += k % (long)image.width;
            y_sum += k / (long)image.width;
        }
    assert_in_range(n_red, 80, 200);
    /* 900 x 280 points from (56, 56) on: column 30.5 of 100, row 10 of 40 */
    assert_true(labs(x_sum / n_red - (56 + 274)) <= 1 && labs(y_sum / n_red - (56 + 70)) <= 1);
    free(points);
    unlink(path);
    assert_int_equal(gw_figure_save(&figure, "/nowhere/x.png", &error), GW_EIO);
    assert_non_null(strstr(error.text, "/nowhere/x.png"));
    gw_section_free(&section);
}

static void characters_show_what_stands_out(void **state)
{
    char *text = NULL, *line, *rest;
    size_t n_text = 0, n_lines = 0, at = 0;
    gw_section section = {.n_columns = 0};
    (void)state;
    section_fill(&section, 100);
    FILE *to = open_memstream(&text, &n_text);
    gw_section_print(&section, 108, 20, to);
    fclose(to);
    for (line = text; (rest = strchr(line, '\n')); line = rest + 1, n_lines++)
        if (n_lines == 5) /* rows 10 and 11 */
            at = (size_t)((char *)memchr(line, '@', (size_t)(rest - line)) - line);
    assert_int_equal(n_lines, 21);
    assert_int_equal(at, 8 + 30);
    assert_non_null(strstr(text, " ns |"));
    assert_non_null(strstr(text, "2 m\n"));
    free(text);
    gw_section_free(&section);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_lane_is_thinned_evenly),
        cmocka_unit_test(scans_of_other_lengths_are_cut_or_filled),
        cmocka_unit_test(axes_end_where_the_ground_does_and_have_round_ticks),
        cmocka_unit_test(the_median_of_each_row_goes),
        cmocka_unit_test(a_figure_has_its_marks_where_they_belong),
        cmocka_unit_test(characters_show_what_stands_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
