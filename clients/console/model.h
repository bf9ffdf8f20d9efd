/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/console/model.h -- all that the operator's console knows: events, keys and time go in,
 * what is to be shown is read off.
 *
 * BLIND is over all: until the first heartbeat, when none came for 300 ms, when the client says so,
 * and for any state word that is not known. Pure: no terminal, clock or socket.
 */
#ifndef GW_CLIENTS_CONSOLE_MODEL_H
#define GW_CLIENTS_CONSOLE_MODEL_H

#include "clients/client.h"
#include "clients/console/alarms.h"
#include "clients/console/strip.h"
#include "clients/console/words.h"

enum { GW_CONSOLE_SENSORS = 8, GW_CONSOLE_REASONS = 32, GW_CONSOLE_BLIND_MS = 300 };

typedef struct gw_console_reasons {
    size_t n;
    char word[GW_CONSOLE_REASONS][24];
} gw_console_reasons;

typedef struct gw_console_sensor {
    char name[16];
    gw_shown state;
    gw_console_reasons reasons;
    double age_ms; /* of the last sample, at the heartbeat; NAN: none ever came */
    char lost[24], dropped[24];
} gw_console_sensor;

typedef struct gw_console {
    char by[68];      /* who acknowledges */
    bool is_live;     /* as the client says */
    int64_t beat_ms;  /* of the last heartbeat; INT64_MIN: never */
    gw_shown heard;   /* its state */
    char foreign[24]; /* its state's word, when that is not known here; "": known */
    gw_console_reasons reasons;
    gw_console_sensor sensors[GW_CONSOLE_SENSORS];
    size_t n_sensors;
    double along_m, speed_m_s; /* NAN: unknown */
    bool emulated;

    gw_alarms alarms;
    int64_t moved_ms; /* when a new alarm took the selection with it; INT64_MIN: never */
    gw_waterfall waterfall;
    gw_tones tones;
    uint64_t picture_seq, n_pictures_lost, n_records_lost;

    bool is_blind;                     /* as of the last tick */
    int64_t blind_ms, blind_lasted_ms; /* since when; how long the last one lasted */
    char blind_time[9];                /* wall clock of its beginning; "": never but at the start */
    unsigned n_blind;                  /* times, without the one at the start */
    char message[160];                 /* last thing to say, and when */
    bool is_message_bad;
    int64_t message_ms;

    bool is_muted, has_sound, is_help;
    bool is_muted_there;     /* the daemon says that its alarm is, by command */
    bool is_pinpoint;        /* the tone says where it is strongest, not how strong it is */
    float pinpoint;          /* of the newest picture, 0..1; NAN: not known */
    char sound_trouble[160]; /* "": none */
} gw_console;

typedef enum {
    GW_CONSOLE_UP,
    GW_CONSOLE_DOWN,
    GW_CONSOLE_ACKNOWLEDGE,
    GW_CONSOLE_MUTE,
    GW_CONSOLE_PINPOINT,
    GW_CONSOLE_HELP,
    GW_CONSOLE_QUIT,
    GW_CONSOLE_OTHER
} gw_console_key;

typedef enum { GW_ACTION_NONE, GW_ACTION_REQUEST, GW_ACTION_QUIT } gw_console_action;

/* Open, so that the view can read it. NULL: out of memory. by: who acknowledges. */
gw_console *gw_console_create(const char *by);
void gw_console_destroy(gw_console *console);

void gw_console_take(gw_console *console, const gw_client_event *event, int64_t now_ms);

/* Often: time alone can end SEARCHING. wall: HH:MM:SS now. */
void gw_console_tick(gw_console *console, int64_t now_ms, const char *wall);

/* REQUEST: ask gw_console_request, send it, and say so if that fails. */
gw_console_action gw_console_press(gw_console *console, gw_console_key key, int64_t now_ms);

/* The request to acknowledge the selected alarm (new reference). uuid: for a first try. NULL: there
 * is nothing to acknowledge. */
json_t *gw_console_request(gw_console *console, const char *uuid, int64_t now_ms);
void gw_console_unsent(gw_console *console, int64_t now_ms);

/* What is to be shown at this instant, and why it is not better, in plain words. */
gw_shown gw_console_state(const gw_console *console, int64_t now_ms);

/* Reason number k of all, "md: the head stands still"; false: no more. */
bool gw_console_reason(const gw_console *console, size_t k, int64_t now_ms, char *text,
                       size_t n_text);

#endif
