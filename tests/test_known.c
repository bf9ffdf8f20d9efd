/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/gate/known.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

static void every_text_that_was_added_is_found(void **state)
{
    known *all = known_create();
    char text[24];
    (void)state;
    for (unsigned k = 1; k <= 20000; k++) {
        snprintf(text, sizeof text, "text-%u", k);
        assert_true(known_add(all, KNOWN_REQUEST, text,
                              &(known_record){GW_RECORD_OUTCOME, 10 * k, k, true}));
    }
    for (unsigned k = 1; k <= 20000; k++) {
        snprintf(text, sizeof text, "text-%u", k);
        const known_record *found = known_find(all, KNOWN_REQUEST, text);
        assert_non_null(found);
        assert_int_equal(found->kind_seq, k);
        assert_int_equal(found->seq, 10 * k);
        assert_null(known_find(all, KNOWN_DETECTION, text));
    }
    assert_null(known_find(all, KNOWN_REQUEST, "text-20001"));
    known_reset(all);
    assert_null(known_find(all, KNOWN_REQUEST, "text-1"));
    known_destroy(all);
}

static void the_earliest_record_of_a_text_stays_in_whatever_order_they_come(void **state)
{
    known *all = known_create();
    (void)state;
    known_add(all, KNOWN_DETECTION, "d", &(known_record){GW_RECORD_DETECTION, 90, 9, true});
    known_add(all, KNOWN_DETECTION, "d", &(known_record){GW_RECORD_DETECTION, 30, 3, true});
    known_add(all, KNOWN_DETECTION, "d", &(known_record){GW_RECORD_DETECTION, 70, 7, true});
    for (uint64_t k = 9; k > 6; k--) /* but of the newest state the last */
        known_add(all, KNOWN_NEWEST, "d",
                  &(known_record){GW_RECORD_DETECTION, 10 * (18 - k), 18 - k, true});
    known_add(all, KNOWN_NEWEST, "d", &(known_record){GW_RECORD_DETECTION, 40, 4, true});
    assert_int_equal(known_find(all, KNOWN_NEWEST, "d")->kind_seq, 11);
    assert_int_equal(known_find(all, KNOWN_DETECTION, "d")->seq, 30);
    known_destroy(all);
}

static void that_it_became_durable_is_taken_over(void **state)
{
    known *all = known_create();
    (void)state;
    known_add(all, KNOWN_REQUEST, "r", &(known_record){GW_RECORD_CHECK, 5, 1, false});
    assert_false(known_find(all, KNOWN_REQUEST, "r")->durable);
    known_add(all, KNOWN_REQUEST, "r", &(known_record){GW_RECORD_CHECK, 5, 1, true});
    assert_true(known_find(all, KNOWN_REQUEST, "r")->durable);
    known_add(all, KNOWN_REQUEST, "r", &(known_record){GW_RECORD_CHECK, 5, 1, false});
    assert_true(known_find(all, KNOWN_REQUEST, "r")->durable);
    known_destroy(all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_text_that_was_added_is_found),
        cmocka_unit_test(the_earliest_record_of_a_text_stays_in_whatever_order_they_come),
        cmocka_unit_test(that_it_became_durable_is_taken_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
