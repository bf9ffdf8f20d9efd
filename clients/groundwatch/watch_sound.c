/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/watch_impl.h"

#include <stdlib.h>

#include "clients/sound/ear.h"

struct watch_sound {
    gw_player *player; /* NULL: nothing is to be heard */
    gw_ear ear;
};

gw_status watch_sound_open(const watch_options *options, watch_sound **out, gw_error *error)
{
    *out = calloc(1, sizeof **out);
    if (!*out)
        return gw_error_set(error, GW_ENOMEM, "sound: out of memory");
    gw_ear_reset(&(*out)->ear);
    if (!options->sound.device && !options->sound.wav_path)
        return GW_OK;
    return gw_player_create(&options->sound, &(*out)->player, error);
}

void watch_sound_take(watch_sound *sound, const gw_client_event *event, int64_t now_ms)
{
    if (sound->player)
        gw_ear_take(&sound->ear, event, now_ms);
}

/* A sensor that is worse than the whole is heard too. */
static gw_synth_fault fault_of(const gw_console *console, gw_shown state)
{
    if (state == GW_SHOWN_BLIND)
        return GW_SYNTH_BLIND;
    bool is_mild = state == GW_SHOWN_DEGRADED;
    for (size_t k = 0; k < console->n_sensors; k++)
        is_mild |= console->sensors[k].state <= GW_SHOWN_DEGRADED;
    return is_mild ? GW_SYNTH_MILD : GW_SYNTH_NO_FAULT;
}

void watch_sound_tick(watch_sound *sound, gw_console *console, int64_t now_ms)
{
    gw_synth_voices voices;
    if (!sound->player)
        return;
    gw_shown state = gw_console_state(console, now_ms);
    console->has_sound = true;
    sound->ear.is_pinpoint = console->is_pinpoint;
    gw_ear_voices(&sound->ear, fault_of(console, state),
                  console->is_muted || console->is_muted_there, now_ms, &voices);
    gw_player_set(sound->player, &voices);
    if (!gw_player_trouble(sound->player, console->sound_trouble, sizeof console->sound_trouble) &&
        state != GW_SHOWN_BLIND && gw_ear_is_toneless(&sound->ear, now_ms))
        snprintf(console->sound_trouble, sizeof console->sound_trouble,
                 "no live signal of the metal detector");
}

void watch_sound_close(watch_sound *sound)
{
    if (!sound)
        return;
    gw_player_destroy(sound->player);
    free(sound);
}
