/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/sound/player.h -- plays the synthesiser in a thread of its own: to ALSA, to a WAV file,
 * or both.
 *
 * Whoever feeds it must do so again and again: 400 ms without gw_player_set, and it sounds BLIND,
 * for what it plays is no longer known to be true. What is set is heard after at most 10 ms plus
 * the device's 80 ms.
 */
#ifndef GW_CLIENTS_SOUND_PLAYER_H
#define GW_CLIENTS_SOUND_PLAYER_H

#include <stdbool.h>

#include "clients/sound/synth.h"
#include "dsp/status.h"

typedef struct gw_player gw_player;

typedef struct gw_player_config {
    const char *device;   /* of ALSA; NULL: none */
    const char *wav_path; /* NULL: none */
} gw_player_config;

/* Errors: gw_speaker_open, gw_wav_create. */
gw_status gw_player_create(const gw_player_config *config, gw_player **out, gw_error *error);

/* What is to be heard from now on. Any thread. */
void gw_player_set(gw_player *player, const gw_synth_voices *voices);

/* True: it cannot be heard (the device is gone, and tried again every second), or is not written;
 * text: why, one line. */
bool gw_player_trouble(gw_player *player, char *text, unsigned n_text);

/* Ends the thread and closes the file. NULL is fine. */
void gw_player_destroy(gw_player *player);

#endif
