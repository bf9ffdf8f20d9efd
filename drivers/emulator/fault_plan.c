/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/emulator/fault_plan.h"

#include <stdio.h>
#include <string.h>

void gw_fault_plan_init(gw_fault_plan *plan, unsigned devices)
{
    *plan = (gw_fault_plan){.devices = devices, .refused = "none"};
    pthread_mutex_init(&plan->lock, NULL);
}

void gw_fault_plan_free(gw_fault_plan *plan)
{
    pthread_mutex_destroy(&plan->lock);
}

static bool concerns(const gw_fault *fault, int device)
{
    return fault->device < 0 || device < 0 || fault->device == device;
}

static int64_t end_ns(const gw_fault_plan *plan, size_t k)
{
    int64_t begin_ns = plan->faults[k].begin_ns, for_ns = plan->faults[k].fault.for_ns;
    return for_ns < 0 || begin_ns == INT64_MAX ? INT64_MAX : begin_ns + for_ns;
}

/* Happens once: over when it happened to every device it concerns. */
static bool is_taken_by_all(const gw_fault_plan *plan, size_t k)
{
    const gw_fault *fault = &plan->faults[k].fault;
    unsigned wanted = fault->device < 0 ? plan->devices : 1u << fault->device;
    return (plan->faults[k].taken & wanted) == wanted;
}

static bool is_by_taking(gw_fault_kind kind)
{
    return gw_fault_is_once(kind) || kind == GW_FAULT_RESTART;
}

static bool is_over(const gw_fault_plan *plan, size_t k, int64_t now_ns)
{
    return is_by_taking(plan->faults[k].fault.kind) ? is_taken_by_all(plan, k)
                                                    : end_ns(plan, k) <= now_ns;
}

static void fault_remove(gw_fault_plan *plan, size_t k)
{
    plan->n--;
    memmove(&plan->faults[k], &plan->faults[k + 1], (plan->n - k) * sizeof *plan->faults);
}

static void past_remove(gw_fault_plan *plan, int64_t now_ns)
{
    for (size_t k = plan->n; k-- > 0;)
        if (is_over(plan, k, now_ns))
            fault_remove(plan, k);
}

gw_status gw_fault_plan_add(gw_fault_plan *plan, const gw_fault *fault, int64_t now_ns,
                            gw_error *error)
{
    int64_t begin_ns = now_ns;
    pthread_mutex_lock(&plan->lock);
    past_remove(plan, now_ns);
    bool has_room = plan->n < GW_FAULTS_MAX;
    if (fault->at_ns >= 0)
        begin_ns = plan->has_begun ? now_ns + fault->at_ns : INT64_MAX;
    if (has_room) {
        plan->faults[plan->n].fault = *fault;
        plan->faults[plan->n].begin_ns = begin_ns;
        plan->faults[plan->n++].taken = 0;
    }
    pthread_mutex_unlock(&plan->lock);
    return has_room ? GW_OK
                    : gw_error_set(error, GW_EBUSY, "fault: %d are waiting or going on: no room",
                                   GW_FAULTS_MAX);
}

static void device_clear(gw_fault_plan *plan, int device)
{
    pthread_mutex_lock(&plan->lock);
    for (size_t k = plan->n; k-- > 0;)
        if (concerns(&plan->faults[k].fault, device))
            fault_remove(plan, k);
    pthread_mutex_unlock(&plan->lock);
}

static gw_status fault_write(gw_fault_plan *plan, int device, const char *text, size_t n,
                             int64_t now_ns, gw_error *error)
{
    gw_fault fault;
    gw_status status = gw_fault_parse(text, n, &fault, error);
    if (status != GW_OK)
        return status;
    if (fault.device < 0 && !gw_fault_is_common(fault.kind))
        fault.device = device;
    if (fault.device >= 0 && !(plan->devices >> fault.device & 1))
        return gw_error_set(error, GW_EUSAGE, "fault: device: it is not there");
    return gw_fault_plan_add(plan, &fault, now_ns, error);
}

gw_status gw_fault_plan_write(gw_fault_plan *plan, int device, const char *text, size_t n,
                              int64_t now_ns)
{
    gw_error error = {.text = "none"};
    gw_status status = GW_OK;
    if (n == 4 && memcmp(text, "none", n) == 0)
        device_clear(plan, device);
    else
        status = fault_write(plan, device, text, n, now_ns, &error);
    pthread_mutex_lock(&plan->lock);
    memcpy(plan->refused, error.text, sizeof plan->refused);
    pthread_mutex_unlock(&plan->lock);
    return status;
}

