/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/sound/speaker.h -- samples to an ALSA device, at most 80 ms ahead of the ear.
 *
 * The only file that knows ALSA is speaker.c. One thread.
 */
#ifndef GW_CLIENTS_SOUND_SPEAKER_H
#define GW_CLIENTS_SOUND_SPEAKER_H

#include <stddef.h>
#include <stdint.h>

#include "dsp/status.h"

typedef struct gw_speaker gw_speaker;

/* device: a name of ALSA's, "default". GW_ENODEV: not there, or cannot play 16 bits mono. */
gw_status gw_speaker_open(const char *device, unsigned rate_hz, gw_speaker **out, gw_error *error);

/* Plays, waiting while 80 ms are ahead; an underrun is made good. GW_ELOST: the device is gone. */
gw_status gw_speaker_write(gw_speaker *speaker, const int16_t *samples, size_t n, gw_error *error);

/* How often the device ran dry. */
unsigned long gw_speaker_underruns(const gw_speaker *speaker);

/* What is not played yet is dropped. NULL is fine. */
void gw_speaker_close(gw_speaker *speaker);

#endif
