/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/sound/player.h"

#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clients/sound/speaker.h"
#include "clients/sound/wav.h"

enum { BLOCK = GW_SYNTH_RATE_HZ / 100, DEVICE_TEXT_MAX = 128 };

static const double stale_s = 0.4, behind_max_s = 2, again_s = 1, ahead_s = 0.1, block_s = 0.01;

struct gw_player {
    pthread_t thread;
    pthread_mutex_t lock; /* of the next four */
    gw_synth_voices voices;
    double set_s; /* when they were set; 0: never */
    bool is_ending;
    char trouble[2][480]; /* speaker, WAV; "": none */

    char device[DEVICE_TEXT_MAX];
    gw_speaker *speaker;
    gw_wav *wav;
    double lost_s; /* when the device was last tried */
    gw_synth synth;
};

static double clock_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void trouble_set(gw_player *p, int of, const char *text)
{
    pthread_mutex_lock(&p->lock);
    snprintf(p->trouble[of], sizeof p->trouble[of], "%s", text);
    pthread_mutex_unlock(&p->lock);
}

/* The voices of this instant. False: the end. */
static bool voices_now(gw_player *p, gw_synth_voices *voices)
{
    pthread_mutex_lock(&p->lock);
    bool is_ending = p->is_ending, is_stale = p->set_s == 0 || clock_s() - p->set_s > stale_s;
    *voices = p->voices;
    pthread_mutex_unlock(&p->lock);
    if (is_stale) {
        voices->fault = GW_SYNTH_BLIND;
        voices->md_tone = NAN;
        voices->gpr_confidence = 0;
    }
    return !is_ending;
}

static void speaker_again(gw_player *p)
{
    if (!p->device[0] || p->speaker || clock_s() - p->lost_s < again_s)
        return;
    gw_error error = {.status = GW_OK};
    p->lost_s = clock_s();
    if (gw_speaker_open(p->device, GW_SYNTH_RATE_HZ, &p->speaker, &error) == GW_OK)
        trouble_set(p, 0, "");
}

static void block_play(gw_player *p, const int16_t *block)
{
    gw_error error = {.status = GW_OK};
    if (p->wav && gw_wav_write(p->wav, block, BLOCK, &error) != GW_OK) {
        trouble_set(p, 1, error.text);
        gw_wav_close(p->wav, NULL);
        p->wav = NULL;
    }
    speaker_again(p);
    if (p->speaker && gw_speaker_write(p->speaker, block, BLOCK, &error) != GW_OK) {
        trouble_set(p, 0, error.text);
        gw_speaker_close(p->speaker);
        p->speaker = NULL;
        p->lost_s = clock_s();
    }
}

/* A device sets the pace with its own clock, which may be somewhat faster than ours; without one,
 * and with one that keeps no time, ours does. start_s: of this count of blocks. */
static double pace(const gw_player *p, double start_s, unsigned long n_blocks)
{
    double due_s = start_s + (double)n_blocks * block_s;
    if (p->speaker)
        due_s = start_s + (double)n_blocks * block_s * 0.95 - ahead_s;
    double wait_s = due_s - clock_s();
    if (wait_s > 0) {
        struct timespec wait = {.tv_nsec = (long)(wait_s < 0.9 ? wait_s * 1e9 : 9e8)};
        nanosleep(&wait, NULL);
    }
    return wait_s;
}

static void *play(void *of)
{
    gw_player *p = of;
    int16_t block[BLOCK];
    gw_synth_voices voices;
    double start_s = clock_s();
    unsigned long n_blocks = 0;
    while (voices_now(p, &voices)) {
        bool had_speaker = p->speaker != NULL;
        gw_synth_set(&p->synth, &voices);
        gw_synth_process(&p->synth, block, BLOCK);
        block_play(p, block);
        bool is_behind = pace(p, start_s, ++n_blocks) < -behind_max_s && !p->speaker;
        if (is_behind || had_speaker != (p->speaker != NULL)) {
            start_s = clock_s(); /* the process was stopped: that time is not made up for */
            n_blocks = 0;
        }
    }
    return NULL;
}

/* Signals are for the thread that started this one. */
static gw_status thread_start(gw_player *p, gw_error *error)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    int failed = pthread_create(&p->thread, NULL, play, p);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed ? gw_error_set(error, GW_EINTERNAL, "sound: thread: %s", strerror(failed))
                  : GW_OK;
}

gw_status gw_player_create(const gw_player_config *config, gw_player **out, gw_error *error)
{
    gw_player *p = calloc(1, sizeof *p);
    gw_status status = GW_OK;
    *out = NULL;
    if (!p)
        return gw_error_set(error, GW_ENOMEM, "sound: out of memory");
    pthread_mutex_init(&p->lock, NULL);
    gw_synth_reset(&p->synth);
    p->voices = p->synth.voices;
    if (config->device && strlen(config->device) >= sizeof p->device)
        status = gw_error_set(error, GW_EUSAGE, "the sound device's name is too long");
    else if (config->device)
        status = gw_speaker_open(strcpy(p->device, config->device), GW_SYNTH_RATE_HZ, &p->speaker,
                                 error);
    if (status == GW_OK && config->wav_path)
        status = gw_wav_create(config->wav_path, GW_SYNTH_RATE_HZ, &p->wav, error);
    if (status == GW_OK)
        status = thread_start(p, error);
    if (status == GW_OK) {
        *out = p;
        return GW_OK;
    }
    gw_speaker_close(p->speaker);
    gw_wav_close(p->wav, NULL);
    pthread_mutex_destroy(&p->lock);
    free(p);
    return status;
}

void gw_player_set(gw_player *player, const gw_synth_voices *voices)
{
    pthread_mutex_lock(&player->lock);
    player->voices = *voices;
    player->set_s = clock_s();
    pthread_mutex_unlock(&player->lock);
}

bool gw_player_trouble(gw_player *player, char *text, unsigned n_text)
{
    pthread_mutex_lock(&player->lock);
    bool is_any = player->trouble[0][0] || player->trouble[1][0];
    snprintf(text, n_text, "%s", player->trouble[player->trouble[0][0] ? 0 : 1]);
    pthread_mutex_unlock(&player->lock);
    return is_any;
}

void gw_player_destroy(gw_player *player)
{
    if (!player)
        return;
    pthread_mutex_lock(&player->lock);
    player->is_ending = true;
    pthread_mutex_unlock(&player->lock);
    pthread_join(player->thread, NULL);
    gw_speaker_close(player->speaker);
    gw_wav_close(player->wav, NULL);
    pthread_mutex_destroy(&player->lock);
    free(player);
}
