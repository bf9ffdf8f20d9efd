/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/gate/gate_impl.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

void gate_log(const char *format, ...)
{
    char text[600];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    fprintf(stderr, "groundwatch-gate: %s\n", text);
}

void gate_publish(gate *g, const char *topic, const char *json)
{
    if (json && publisher_send(g->pub, topic, json))
        return;
    gate_log("out of memory: ended, to be started again");
    _exit(gw_status_exit(GW_ENOMEM));
}

words gate_words(const gate *g)
{
    return (words){.report = &g->report,
                   .age_ns = (g->now_ms - g->beat_ms) * 1000000,
                   .device = g->options->device ? g->options->device : g->report.device,
                   .run = g->run};
}

static void page_read(gate *g)
{
    gw_link_report report;
    uint64_t beat;
    g->now_ms = gate_clock_ms();
    if (gw_link_read(g->page, &report, &beat) && beat != g->beat) {
        report.stream[sizeof report.stream - 1] = 0;
        report.device[sizeof report.device - 1] = 0;
        g->report = report;
        feed_report_raise(g);
        g->beat = beat;
        g->beat_ms = g->now_ms;
    }
    int64_t limit_ms = g->beat ? GW_LINK_DEAD_MS : GATE_START_MS;
    if (g->now_ms - g->beat_ms > limit_ms)
        g->is_over = true;
}

static void event_send(gate *g, gw_record_kind kind, char *json)
{
    char topic[GW_TOPIC_MAX];
    gw_message_topic(kind, gate_words(g).device, topic);
    gate_publish(g, topic, json);
    free(json);
}

/* Only a report newer than the one before makes a heartbeat: silence is the truth about a core
 * that says nothing. */
static void heartbeat_send(gate *g)
{
    words from = gate_words(g);
    g->next_beat_ms += GATE_BEAT_MS;
    if (g->next_beat_ms < g->now_ms) /* it was stopped, or starved: no burst */
        g->next_beat_ms = g->now_ms + GATE_BEAT_MS;
    if (g->beat == g->beat_sent)
        return;
    g->beat_sent = g->beat;
    event_send(g, GW_RECORD_HEARTBEAT, words_heartbeat(&from, ++g->n_beats));
}

static int turn_wait(const gate *g)
{
    int64_t left_ms = g->next_beat_ms - gate_clock_ms();
    bool is_busy = g->has_more || g->is_indexing;
    return is_busy || left_ms < 0 ? 0 : scope_wait(g, (int)left_ms);
}

static void gate_turn(gate *g)
{
    int ready = publisher_wait(g->pub, g->options->queue_fd, turn_wait(g));
    page_read(g);
    bool is_time = g->now_ms >= g->next_beat_ms;
    if (g->beat)
        feed_follow(g);
    if (ready & PUBLISHER_FD)
        feed_queue(g);
    /* At a heartbeat also without a note, for notes are lost when the queue is full. */
    if ((ready & PUBLISHER_FD) || g->has_more || (is_time && g->published < g->report.newest_seq))
        feed_journal(g, UINT64_MAX);
    feed_ack(g);
    g->is_indexing = command_index(g);
    if (ready & PUBLISHER_REQUEST)
        replay_serve(g);
    scope_serve(g);
    command_tick(g);
    g->is_unguarded = !publisher_tick(g->pub, g->now_ms);
    if (g->beat && !g->is_over && is_time)
        heartbeat_send(g);
}

/* The last report that can be made: nothing is known of the sensors from here on, and of the
 * records the journal's numbers, for there may be newer ones than the core's last report names. */
