/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/sound/wav.h -- a WAV file (mono, 16 bits) that is whole at any time.
 *
 * The header's lengths are written anew with every half second of samples, so that a file whose
 * writer was killed misses no more.
 */
#ifndef GW_CLIENTS_SOUND_WAV_H
#define GW_CLIENTS_SOUND_WAV_H

#include <stddef.h>
#include <stdint.h>

#include "dsp/status.h"

typedef struct gw_wav gw_wav;

/* Makes or empties the file. GW_EIO: with path and cause. */
gw_status gw_wav_create(const char *path, unsigned rate_hz, gw_wav **out, gw_error *error);

/* GW_EIO: the disk, or the 4 GiB that the format can hold (12 hours at 48 kHz). */
gw_status gw_wav_write(gw_wav *wav, const int16_t *samples, size_t n, gw_error *error);

/* NULL is fine. */
gw_status gw_wav_close(gw_wav *wav, gw_error *error);

#endif
