/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/sound/speaker.h"

#include <alsa/asoundlib.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LATENCY_US = 80000, TURNS_MAX = 200 /* of 5 ms: a device that takes nothing is gone */ };

struct gw_speaker {
    snd_pcm_t *pcm;
    unsigned rate_hz;
    snd_pcm_sframes_t ahead_max; /* samples */
    unsigned long n_underruns;
    char device[];
};

/* ALSA's own lines on standard error would go through the picture. */
static void silence(const char *file, int line, const char *function, int error, const char *format,
                    ...)
{
    (void)file;
    (void)line;
    (void)function;
    (void)error;
    (void)format;
}

gw_status gw_speaker_open(const char *device, unsigned rate_hz, gw_speaker **out, gw_error *error)
{
    size_t n_device = strlen(device) + 1;
    gw_speaker *speaker = calloc(1, sizeof *speaker + n_device);
    *out = NULL;
    if (!speaker)
        return gw_error_set(error, GW_ENOMEM, "sound: out of memory");
    memcpy(speaker->device, device, n_device);
    speaker->rate_hz = rate_hz;
    speaker->ahead_max = (snd_pcm_sframes_t)(rate_hz * (LATENCY_US / 1000) / 1000);
    snd_lib_error_set_handler(silence);
    int failed = snd_pcm_open(&speaker->pcm, device, SND_PCM_STREAM_PLAYBACK, SND_PCM_NONBLOCK);
    if (failed == 0)
        failed = snd_pcm_set_params(speaker->pcm, SND_PCM_FORMAT_S16, SND_PCM_ACCESS_RW_INTERLEAVED,
                                    1, rate_hz, 1, LATENCY_US);
    if (failed < 0) {
        gw_speaker_close(speaker);
        return gw_error_set(error, GW_ENODEV, "sound device '%s': %s", device,
                            snd_strerror(failed));
    }
    *out = speaker;
    return GW_OK;
}

static void turn_wait(void)
{
    const struct timespec turn = {.tv_nsec = 5000000};
    nanosleep(&turn, NULL);
}

/* Some plug-ins offer more room than was asked for: what is ahead of the ear is bounded here. Such
 * a buffer never gets full, so it must be started by hand. */
static bool is_ahead(const gw_speaker *speaker)
{
    snd_pcm_sframes_t delay = 0;
    if (snd_pcm_state(speaker->pcm) == SND_PCM_STATE_PREPARED)
        return false;
    return snd_pcm_delay(speaker->pcm, &delay) == 0 && delay >= speaker->ahead_max;
}

static void start_due(gw_speaker *speaker)
{
    snd_pcm_sframes_t delay = 0;
    if (snd_pcm_state(speaker->pcm) == SND_PCM_STATE_PREPARED &&
        snd_pcm_delay(speaker->pcm, &delay) == 0 && delay >= speaker->ahead_max / 2)
        snd_pcm_start(speaker->pcm);
}

gw_status gw_speaker_write(gw_speaker *speaker, const int16_t *samples, size_t n, gw_error *error)
{
    for (int turns = 0; n > 0; turns++) {
        snd_pcm_sframes_t k =
            is_ahead(speaker) ? -EAGAIN : snd_pcm_writei(speaker->pcm, samples, n);
        if (k == -EAGAIN && turns < TURNS_MAX) {
            turn_wait();
            continue;
        }
        if (k == -EPIPE)
            speaker->n_underruns++;
        if (k < 0)
            k = k == -EAGAIN ? k : snd_pcm_recover(speaker->pcm, (int)k, 1);
        if (k < 0 || turns >= TURNS_MAX)
            return gw_error_set(error, GW_ELOST, "sound device '%s': %s", speaker->device,
                                k == -EAGAIN ? "takes no samples" : snd_strerror((int)k));
        samples += k;
        n -= (size_t)k;
        start_due(speaker);
    }
    return GW_OK;
}

unsigned long gw_speaker_underruns(const gw_speaker *speaker)
{
    return speaker->n_underruns;
}

void gw_speaker_close(gw_speaker *speaker)
{
    if (!speaker)
        return;
    if (speaker->pcm) {
        snd_pcm_drop(speaker->pcm);
        snd_pcm_close(speaker->pcm);
    }
    snd_config_update_free_global();
    free(speaker);
}
