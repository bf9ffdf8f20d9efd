/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "drivers/emulator/ring.h"
#include "drivers/emulator/fault_plan.h"

static const int64_t second = 1000000000;

static gw_fault parsed(const char *text)
{
    gw_fault fault;
    gw_error error = {.text = ""};
    if (gw_fault_parse(text, strlen(text), &fault, &error) != GW_OK)
        fail_msg("%s", error.text);
    return fault;
}

static void a_fault_is_what_its_text_says(void **state)
{
    (void)state;
    gw_fault fault = parsed("at=3s,kind=stall,for=2.5s");
    assert_int_equal(fault.kind, GW_FAULT_STALL);
    assert_int_equal(fault.at_ns, 3 * second);
    assert_int_equal(fault.for_ns, 5 * second / 2);
    assert_int_equal(fault.device, -1);
    fault = parsed("device=gw-md,by=-2min,kind=clock");
    assert_int_equal(fault.number, -120 * second);
    assert_int_equal(fault.device, 1);
    assert_int_equal(fault.at_ns, -1);
    fault = parsed("kind=restart");
    assert_int_equal(fault.for_ns, 0);
    fault = parsed("kind=silent");
    assert_int_equal(fault.for_ns, -1);
    fault = parsed("kind=errno");
    assert_int_equal(fault.number, 5);
}

static void what_is_wrong_is_named(void **state)
{
    static const char *const wrong[][2] = {
        {"", "KEY=VALUE"},
        {"at=3s", "kind: is missing"},
        {"kind=stal", "no such kind"},
        {"kind=stall,", "KEY=VALUE"},
        {"kind=stall,at=3", "at: must be a time"},
        {"kind=stall,at=-3s", "at: must be a time"},
        {"kind=stall,for=99999999h", "for: must be a time"},
        {"kind=stall,for=1.2345s", "for: must be a time"},
        {"kind=stall,kind=close", "kind: is there twice"},
        {"kind=close,for=1s", "for: this kind happens once"},
        {"kind=close,samples=3", "samples: not known, or not of this kind"},
        {"kind=close,bytes=-3", "bytes: must be a whole number"},
        {"kind=errno,errno=0", "errno: out of range"},
        {"kind=errno,errno=4096", "errno: out of range"},
        {"kind=mute,device=gw-md", "device: this kind is of the whole server"},
        {"kind=drop,device=gw-sonar", "device: must be"},
        {"kind=drop,samples=1,samples=2", "samples: not known, or the second"},
        {"kind=drop, samples=1", "no spaces"},
    };
    (void)state;
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        gw_fault fault;
        gw_error error = {.text = ""};
        gw_status status = gw_fault_parse(wrong[k][0], strlen(wrong[k][0]), &fault, &error);
        if (status != GW_EUSAGE || !strstr(error.text, wrong[k][1]))
            fail_msg("'%s': %s", wrong[k][0], error.text);
    }
}

static void every_kind_prints_as_it_parses(void **state)
{
    (void)state;
    for (int kind = 0; kind < GW_FAULT_COUNT; kind++) {
        char text[GW_FAULT_TEXT_MAX], again[GW_FAULT_TEXT_MAX];
        snprintf(text, sizeof text, "kind=%s", gw_fault_word((gw_fault_kind)kind));
        gw_fault fault = parsed(text);
        gw_fault_print(&fault, text);
        fault = parsed(text);
        gw_fault_print(&fault, again);
        assert_string_equal(text, again);
        assert_true(strlen(gw_fault_meaning((gw_fault_kind)kind)) > 0);
    }
}

static void plan_write(gw_fault_plan *plan, int device, const char *text, int64_t now_ns)
{
    if (gw_fault_plan_write(plan, device, text, strlen(text), now_ns) != GW_OK)
        fail_msg("%s", plan->refused);
}

static void a_planned_fault_waits_for_the_first_client(void **state)
{
    gw_fault_plan plan;
    gw_fault fault = parsed("kind=stall,at=3s,for=2s");
    (void)state;
    gw_fault_plan_init(&plan, 7);
    assert_int_equal(gw_fault_plan_add(&plan, &fault, 0, NULL), GW_OK);
    assert_false(gw_fault_plan_goes_on(&plan, GW_FAULT_STALL, 0, 100 * second, NULL));
    gw_fault_plan_begin(&plan, 100 * second);
    gw_fault_plan_begin(&plan, 200 * second); /* only the first counts */
    assert_false(gw_fault_plan_goes_on(&plan, GW_FAULT_STALL, 0, 103 * second - 1, NULL));
    assert_true(gw_fault_plan_goes_on(&plan, GW_FAULT_STALL, 0, 103 * second, NULL));
    assert_true(gw_fault_plan_goes_on(&plan, GW_FAULT_STALL, 2, 105 * second - 1, NULL));
    assert_false(gw_fault_plan_goes_on(&plan, GW_FAULT_STALL, 0, 105 * second, NULL));
    assert_false(gw_fault_plan_goes_on(&plan, GW_FAULT_SILENT, 0, 104 * second, NULL));
    gw_fault_plan_free(&plan);
}

