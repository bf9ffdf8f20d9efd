/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/recorder.h -- live streams to SigMF while somebody wants it: FOLDER/NAME-KIND.sigmf-data,
 * FOLDER/NAME-scan_index beside a radar's and FOLDER/NAME.sigmf-collection, by one thread of its
 * own.
 *
 * The detect thread copies each block into a ring, and never waits: what finds no room, because the
 * disk is slow, is counted, and missing rows are a gap in the recording as any. A write that fails,
 * as on a full disk, ends the recording; what was written can be opened, up to its last whole row.
 */
#ifndef GW_DAEMON_RECORDER_H
#define GW_DAEMON_RECORDER_H

#include "daemon/acquire.h"

enum { GW_RECORDER_NAME_MAX = 24 };

typedef struct gw_recorder gw_recorder;

/* feeds: [GW_KIND_COUNT], NULL where there is none; they must outlive it. folder: made when it is
 * needed; copied. GW_ENOMEM. */
gw_status gw_recorder_create(gw_feed *const feeds[GW_KIND_COUNT], const char *folder,
                             gw_recorder **out, gw_error *error);

/* A recording from now on; its name, of the time, into name[GW_RECORDER_NAME_MAX]. False: one runs
 * already, and it is that one's. Whether it can be written is seen later. One thread. */
bool gw_recorder_begin(gw_recorder *recorder, char *name);

/* No more; what was taken is written. False: none runs. The thread of begin. */
bool gw_recorder_end(gw_recorder *recorder);

/* By the detect thread. */
void gw_recorder_take(gw_recorder *recorder, gw_kind kind, const gw_block *block);

/* Any thread: one runs; the last one could not be written, or lacks rows. */
bool gw_recorder_is_running(const gw_recorder *recorder);
bool gw_recorder_has_failed(const gw_recorder *recorder);

/* Ends what runs; false when the thread hangs: the disk does. */
bool gw_recorder_stop(gw_recorder *recorder, void (*idle)(void *user), void *user);
void gw_recorder_destroy(gw_recorder *recorder);

#endif
