/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/playback.h -- a recording through a detector: all its streams, in order of time.
 *
 *     gw_playback_open(path, &playback, &error);
 *     gw_playback_start(playback, NULL, &sink, &error);
 *     while ((status = gw_playback_step(playback, &error)) == GW_OK)
 *         ;
 *     gw_playback_close(playback);
 *
 * The sink is told of the same detections as `groundwatch detect` prints. One thread an object.
 * Every function that fails says so in error, too.
 */
#ifndef GW_DRIVERS_PLAYBACK_H
#define GW_DRIVERS_PLAYBACK_H

#include "drivers/recording.h"
#include "dsp/detector.h"

typedef struct gw_playback gw_playback;

/* Open every stream of a recording (drivers/recording.h). GW_ENOENT, GW_EFORMAT (also: neither gpr
 * nor md), GW_EIO, GW_ENOMEM. On error *out is NULL. */
gw_status gw_playback_open(const char *path, gw_playback **out, gw_error *error);

/* Its recording of a kind; NULL where there is none. */
const gw_recording *gw_playback_recording(const gw_playback *playback, gw_kind kind);

/* Rows by which its stream of a kind begins after the chain that it was sensed with, as where
 * recording began in mid-run; 0: with it, or nobody knows. */
uint64_t gw_playback_late_rows(const gw_playback *playback, gw_kind kind);

/* What gw_detector_config.streams asks for; valid until close. */
void gw_playback_streams(const gw_playback *playback, const gw_stream *streams[GW_KIND_COUNT]);

/* Make the detector, once. config NULL: as it is without any choice; its streams are left out of
 * account. GW_EFORMAT (a stream that no chain can take), GW_ENOMEM. */
gw_status gw_playback_start(gw_playback *playback, const gw_detector_config *config,
                            const gw_detector_sink *sink, gw_error *error);

/* Play the next block, the earliest of all streams; what a stream's chain still holds is said at
 * its end. GW_END: all have ended. GW_EFORMAT, GW_EIO. */
gw_status gw_playback_step(gw_playback *playback, gw_error *error);

/* What was wrong with the metal detector's samples so far, bits of gw_trouble. */
unsigned gw_playback_trouble(const gw_playback *playback);

/* The part that was played, 0..1. */
double gw_playback_done(const gw_playback *playback);

void gw_playback_close(gw_playback *playback);

#endif
