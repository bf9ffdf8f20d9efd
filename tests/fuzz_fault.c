/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A fault's text is refused with what is wrong, or what it means can be printed, and parses to the
 * same fault again. A plan takes whatever is written to it and goes on.
 */
#include <stdlib.h>
#include <string.h>

#include "drivers/emulator/fault_plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void text_try(const char *text, size_t n)
{
    gw_fault fault, again;
    gw_error error = {.status = GW_OK};
    char printed[GW_FAULT_TEXT_MAX];
    if (gw_fault_parse(text, n, &fault, &error) != GW_OK) {
        if (!error.text[0] || strchr(error.text, '\n'))
            abort();
        return;
    }
    gw_fault_print(&fault, printed);
    if (gw_fault_parse(printed, strlen(printed), &again, &error) != GW_OK ||
        again.kind != fault.kind || again.at_ns != fault.at_ns || again.for_ns != fault.for_ns ||
        again.number != fault.number || again.device != fault.device)
        abort();
}

/* Each line is written, to one device after the other. */
static void plan_try(const char *text, size_t n)
{
    gw_fault_plan plan;
    gw_fault fault;
    char list[GW_FAULT_LIST_MAX];
    gw_fault_plan_init(&plan, 5);
    for (int64_t now_ns = 1; n > 0; now_ns += 1000000000) {
        size_t length = memchr(text, '\n', n) ? (size_t)((char *)memchr(text, '\n', n) - text) : n;
        gw_fault_plan_write(&plan, now_ns & 1 ? 0 : 2, text, length, now_ns);
        for (int kind = 0; kind < GW_FAULT_COUNT; kind++) {
            gw_fault_plan_goes_on(&plan, (gw_fault_kind)kind, 2, now_ns, NULL);
            gw_fault_plan_take(&plan, (gw_fault_kind)kind, 0, now_ns, &fault);
        }
        gw_fault_plan_begin(&plan, now_ns);
        gw_fault_plan_print(&plan, 2, now_ns, list);
        if (plan.n > GW_FAULTS_MAX || !list[0] || strlen(list) >= sizeof list)
            abort();
        length += length < n;
        text += length;
        n -= length;
    }
    gw_fault_plan_free(&plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    text_try((const char *)data, size);
    plan_try((const char *)data, size);
    return 0;
}
