/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/console/words.h"

#include <stddef.h>
#include <string.h>

static const char *const words[] = {"BLIND", "DEGRADED", "SEARCHING", "ALARM"};

gw_shown gw_shown_of(const char *word)
{
    for (int state = 0; word && state < 4; state++)
        if (strcmp(word, words[state]) == 0)
            return (gw_shown)state;
    return GW_SHOWN_BLIND;
}

const char *gw_shown_word(gw_shown state)
{
    return words[(unsigned)state < 4 ? state : GW_SHOWN_BLIND];
}

const char *gw_shown_text(gw_shown state)
{
    switch (state) {
    case GW_SHOWN_ALARM:
        return "something is indicated here";
    case GW_SHOWN_SEARCHING:
        return "searching; no indication does not mean no mine";
    case GW_SHOWN_DEGRADED:
        return "searching with less than all of it";
    case GW_SHOWN_BLIND:
        break;
    }
    return "nothing is known of the ground: STOP";
}

static const struct {
    const char *word, *plain;
} reasons[] = {
    {"starting", "starting, no sample has come yet: wait"},
    {"no_samples", "samples stopped coming: check cable and supply"},
    {"no_device", "the device is gone, trying again: check cable"},
    {"learning", "has not seen enough ground yet: sweep on"},
    {"not_moving", "the head stands still: sweep on"},
    {"no_pose", "the place along the lane is unknown"},
    {"samples_lost", "samples were lost: sweep this stretch again"},
    {"clipped", "the input is saturated: away from large metal"},
    {"stuck", "the input does not change: sensor at fault"},
    {"journal", "records cannot be written: disk full?"},
    {"gate", "the network side is down: being restarted"},
    {"one_sensor", "one sensor of several is blind"},
    {"core", "the sensing process is gone or hangs: restart"},
    {"stopped", "the daemon was stopped"},
    {"overload", "samples come faster than they are processed"},
    {"calibration", "calibration expired or of another device"},
    {"late", "samples come late: what is heard lies behind"},
    {"clock", "a clock was set, or two do not agree"},
    {"uncovered", "the head moves, its ground is not searched"},
    {"no_fix", "the receiver has no place on the earth"},
    {"tone_lost", "a tone of the metal detector is gone: stop"},
    {"reference_lost", "the metal detector sends nothing: stop"},
    {"reference_drifts", "the metal detector's current has changed"},
    {"too_high", "the head is held too high: lower it, go back"},
    {"too_fast", "the head moves too fast: slow down, go back"},
    {"recording", "the recording is not whole, or was not written"},
    {"unfused", "too many candidates to fuse them all"},
    {"mesh", "a metal mesh lies below: weak metal is not heard"},
    {"row", "like metal lies in an equal row: some may be missed"},
};

const char *gw_reason_plain(const char *word)
{
    for (size_t k = 0; k < sizeof reasons / sizeof *reasons; k++)
        if (strcmp(word, reasons[k].word) == 0)
            return reasons[k].plain;
    return NULL;
}
