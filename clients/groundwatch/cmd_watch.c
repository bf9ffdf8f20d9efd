/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/command.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clients/groundwatch/watch_impl.h"

typedef struct watch {
    watch_options options;
    gw_client *client;
    watch_sound *sound;
    gw_console *state; /* in lines: what the sound goes by */
    watch_view view;
    watch_truth *truth;
} watch;

static volatile sig_atomic_t is_interrupted;
static double end_s = (double)INFINITY;

static void interrupt(int number)
{
    (void)number;
    is_interrupted = 1;
}

static double clock_s(void)
{
    return 1e-3 * (double)watch_now_ms();
}

static bool is_ending(void)
{
    return is_interrupted || clock_s() >= end_s;
}

/* Records on standard output, one a line; what is no record is said on standard error. */
static void event_print_json(watch *w, const gw_client_event *event)
{
    if (event->type == GW_CLIENT_RECORD) {
        json_dumpf(event->message, stdout, JSON_COMPACT | JSON_REAL_PRECISION(17));
        putchar('\n');
        fflush(stdout);
    } else if (event->type == GW_CLIENT_LIVE) {
        fputs("groundwatch watch: heard\n", stderr);
    } else if (event->type != GW_CLIENT_HEARTBEAT) {
        watch_view_event(&w->view, event);
    }
}

static gw_status watch_end(watch *w, bool is_done, gw_error *error)
{
    watch_view_break(&w->view);
    if (ferror(stdout))
        return gw_error_set(error, GW_EIO, "standard output: write failed");
    if (!w->truth)
        return GW_OK;
    bool is_sensed =
        watch_truth_print(w->truth, w->options.until_m, w->options.json ? stderr : stdout);
    if (is_sensed && is_done)
        return GW_OK;
    return gw_error_set(error, GW_ETIMEDOUT, "%s",
                        is_sensed ? "ended before the lane was done"
                                  : "the lane was not sensed end to end: see above");
}

static void event_sound(watch *w, const gw_client_event *event)
{
    char wall[9];
    int64_t now_ms = watch_now_ms();
    watch_wall(wall);
    gw_console_take(w->state, event, now_ms);
    gw_console_tick(w->state, now_ms, wall);
    watch_sound_take(w->sound, event, now_ms);
    watch_sound_tick(w->sound, w->state, now_ms);
    watch_view_sound(&w->view, w->state->sound_trouble);
}

static gw_status lines_run(watch *w, gw_error *error)
{
    bool is_done = false;
    gw_client_event event;
    watch_view_open(&w->view, w->options.json ? stderr : stdout);
    if (!w->options.json)
        printf("listening to %s, replay from %s\n", w->options.connect.live,
               w->options.connect.replay[0] ? w->options.connect.replay : "nowhere");
    fflush(stdout);
    while (!is_done && !ferror(stdout) && !is_ending()) {
        gw_client_poll(w->client, 100, &event);
        event_sound(w, &event);
        if (event.type != GW_CLIENT_NOTHING && w->options.json)
            event_print_json(w, &event);
        else if (event.type != GW_CLIENT_NOTHING)
            watch_view_event(&w->view, &event);
        if (w->truth) {
            watch_truth_take(w->truth, &event, clock_s());
            is_done = watch_truth_is_done(w->truth, w->options.until_m, clock_s());
        }
    }
    return watch_end(w, is_done, error);
}

/* A whole terminal that can be drawn on, unless lines are wanted. */
static bool is_console(const watch_options *options)
{
    const char *terminal = getenv("TERM");
    return !options->lines && !options->json && !options->truth_path && isatty(STDIN_FILENO) &&
           isatty(STDOUT_FILENO) && terminal && *terminal && strcmp(terminal, "dumb") != 0;
}

static gw_status watch_open(watch *w, gw_error *error)
{
    const watch_options *options = &w->options;
    gw_status status = GW_OK;
    gw_client_config config = {.history = options->history,
                               .scope = is_console(options) || options->sound.device ||
                                        options->sound.wav_path};
    if (options->truth_path)
        status = watch_truth_load(options->truth_path, &w->truth, error);
    w->state = gw_console_create(options->by);
    if (status == GW_OK && !w->state)
        status = gw_error_set(error, GW_ENOMEM, "out of memory");
    if (status != GW_OK)
        return status;
    w->state->is_muted = options->is_muted;
    w->state->is_pinpoint = options->is_pinpoint;
    connect_fill(&options->connect, &config);
    w->client = gw_client_create(&config, error->text, sizeof error->text);
    if (!w->client)
        return error->status = GW_EIO;
    return watch_sound_open(options, &w->sound, error);
}

static void signals_take(void)
{
    const struct sigaction on_signal = {.sa_handler = interrupt};
    sigaction(SIGINT, &on_signal, NULL);
    sigaction(SIGTERM, &on_signal, NULL);
    sigaction(SIGHUP, &on_signal, NULL);
}

int command_watch(int argc, char **argv)
{
    watch w = {.client = NULL};
    gw_error error = {.status = GW_OK};
    gw_status status = watch_options_parse(&w.options, argc, argv, &error);
    if (status == GW_END) {
        fputs(watch_usage, stdout);
        return 0;
    }
    signals_take();
    if (status == GW_OK)
        status = watch_open(&w, &error);
    connect_wipe(&w.options.connect);
    if (status == GW_OK && !isnan(w.options.timeout_s))
        end_s = clock_s() + w.options.timeout_s;
    if (status == GW_OK && is_console(&w.options))
        status = watch_console_run(&w.options, w.client, w.sound, is_ending, &error);
    else if (status == GW_OK)
        status = lines_run(&w, &error);
    watch_sound_close(w.sound);
    gw_client_destroy(w.client);
    watch_truth_destroy(w.truth);
    gw_console_destroy(w.state);
    return status == GW_OK ? 0 : command_fail("watch", &error);
}