static void what_happens_once_happens_once_to_each_device(void **state)
{
    gw_fault_plan plan;
    gw_fault fault = parsed("kind=drop,samples=7"), got;
    char list[GW_FAULT_LIST_MAX];
    (void)state;
    gw_fault_plan_init(&plan, 5); /* no device 1 */
    assert_int_equal(gw_fault_plan_add(&plan, &fault, 0, NULL), GW_OK);
    assert_true(gw_fault_plan_take(&plan, GW_FAULT_DROP, 0, 1, &got));
    assert_int_equal(got.number, 7);
    assert_false(gw_fault_plan_take(&plan, GW_FAULT_DROP, 0, 1, &got));
    gw_fault_plan_print(&plan, 2, 1, list);
    assert_string_equal(list, "kind=drop,samples=7");
    assert_true(gw_fault_plan_take(&plan, GW_FAULT_DROP, 2, 1, &got));
    gw_fault_plan_print(&plan, 2, 1, list);
    assert_string_equal(list, "none");
    assert_int_equal(gw_fault_plan_acted(&plan, 0), 1);
    assert_int_equal(gw_fault_plan_acted(&plan, 1), 0);
    gw_fault_plan_free(&plan);
}

static void a_written_fault_is_of_its_device_and_can_be_taken_away(void **state)
{
    gw_fault_plan plan;
    char text[GW_FAULT_LIST_MAX];
    (void)state;
    gw_fault_plan_init(&plan, 5);
    plan_write(&plan, 0, "kind=silent", 1);
    assert_true(gw_fault_plan_goes_on(&plan, GW_FAULT_SILENT, 0, 2, NULL));
    assert_false(gw_fault_plan_goes_on(&plan, GW_FAULT_SILENT, 2, 2, NULL));
    plan_write(&plan, 0, "kind=silent,device=gw-pose", 1);
    plan_write(&plan, 0, "none", 3);
    assert_false(gw_fault_plan_goes_on(&plan, GW_FAULT_SILENT, 0, 4, NULL));
    assert_true(gw_fault_plan_goes_on(&plan, GW_FAULT_SILENT, 2, 4, NULL));
    plan_write(&plan, 2, "kind=mute", 4); /* the server's, whoever it is written to */
    assert_true(gw_fault_plan_goes_on(&plan, GW_FAULT_MUTE, -1, 5, NULL));
    assert_int_equal(gw_fault_plan_write(&plan, 0, "kind=drop,device=gw-md", 22, 5), GW_EUSAGE);
    gw_fault_plan_refused(&plan, text);
    assert_non_null(strstr(text, "not there"));
    gw_fault_plan_free(&plan);
}

static void a_full_plan_says_so_and_makes_room_when_faults_are_over(void **state)
{
    gw_fault_plan plan;
    gw_error error = {.text = ""};
    char list[GW_FAULT_LIST_MAX];
    gw_fault fault = parsed("kind=stall,for=1s");
    (void)state;
    gw_fault_plan_init(&plan, 7);
    for (int k = 0; k < GW_FAULTS_MAX; k++)
        assert_int_equal(gw_fault_plan_add(&plan, &fault, 0, &error), GW_OK);
    assert_int_equal(gw_fault_plan_add(&plan, &fault, 0, &error), GW_EBUSY);
    assert_non_null(strstr(error.text, "no room"));
    gw_fault_plan_print(&plan, 0, 0, list);
    assert_non_null(strstr(list, " ..."));
    assert_int_equal(gw_fault_plan_add(&plan, &fault, second, &error), GW_OK);
    assert_int_equal(plan.n, 1);
    gw_fault_plan_free(&plan);
}

static void lost_samples_leave_a_hole_and_repeated_ones_come_again(void **state)
{
    emulator_ring ring;
    uint64_t first;
    (void)state;
    emulator_ring_init(&ring, 100, 0);
    ring.to_lose = 3;
    emulator_ring_produce(&ring, 2);
    assert_int_equal(ring.waiting, 0);
    emulator_ring_produce(&ring, 10);
    assert_int_equal(ring.waiting, 7);
    assert_int_equal(ring.dropped, 3);
    assert_int_equal(emulator_ring_take(&ring, 4, &first), 4);
    assert_int_equal(first, 3);
    emulator_ring_rewind(&ring, 2);
    assert_int_equal(emulator_ring_take(&ring, 100, &first), 5);
    assert_int_equal(first, 5);
    emulator_ring_lose(&ring, 20);
    assert_int_equal(ring.dropped, 13);
    emulator_ring_rewind(&ring, 4); /* the empty ring's last ones, even if they were lost */
    assert_int_equal(emulator_ring_take(&ring, 100, &first), 4);
    assert_int_equal(first, 16);
    emulator_ring_produce(&ring, 21);
    assert_int_equal(emulator_ring_take(&ring, 100, &first), 1);
    assert_int_equal(first, 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fault_is_what_its_text_says),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(every_kind_prints_as_it_parses),
        cmocka_unit_test(a_planned_fault_waits_for_the_first_client),
        cmocka_unit_test(what_happens_once_happens_once_to_each_device),
        cmocka_unit_test(a_written_fault_is_of_its_device_and_can_be_taken_away),
        cmocka_unit_test(a_full_plan_says_so_and_makes_room_when_faults_are_over),
        cmocka_unit_test(lost_samples_leave_a_hole_and_repeated_ones_come_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
