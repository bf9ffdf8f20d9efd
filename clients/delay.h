/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/delay.h -- how much later than the quickest of its run a heartbeat comes: news that
 * queued on a slow way are old, however regularly they arrive. Clocks of sender and receiver need
 * not agree; a delay that was there from the first heartbeat on cannot be seen. Pure.
 */
#ifndef GW_CLIENTS_DELAY_H
#define GW_CLIENTS_DELAY_H

#include <stdint.h>

enum {
    GW_DELAY_RUN_MAX = 80,
    GW_DELAY_DRIFT_PPM = 200 /* by which two quartz clocks part at most, twice 100 ppm */
};

typedef struct gw_delay {
    char run[GW_DELAY_RUN_MAX]; /* of the sender: its clock may have begun anew. "": none yet */
    int64_t least_ms, at_ms;    /* arrival less sending of the quickest, and when it came */
} gw_delay;

/* A heartbeat of this run, sent at sent_ms of the sender's clock, came at now_ms of ours: by how
 * many ms later than the quickest; >= 0. */
int64_t gw_delay_take(gw_delay *delay, const char *run, int64_t sent_ms, int64_t now_ms);

#endif