static void list_print(const gw_fault_plan *plan, int device, int64_t now_ns,
                       char text[GW_FAULT_LIST_MAX])
{
    const size_t room = GW_FAULT_LIST_MAX - GW_FAULT_TEXT_MAX - sizeof " ...";
    size_t n = 0;
    for (size_t k = 0; k < plan->n; k++) {
        char one[GW_FAULT_TEXT_MAX];
        if (!concerns(&plan->faults[k].fault, device) || is_over(plan, k, now_ns))
            continue;
        gw_fault_print(&plan->faults[k].fault, one);
        snprintf(text + n, GW_FAULT_LIST_MAX - n, "%s%s", n ? " " : "", n < room ? one : "...");
        if (n >= room)
            return;
        n = strlen(text);
    }
    if (n == 0)
        snprintf(text, GW_FAULT_LIST_MAX, "none");
}

void gw_fault_plan_print(gw_fault_plan *plan, int device, int64_t now_ns,
                         char text[GW_FAULT_LIST_MAX])
{
    pthread_mutex_lock(&plan->lock);
    list_print(plan, device, now_ns, text);
    pthread_mutex_unlock(&plan->lock);
}

void gw_fault_plan_refused(gw_fault_plan *plan, char text[sizeof((gw_error *)0)->text])
{
    pthread_mutex_lock(&plan->lock);
    memcpy(text, plan->refused, sizeof plan->refused);
    pthread_mutex_unlock(&plan->lock);
}

uint64_t gw_fault_plan_acted(gw_fault_plan *plan, int device)
{
    pthread_mutex_lock(&plan->lock);
    uint64_t n = plan->n_acted[device];
    pthread_mutex_unlock(&plan->lock);
    return n;
}

void gw_fault_plan_begin(gw_fault_plan *plan, int64_t now_ns)
{
    pthread_mutex_lock(&plan->lock);
    for (size_t k = 0; !plan->has_begun && k < plan->n; k++)
        if (plan->faults[k].begin_ns == INT64_MAX)
            plan->faults[k].begin_ns = now_ns + plan->faults[k].fault.at_ns;
    plan->has_begun = true;
    pthread_mutex_unlock(&plan->lock);
}

/* Faults of this kind that are due. */
static bool is_due(const gw_fault_plan *plan, size_t k, gw_fault_kind kind, int device,
                   int64_t now_ns)
{
    const gw_fault *fault = &plan->faults[k].fault;
    return fault->kind == kind && concerns(fault, device) && plan->faults[k].begin_ns <= now_ns;
}

/* The device (-1: all) feels the fault; true when it had not yet. */
static bool feel(gw_fault_plan *plan, size_t k, int device)
{
    const unsigned bits = device < 0 ? plan->devices : 1u << device;
    bool is_new = !(plan->faults[k].taken & bits);
    for (int d = 0; is_new && d < GW_FAULT_DEVICES; d++)
        plan->n_acted[d] += bits >> d & 1;
    plan->faults[k].taken |= bits;
    return is_new;
}

bool gw_fault_plan_goes_on(gw_fault_plan *plan, gw_fault_kind kind, int device, int64_t now_ns,
                           gw_fault *out)
{
    bool found = false;
    pthread_mutex_lock(&plan->lock);
    for (size_t k = 0; !found && k < plan->n; k++) {
        found = is_due(plan, k, kind, device, now_ns) && now_ns < end_ns(plan, k);
        if (!found)
            continue;
        feel(plan, k, device);
        if (out)
            *out = plan->faults[k].fault;
    }
    pthread_mutex_unlock(&plan->lock);
    return found;
}

bool gw_fault_plan_take(gw_fault_plan *plan, gw_fault_kind kind, int device, int64_t now_ns,
                        gw_fault *out)
{
    bool found = false;
    pthread_mutex_lock(&plan->lock);
    for (size_t k = 0; !found && k < plan->n; k++) {
        found = is_due(plan, k, kind, device, now_ns) && feel(plan, k, device);
        if (found)
            *out = plan->faults[k].fault;
    }
    pthread_mutex_unlock(&plan->lock);
    return found;
}