static void report_end(gate *g)
{
    gw_link_report *report = &g->report;
    uint64_t newest, oldest, kind_seq[GW_RECORD_COUNT];
    report->state = GW_STATE_BLIND;
    report->reasons = g->is_stopped ? GW_REASON_STOPPED : GW_REASON_CORE;
    for (int kind = 0; kind < GW_KIND_COUNT; kind++) {
        report->sensors[kind].state = GW_STATE_BLIND;
        report->sensors[kind].reasons = report->reasons;
    }
    if (!g->journal || gw_journal_newest(g->journal, &newest, &oldest, kind_seq, NULL) != GW_OK)
        return;
    report->oldest_seq = oldest;
    if (newest > report->newest_seq)
        report->newest_seq = newest;
    for (int kind = 0; kind < GW_RECORD_HEARTBEAT; kind++)
        if (kind_seq[kind] > report->newest_kind_seq[kind])
            report->newest_kind_seq[kind] = kind_seq[kind];
}

static void last_words_send(gate *g)
{
    int64_t end_ms = gate_clock_ms() + GATE_LAST_WORDS_MS;
    if (!g->beat)
        return;
    for (int k = 0; k < 100 && g->journal; k++) { /* what the core wrote last */
        uint64_t before = g->published;
        feed_journal(g, UINT64_MAX);
        if (g->published == before)
            break;
    }
    command_expire(g, INT64_MAX, "the core is gone: ask again with the same request");
    report_end(g);
    words from = gate_words(g);
    event_send(g, GW_RECORD_HEALTH, words_health(&from));
    event_send(g, GW_RECORD_HEARTBEAT, words_heartbeat(&from, ++g->n_beats));
    while ((g->now_ms = gate_clock_ms()) < end_ms)
        if (publisher_wait(g->pub, -1, (int)(end_ms - g->now_ms)) & PUBLISHER_REQUEST)
            replay_serve(g);
}

static gw_status gate_open(gate *g, gw_error *error)
{
    uint64_t random;
    struct stat info;
    const char *endpoint;
    if (!(g->log = backlog_create()) || !(g->commands.known = known_create()))
        return gw_error_set(error, GW_ENOMEM, "out of memory");
    if (fstat(g->options->page_fd, &info) < 0 || info.st_size < (off_t)sizeof *g->page ||
        !(g->page = gw_link_map(g->options->page_fd)))
        return gw_error_set(error, GW_EUSAGE, "--page-fd: not the core's page");
    if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random)
        return gw_error_set(error, GW_EINTERNAL, "no random numbers");
    snprintf(g->run, sizeof g->run, "%016llx", (unsigned long long)random);
    gw_status status = publisher_create(g->options, &g->pub, error);
    if (status != GW_OK)
        return status;
    for (size_t k = 0; (endpoint = publisher_endpoint(g->pub, true, k)); k++)
        gate_log("live %s", endpoint);
    for (size_t k = 0; (endpoint = publisher_endpoint(g->pub, false, k)); k++)
        gate_log("replay %s", endpoint);
    g->now_ms = g->start_ms = g->beat_ms = g->next_beat_ms = gate_clock_ms();
    return GW_OK;
}

static void gate_close(gate *g)
{
    publisher_destroy(g->pub, GATE_LINGER_MS);
    gw_journal_close(g->journal);
    backlog_destroy(g->log);
    known_destroy(g->commands.known);
    free(g);
}

gw_status gate_run(const gate_options *options, gw_error *error)
{
    gate *g = calloc(1, sizeof *g);
    if (!g)
        return gw_error_set(error, GW_ENOMEM, "out of memory");
    g->options = options;
    gw_status status = gate_open(g, error);
    if (status == GW_OK) {
        while (!g->is_over && !g->is_unguarded)
            gate_turn(g);
        if (g->is_over)
            last_words_send(g);
        else
            command_expire(g, INT64_MAX, "the gate is started again: ask again");
        if (!g->is_over)
            status = gw_error_set(error, GW_EINTERNAL, "ended, to be started again");
        else if (!g->is_stopped)
            status = gw_error_set(error, GW_ELOST, "the core is gone or hangs: BLIND");
    }
    gate_close(g);
    return status;
}
