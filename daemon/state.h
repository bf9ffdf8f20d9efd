/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/state.h -- what the daemon says of itself. Unknown is BLIND. No word here means "safe".
 */
#ifndef GW_DAEMON_STATE_H
#define GW_DAEMON_STATE_H

typedef enum { GW_STATE_BLIND, GW_STATE_DEGRADED, GW_STATE_SEARCHING, GW_STATE_ALARM } gw_state;

/* name, bit, word in messages, for people, worst state it leaves */
/* clang-format off */
#define GW_REASON_LIST(X)                                                                          \
    X(STARTING,    0, "starting",      "no sample has come yet",                   BLIND)          \
    X(NO_SAMPLES,  1, "no_samples",    "samples stopped coming",                   BLIND)          \
    X(NO_DEVICE,   2, "no_device",     "the device is gone; trying again",         BLIND)          \
    X(LEARNING,    3, "learning",      "the chain has not seen enough ground yet", DEGRADED)       \
    X(NOT_MOVING,  4, "not_moving",    "the head stands still",                    DEGRADED)       \
    X(NO_POSE,     5, "no_pose",       "the place along the lane is unknown",      DEGRADED)       \
    X(LOST,        6, "samples_lost",  "samples were lost in the last second",     DEGRADED)       \
    X(CLIPPED,     7, "clipped",       "the input is saturated",                   DEGRADED)       \
    X(STUCK,       8, "stuck",         "the input does not change",                BLIND)          \
    X(JOURNAL,     9, "journal",       "records cannot be written to disk",        DEGRADED)       \
    X(GATE,       10, "gate",          "the network side is down",                 DEGRADED)       \
    X(ONE_SENSOR, 11, "one_sensor",    "one sensor of several is blind",           DEGRADED)       \
    X(CORE,       12, "core",          "the sensing process is gone or hangs",     BLIND)          \
    X(STOPPED,    13, "stopped",       "the daemon was stopped",                   BLIND)          \
    X(OVERLOAD,   14, "overload",      "samples come faster than they are processed", DEGRADED)    \
    X(CALIBRATION, 15, "calibration",  "the calibration is old or another device's", DEGRADED)     \
    X(LATE,       16, "late",          "samples come late",                        BLIND)          \
    X(CLOCK,      17, "clock",         "a clock was set, or two do not agree",     DEGRADED)       \
    X(UNCOVERED,  18, "uncovered",     "the head moves, its ground is not searched", BLIND) \
    X(NO_FIX,     19, "no_fix",        "the receiver has no place on the earth", DEGRADED) \
    X(TONE_LOST,  20, "tone_lost",     "a tone of the metal detector is gone",     BLIND)          \
    X(REFERENCE_LOST, 21, "reference_lost", "no transmit current",                 BLIND)          \
    X(REFERENCE_DRIFTS, 22, "reference_drifts", "the transmit current has changed", DEGRADED) \
    X(TOO_HIGH,   23, "too_high",      "the head is held too high",                DEGRADED)       \
    X(TOO_FAST,   24, "too_fast",      "the head moves too fast",                  DEGRADED)       \
    X(UNFUSED,   25, "unfused", "some candidates found no room in fusion", DEGRADED) \
    X(MESH,       26, "mesh",          "a metal mesh lies under the metal detector", DEGRADED) \
    X(RECORDING,  27, "recording",     "a recording is not whole, or was not written", DEGRADED) \
    X(ROW,        28, "row",           "like metal objects lie in an equal row", DEGRADED)
/* clang-format on */

typedef enum {
#define X(name, bit, word, text, state) GW_REASON_##name = 1 << (bit),
    GW_REASON_LIST(X)
#undef X
} gw_reason;

/* "BLIND", "DEGRADED", "SEARCHING", "ALARM" */
const char *gw_state_name(gw_state state);

/* Worst state that these reasons (bits of gw_reason) leave; GW_STATE_SEARCHING when there are none.
 */
gw_state gw_state_of(unsigned reasons);

/* Word and text of one reason (a single bit). */
const char *gw_reason_word(unsigned reason);
const char *gw_reason_text(unsigned reason);

#endif
