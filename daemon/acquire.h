/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/acquire.h -- one thread a source: gw_source_read into a slot of its ring, nothing else.
 *
 * A live source is never held up: when the ring is full its rows are read into a spare block and
 * counted as dropped by us; the next block that fits says so as a gap. A recording waits for room.
 * A source that is lost is tried again for ever; its first block afterwards begins a new epoch.
 */
#ifndef GW_DAEMON_ACQUIRE_H
#define GW_DAEMON_ACQUIRE_H

#include <stdatomic.h>

#include "daemon/bell.h"
#include "daemon/ring.h"
#include "drivers/source.h"
#include "dsp/frame.h"

typedef enum {
    GW_FEED_STARTING,
    GW_FEED_STREAMING,
    GW_FEED_LOST,  /* the device is gone; trying again */
    GW_FEED_ENDED, /* end of a recording */
    GW_FEED_FAILED /* a recording that cannot be read on */
} gw_feed_state;

/* What the other threads see of a source. */
typedef struct gw_feed {
    gw_kind kind;
    bool is_live;
    const gw_stream *stream;
    const char *uri;
    gw_ring *ring;    /* of gw_block; filled by acquire, emptied by detect */
    gw_bell room;     /* rung by detect after a release */
    gw_bell *blocks;  /* rung by acquire after a commit */
    int64_t block_ns; /* nominal time between blocks */
    size_t max_rows;  /* of a block */

    /* by acquire */
    _Atomic int state;          /* gw_feed_state */
    _Atomic int64_t newest_ns;  /* CLOCK_MONOTONIC of the last block; 0 never */
    _Atomic int64_t dropped_ns; /* of the last row dropped by us */
    _Atomic int64_t late_ns;    /* of the last block; see gw_block */
    _Atomic int64_t clock_ns;   /* device's clock against CLOCK_MONOTONIC; 0 unknown */
    _Atomic int64_t set_by_ns;  /* by what the device's clock was last set */
    _Atomic int64_t set_ns;     /* CLOCK_MONOTONIC then; 0 never */
    _Atomic uint64_t rows, lost_upstream, dropped_by_us, n_returns;
    _Atomic uint32_t epoch;

    /* by detect */
    _Atomic int64_t lost_ns, clipped_ns, stuck_ns; /* of the last such block; 0 never */
    _Atomic int64_t trouble_ns[GW_TROUBLES];       /* of each bit of gw_trouble, as above */
    _Atomic uint64_t covered;  /* 1 + epoch whose ground the chain has begun to report; 0 none */
    _Atomic uint64_t n_covers; /* reports of ground so far */

    /* by the supervisor */
    _Atomic unsigned reasons; /* bits of gw_reason */
} gw_feed;

typedef struct gw_acquire gw_acquire;

/* Start the thread, open the source, and return when it is open. The errors of gw_source_open.
 * blocks: rung after each block; must outlive it. */
gw_status gw_acquire_create(const gw_source_config *config, gw_bell *blocks, gw_acquire **out,
                            gw_error *error);
gw_feed *gw_acquire_feed(gw_acquire *acquire);

/* Let it read. */
void gw_acquire_go(gw_acquire *acquire);

/* Last trouble of the source; text [480] of gw_error. False when there was none since the last
 * call. One thread. */
bool gw_acquire_trouble(gw_acquire *acquire, gw_error *trouble);

/* The watchdog's step: end a read that hangs beyond its own time-out, so that the thread opens the
 * source anew. */
void gw_acquire_kick(gw_acquire *acquire);

/* Stop reading: now and for good. */
void gw_acquire_stop(gw_acquire *acquire);

/* Join the thread after stop; false when it hangs (then it must not be destroyed). */
bool gw_acquire_join(gw_acquire *acquire, void (*idle)(void *user), void *user);
void gw_acquire_destroy(gw_acquire *acquire);

#endif
