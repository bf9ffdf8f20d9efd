/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/groundwatch/watch_impl.h -- the parts of `groundwatch watch`: options, what people read
 * in lines (view), see on a whole terminal (console) and hear (sound), and the comparison with a
 * lane's truth (truth).
 */
#ifndef GW_CLIENTS_WATCH_IMPL_H
#define GW_CLIENTS_WATCH_IMPL_H

#include <stdio.h>

#include "clients/client.h"
#include "clients/console/model.h"
#include "clients/groundwatch/connect.h"
#include "clients/sound/player.h"

typedef struct watch_options {
    connect_options connect;
    const char *truth_path, *by; /* by: who acknowledges */
    bool history, json, lines, is_muted, is_pinpoint;
    gw_player_config sound;
    double until_m, timeout_s; /* NAN: not given */
} watch_options;

/* GW_END: help is wanted. */
gw_status watch_options_parse(watch_options *options, int argc, char **argv, gw_error *error);
extern const char watch_usage[];

/* Lines for people. */
typedef struct watch_view {
    FILE *to;
    bool is_terminal, has_colour;
    bool has_sound_trouble; /* as said last */
    bool has_status;        /* a status line stands at the bottom, to be written over */
    char state[256];        /* as shown last: state, reasons, sensors */
    unsigned n_beats;       /* heartbeats since the last status line that was kept */
} watch_view;

void watch_view_open(watch_view *view, FILE *to);
void watch_view_event(watch_view *view, const gw_client_event *event);
/* Before anything else is written: leave the status line standing. */
void watch_view_break(watch_view *view);
void watch_view_sound(watch_view *view, const char *trouble);

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

/* What is heard: nothing when sound is neither played nor written. The state is the console's. */
typedef struct watch_sound watch_sound;
gw_status watch_sound_open(const watch_options *options, watch_sound **out, gw_error *error);
void watch_sound_take(watch_sound *sound, const gw_client_event *event, int64_t now_ms);
/* Often, or it sounds BLIND. Fills the console's sound_trouble. */
void watch_sound_tick(watch_sound *sound, gw_console *console, int64_t now_ms);
void watch_sound_close(watch_sound *sound);

/* The whole terminal, until q or is_ending. */
gw_status watch_console_run(const watch_options *options, gw_client *client, watch_sound *sound,
                            bool (*is_ending)(void), gw_error *error);

/* Milliseconds of the monotonic clock; HH:MM:SS of the wall clock, UTC as all times shown. */
int64_t watch_now_ms(void);
void watch_wall(char text[9]);

/* Members of a record's data: NAN or "" where there is none. Texts are clean. */
double watch_real(const json_t *data, const char *key);
const char *watch_text(const json_t *data, const char *key, char *buffer, size_t size);

#endif
