/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void every_failure_has_the_exit_status_of_the_contract(void **state)
{
    (void)state;
    assert_int_equal(gw_status_exit(GW_OK), 0);
    assert_int_equal(gw_status_exit(GW_EUSAGE), 64);
    assert_int_equal(gw_status_exit(GW_EFORMAT), 65);
    assert_int_equal(gw_status_exit(GW_ENOENT), 66);
    assert_int_equal(gw_status_exit(GW_EINTERNAL), 70);
    assert_int_equal(gw_status_exit(GW_EIO), 74);
    assert_int_equal(gw_status_exit(GW_ECONFIG), 78);
}

static void a_status_nobody_knows_is_an_internal_error(void **state)
{
    (void)state;
    assert_int_equal(gw_status_exit((gw_status)-999), 70);
    assert_string_equal(gw_status_text((gw_status)-999), "unknown status");
}

static void a_text_too_long_is_cut_and_ended(void **state)
{
    char text[2000];
    gw_error error;
    (void)state;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = 0;
    assert_int_equal(gw_error_set(&error, GW_EIO, "%s", text), GW_EIO);
    assert_int_equal(strlen(error.text), sizeof error.text - 1);
    assert_int_equal(gw_error_set(NULL, GW_EIO, "%s", text), GW_EIO);
}

static void a_text_is_one_line_whatever_it_quotes(void **state)
{
    gw_error error;
    (void)state;
    gw_error_set(&error, GW_EFORMAT, "%s", "a\nb\033[2Jc\x7f");
    assert_string_equal(error.text, "a?b?[2Jc?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_failure_has_the_exit_status_of_the_contract),
        cmocka_unit_test(a_status_nobody_knows_is_an_internal_error),
        cmocka_unit_test(a_text_too_long_is_cut_and_ended),
        cmocka_unit_test(a_text_is_one_line_whatever_it_quotes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
