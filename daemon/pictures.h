/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/pictures.h -- scope frames in memory that core and gate share: the detect thread writes
 * without ever waiting, the gate reads what has not been overwritten yet.
 */
#ifndef GW_DAEMON_PICTURES_H
#define GW_DAEMON_PICTURES_H

#include <stdatomic.h>
#include <stdbool.h>

#include "dsp/scope.h"

enum { GW_PICTURES_KEPT = 64 };

typedef struct gw_pictures {
    _Atomic uint64_t n_written; /* frames so far: the next has this number */
    struct {
        _Atomic uint64_t version; /* 2 (number + 1) when whole, odd while it is written */
        gw_scope_frame frame;
    } slots[GW_PICTURES_KEPT];
} gw_pictures;

/* One writer. */
void gw_pictures_write(gw_pictures *pictures, const gw_scope_frame *frame);

/* Frame `number` (from 0): false when it is not there yet or no more. */
bool gw_pictures_read(const gw_pictures *pictures, uint64_t number, gw_scope_frame *frame);

#endif
