/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads a source and prints what comes, one JSON object a line, until its end, an error for good,
 * or SIGTERM, which cancels it.
 *
 * usage: tool_source URI KIND [--device NAME] [--channels LIST] [--block SECONDS] [--raw FILE]
 *
 * --raw: every count that comes, as 32-bit integers of this machine, into FILE.
 */
#include <getopt.h>
#include <jansson.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "drivers/source.h"

static gw_source *source;
static sigset_t term;

static void say(json_t *line)
{
    json_dumpf(line, stdout, JSON_COMPACT | JSON_REAL_PRECISION(17));
    puts("");
    fflush(stdout);
    json_decref(line);
}

static void *cancel_run(void *user)
{
    int number;
    (void)user;
    sigwait(&term, &number);
    gw_source_cancel(source);
    return NULL;
}

static int64_t monotonic_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void error_say(const char *event, gw_status status, const gw_error *error)
{
    say(json_pack("{s:s, s:i, s:s}", "event", event, "status", status, "text", error->text));
}

static void block_say(const gw_block *block)
{
    say(json_pack("{s:s, s:I, s:i, s:I, s:i, s:b, s:b, s:b, s:b, s:I, s:i, s:I, s:I, s:I}", "event",
                  "block", "row", (json_int_t)block->row, "n_rows", (int)block->n_rows, "n_lost",
                  (json_int_t)block->n_lost, "epoch", (int)block->epoch, "is_gap",
                  block->flags & GW_BLOCK_GAP, "is_epoch", block->flags & GW_BLOCK_EPOCH,
                  "is_clipped", block->flags & GW_BLOCK_CLIPPED, "is_stuck",
                  block->flags & GW_BLOCK_STUCK, "time_ns", (json_int_t)block->time_ns, "place_mm",
                  (int)block->place_mm[0], "age_ns",
                  (json_int_t)(block->arrival_ns ? monotonic_ns() - block->arrival_ns : 0),
                  "set_ns", (json_int_t)block->set_ns, "late_ns", (json_int_t)block->late_ns));
}

static int run(FILE *raw)
{
    const gw_stream *stream = gw_source_describe(source);
    size_t n = gw_source_block_rows(source);
    gw_error error = {.status = GW_OK};
    gw_block block = {.max_rows = n,
                      .counts = malloc(n * gw_stream_row_counts(stream) * sizeof(int32_t)),
                      .place_mm = malloc(n * sizeof(int32_t))};
    gw_status status = block.counts && block.place_mm ? GW_OK : GW_ENOMEM;
    say(json_pack("{s:s, s:s, s:b, s:s, s:i, s:i, s:i, s:b, s:f, s:f}", "event", "open", "name",
                  stream->name, "emulated", stream->emulated, "hash", stream->hash, "channels",
                  (int)stream->n_channels, "samples", (int)stream->n_samples, "bits",
                  (int)stream->bits, "signed", stream->is_signed, "row_rate_hz",
                  stream->row_rate_hz, "scale_v", stream->scale_v));
    while (status == GW_OK || status == GW_ELOST || status == GW_ETIMEDOUT) {
        status = gw_source_read(source, &block, &error);
        if (status != GW_OK) {
            error_say("status", status, &error);
            continue;
        }
        block_say(&block);
        if (raw)
            fwrite(block.counts, sizeof(int32_t), block.n_rows * gw_stream_row_counts(stream), raw);
    }
    if (status == GW_EFORMAT) /* for good: said again, whenever it is asked */
        error_say("status", gw_source_read(source, &block, &error), &error);
    free(block.counts);
    free(block.place_mm);
    return gw_status_exit(status);
}

int main(int argc, char **argv)
{
    static const struct option known[] = {{"device", required_argument, NULL, 'd'},
                                          {"channels", required_argument, NULL, 'c'},
                                          {"block", required_argument, NULL, 'b'},
                                          {"raw", required_argument, NULL, 'r'},
                                          {NULL, 0, NULL, 0}};
    gw_source_config config = {.block_s = 0};
    gw_error error = {.status = GW_OK};
    pthread_t thread;
    FILE *raw = NULL;
    for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (option == 'd')
            config.device = optarg;
        else if (option == 'c')
            config.channels = optarg;
        else if (option == 'b')
            config.block_s = strtod(optarg, NULL);
        else if (option != 'r' || !(raw = fopen(optarg, "wb")))
            return 64;
    }
    if (optind + 2 != argc)
        return 64;
    config.uri = argv[optind];
    while (config.kind < GW_KIND_COUNT && strcmp(gw_kind_name(config.kind), argv[optind + 1]) != 0)
        config.kind++;
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &term, NULL);
    gw_status status = gw_source_open(&config, &source, &error);
    if (status != GW_OK) {
        error_say("refused", status, &error);
        return gw_status_exit(status);
    }
    if (pthread_create(&thread, NULL, cancel_run, NULL) != 0)
        return 70;
    int exit_status = run(raw);
    pthread_kill(thread, SIGTERM); /* who may cancel must be gone before the source is */
    pthread_join(thread, NULL);
    if (raw)
        fclose(raw);
    gw_source_close(source);
    return exit_status;
}
