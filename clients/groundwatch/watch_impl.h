/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/groundwatch/watch_impl.h -- the parts of `groundwatch watch`: what people see (view) and
 * the comparison with a lane's truth (truth).
 */
#ifndef GW_CLIENTS_WATCH_IMPL_H
#define GW_CLIENTS_WATCH_IMPL_H

#include <stdio.h>

#include "clients/client.h"
#include "dsp/status.h"

/* Lines for people. */
typedef struct watch_view {
    FILE *to;
    bool is_terminal, has_colour;
    bool has_status;  /* a status line stands at the bottom, to be written over */
    char state[256];  /* as shown last: state, reasons, sensors */
    unsigned n_beats; /* heartbeats since the last status line that was kept */
} watch_view;

void watch_view_open(watch_view *view, FILE *to);
void watch_view_event(watch_view *view, const gw_client_event *event);
/* Before anything else is written: leave the status line standing. */
void watch_view_break(watch_view *view);

/* Truth of a lane against what was said of it. */
typedef struct watch_truth watch_truth;

/* CSV with the columns along_m, class, name, depth_m, diameter_m, in any order. */
gw_status watch_truth_load(const char *path, watch_truth **out, gw_error *error);
void watch_truth_take(watch_truth *truth, const gw_client_event *event, double now_s);

/* Every sensor that is present has coverage up to until_m, and since then nothing was found
 * for 3 s: the last detections of a place come when the head is farther on. */
bool watch_truth_is_done(watch_truth *truth, double until_m, double now_s);

/* The table and what it comes to. True: the lane was sensed without a hole up to until_m by every
 * sensor present, and at least one target was found. */
bool watch_truth_print(watch_truth *truth, double until_m, FILE *to);
void watch_truth_destroy(watch_truth *truth);

/* Members of a record's data: NAN or "" where there is none. Texts hold no control characters. */
double watch_real(const json_t *data, const char *key);
const char *watch_text(const json_t *data, const char *key, char *buffer, size_t size);

#endif
