/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/emulator/emulator.h -- plays a recording or a scene as IIO devices over the iiod 0.24
 * protocol.
 *
 * Devices gw-gpr, gw-md and gw-pose, as far as the recording has them. Loopback only. Threads of
 * its own: one that accepts, one a client connection (at most 64; the next is told -EBUSY).
 *
 * Clock: one for all devices. It starts at the first OPEN and does not wait for readers. Rows fall
 * due at their time in the recording, divided by speed; timestamps stay recording time. Scans
 * spaced by distance follow the pose stream when there is one, else the header's rate, else
 * 100 scans/s. A scan comes whole, at the time it is due.
 *
 * Ring: each client may leave BUFFERS_COUNT x OPEN-samples x max(1, speed) waiting, and never less
 * than two scans; what comes when it is full is dropped and counted (debug attribute
 * samples_dropped), and the client sees the gap in the sequence. The first client of a device gets
 * it from its first sample, later ones from now. After the last sample a device falls silent, or,
 * with loop, all begin again together: sequence and timestamps go on rising, places repeat.
 *
 * Faults: those of the configuration, and what is written to the debug attribute `fault` of a
 * device. Their clock is real time from the first OPEN.
 */
#ifndef GW_DRIVERS_EMULATOR_EMULATOR_H
#define GW_DRIVERS_EMULATOR_EMULATOR_H

#include "drivers/emulator/fault.h"
#include <stdbool.h>

typedef struct gw_emulator gw_emulator;

typedef struct gw_emulator_config {
    const char *path; /* recording, collection or scene */
    unsigned port;    /* 0: any free one */
    double speed;     /* 0.01..1000, times real time; 0: 1 */
    bool loop;
    size_t n_faults;
    const gw_fault *faults; /* [n_faults], copied */
} gw_emulator_config;

/* Bind and serve. GW_EBUSY (port in use, too many faults), GW_EUSAGE (speed, port), and the errors
 * of gw_recording_open. On error *out is NULL. */
gw_status gw_emulator_create(const gw_emulator_config *config, gw_emulator **out, gw_error *error);
unsigned gw_emulator_port(const gw_emulator *emulator);

/* What is served, on one line; and the readers' warnings, one a line ("" when there are none). */
const char *gw_emulator_summary(const gw_emulator *emulator);
const char *gw_emulator_notes(const gw_emulator *emulator);

/* Ends every connection. NULL is fine. */
void gw_emulator_destroy(gw_emulator *emulator);

#endif
