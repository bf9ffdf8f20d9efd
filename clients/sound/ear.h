/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/sound/ear.h -- what is heard of what is received.
 *
 * md tone:  the greatest search tone value of the newest picture; 500 ms without one, and it is
 *           unknown.
 *           In pinpoint the greatest pinpoint value instead, where there is metal at all, else
 * none. clicks:   for 1.5 s after an indication of the radar; confidence 0..1 as its expected false
 *           alarms a metre fall from 1 to 1e-4 (a decade is a quarter); an alarm's at least 0.5.
 * alarms:   each once, also one that was replayed, unless it is older than this listening.
 * fault:    BLIND and DEGRADED as shown; and, where a metal detector is listened to whose tone is
 *           unknown, at least the mild one: silence must not pass for "no signal".
 *
 * Pure: no clock, no thread. One object, caller-owned.
 */
#ifndef GW_CLIENTS_SOUND_EAR_H
#define GW_CLIENTS_SOUND_EAR_H

#include <stdint.h>

#include "clients/client.h"
#include "clients/sound/synth.h"

typedef struct gw_ear {
    gw_synth_voices voices;
    int64_t tone_ms, click_ms; /* when they came; INT64_MIN: never */
    uint64_t old_to;           /* detections up to this kind_seq are older than this listening */
    bool is_begun;             /* old_to is known */
    bool has_md;               /* the daemon has a metal detector */
    bool is_pinpoint;          /* set by who owns it, at any time */
    float pinpoint;            /* of the newest picture; NAN: not said */
} gw_ear;

void gw_ear_reset(gw_ear *ear);
void gw_ear_take(gw_ear *ear, const gw_client_event *event, int64_t now_ms);

/* shown: the fault of the state that is shown. */
void gw_ear_voices(gw_ear *ear, gw_synth_fault shown, bool is_muted, int64_t now_ms,
                   gw_synth_voices *out);

/* The tone of a metal detector that is there is unknown. */
bool gw_ear_is_toneless(const gw_ear *ear, int64_t now_ms);

#endif
