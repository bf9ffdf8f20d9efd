/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/emulator.h -- plays a recording or a scene as IIO devices over the iiod 0.24 protocol.
 *
 * Loopback only. Threads of its own: one that accepts, one a client connection.
 */
#ifndef GW_DRIVERS_EMULATOR_H
#define GW_DRIVERS_EMULATOR_H

#include "dsp/status.h"
#include <stdbool.h>

typedef struct gw_emulator gw_emulator;

typedef struct gw_emulator_config {
    const char *path; /* recording, collection or scene */
    unsigned port;    /* 0: any free one */
    double speed;     /* 0.01..1000, times real time; 0: 1 */
    bool loop;
} gw_emulator_config;

/* Bind and serve. GW_EBUSY (port in use), and the errors of gw_recording_open. */
gw_status gw_emulator_create(const gw_emulator_config *config, gw_emulator **out, gw_error *error);
unsigned gw_emulator_port(const gw_emulator *emulator);
void gw_emulator_destroy(gw_emulator *emulator);

#endif
