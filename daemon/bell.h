/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/bell.h -- wakes a thread that waits for its rings; costs nothing while nobody waits.
 *
 *     waiter:  gw_bell_arm(b);  if (nothing to do)  gw_bell_wait(b, ms);
 *     ringer:  change what the waiter looks at;  gw_bell_ring(b);
 *
 * The exchange on `waiting` orders both sides: either the waiter sees the change after arm, or the
 * ringer sees it waiting and writes. No lock, so a ringer is never held up.
 */
#ifndef GW_DAEMON_BELL_H
#define GW_DAEMON_BELL_H

#include <stdatomic.h>

#include "dsp/status.h"

typedef struct gw_bell {
    int fd; /* eventfd */
    _Atomic unsigned waiting;
} gw_bell;

gw_status gw_bell_create(gw_bell *bell, gw_error *error);
void gw_bell_arm(gw_bell *bell);

/* Until it rings or timeout_ms have passed. Only the thread that armed it. */
void gw_bell_wait(gw_bell *bell, int timeout_ms);
void gw_bell_ring(gw_bell *bell);
void gw_bell_destroy(gw_bell *bell);

#endif
