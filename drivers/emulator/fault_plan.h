/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/emulator/fault_plan.h -- the faults of one server, and which of them are due.
 *
 * `at` counts from when it is added, or from gw_fault_plan_begin, whichever is later. Times are ns
 * of CLOCK_MONOTONIC. Any thread.
 */
#ifndef GW_DRIVERS_EMULATOR_FAULT_PLAN_H
#define GW_DRIVERS_EMULATOR_FAULT_PLAN_H

#include "drivers/emulator/fault.h"
#include <pthread.h>

enum { GW_FAULTS_MAX = 64, GW_FAULT_LIST_MAX = 1000 /* what iio_attr takes */ };

typedef struct gw_fault_plan {
    pthread_mutex_t lock;
    bool has_begun;
    unsigned devices; /* bits of gw_kind: those that are there */
    size_t n;
    struct {
        gw_fault fault;
        int64_t begin_ns; /* INT64_MAX: not yet known */
        unsigned taken;   /* bits of the devices where it was felt */
    } faults[GW_FAULTS_MAX];
    uint64_t n_acted[GW_FAULT_DEVICES]; /* faults that were felt by a client of the device */
    char refused[sizeof((gw_error *)0)->text];
} gw_fault_plan;

void gw_fault_plan_init(gw_fault_plan *plan, unsigned devices);
void gw_fault_plan_free(gw_fault_plan *plan);

/* GW_EBUSY: it is full of faults that are not over. */
gw_status gw_fault_plan_add(gw_fault_plan *plan, const gw_fault *fault, int64_t now_ns,
                            gw_error *error);

/* What may be written to a device: a fault, of this device unless it names another or is common;
 * or "none", which takes away all that concern this device. The error is kept, too. */
gw_status gw_fault_plan_write(gw_fault_plan *plan, int device, const char *text, size_t n,
                              int64_t now_ns);

/* Faults that concern the device and are not over, separated by spaces, "..." in place of what does
 * not fit; or "none". */
void gw_fault_plan_print(gw_fault_plan *plan, int device, int64_t now_ns,
                         char text[GW_FAULT_LIST_MAX]);

/* What was wrong with the last fault that was written, or "none". */
void gw_fault_plan_refused(gw_fault_plan *plan, char text[sizeof((gw_error *)0)->text]);
uint64_t gw_fault_plan_acted(gw_fault_plan *plan, int device);

/* The first client opened a device; later calls do nothing. */
void gw_fault_plan_begin(gw_fault_plan *plan, int64_t now_ns);

/* Is a fault of this kind going on? Who asks feels it. out may be NULL. */
bool gw_fault_plan_goes_on(gw_fault_plan *plan, gw_fault_kind kind, int device, int64_t now_ns,
                           gw_fault *out);

/* Has one come due that did not yet happen to the device? It has now. A fault of the server (device
 * -1) happens once. */
bool gw_fault_plan_take(gw_fault_plan *plan, gw_fault_kind kind, int device, int64_t now_ns,
                        gw_fault *out);

#endif
