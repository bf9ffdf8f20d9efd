/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/command.h"
#include "clients/groundwatch/record_truth.h"

#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "drivers/sigmf.h"
#include "drivers/source.h"

enum { PATH_BYTES = 1024 };

static const char generator[] = "groundwatch record " GW_VERSION;

static const char help[] =
    "usage: groundwatch record [--source URI | --scene SCENE.yaml] [--for SECONDS] OUT\n\n"
    "Writes every stream of a source as SigMF: OUT-gpr, OUT-md, OUT-pose and "
    "OUT.sigmf-collection;\n"
    "of a live radar also OUT-scan_index, its scans' numbers, times and places.\n"
    "Lost rows are marked, never filled in. A scene also gives its truth: OUT.truth.csv "
    "(targets),\n"
    "OUT.metal.csv, OUT.objects.csv (all that lies there) and OUT.ground.csv (soil and head).\n\n"
    "  --source URI    iio:ip:HOST:PORT, iio:local:, iio:usb:..., file:PATH\n"
    "  --scene FILE    a scene; its whole lane is rendered\n"
    "  --for SECONDS   of a live source; default: until SIGINT or SIGTERM\n\n"
    "Nothing is overwritten. A recording that is cut by a loss of power opens up to its last "
    "row.\n";

/* One stream, one thread: nothing of one waits for another. */
typedef struct lane {
    struct job *job;
    gw_kind kind;
    gw_source *source;
    gw_sigmf_writer *writer;
    gw_sigmf_index *index; /* of a live radar's scans */
    gw_block block;
    char base[PATH_BYTES + 8], index_base[PATH_BYTES + 16];
    uint64_t n_rows, n_lost;
    gw_status status;
    gw_error error;
    pthread_t thread;
    bool is_started;
} lane;

typedef struct job {
    char uri[PATH_BYTES], out[PATH_BYTES];
    const char *scene;
    double seconds;
    size_t n_lanes;
    lane lanes[GW_KIND_COUNT];
    atomic_int n_running;
} job;

static gw_status lane_open(lane *l, gw_error *error)
{
    const gw_source_config config = {.uri = l->job->uri, .kind = l->kind};
    gw_status status = gw_source_open(&config, &l->source, error);
    if (status != GW_OK)
        return status;
    const gw_stream *stream = gw_source_describe(l->source);
    l->block.max_rows = gw_source_block_rows(l->source);
    l->block.counts = malloc(l->block.max_rows * gw_stream_row_counts(stream) * sizeof(int32_t));
    l->block.place_mm = malloc(l->block.max_rows * sizeof(int32_t));
    if (!l->block.counts || !l->block.place_mm)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", l->job->uri);
    snprintf(l->base, sizeof l->base, "%s-%s", l->job->out, gw_kind_name(l->kind));
    status = gw_sigmf_writer_create(l->base, stream, generator, &l->writer, error);
    if (status != GW_OK || l->kind != GW_KIND_GPR || strncmp(l->job->uri, "iio:", 4) != 0)
        return status;
    snprintf(l->index_base, sizeof l->index_base, "%s-scan_index", l->job->out);
    return gw_sigmf_index_create(l->index_base, stream, generator, &l->index, error);
}

static void *lane_run(void *user)
{
    lane *l = user;
    while (l->status == GW_OK) {
        l->status = gw_source_read(l->source, &l->block, &l->error);
        if (l->status == GW_ELOST || l->status == GW_ETIMEDOUT) {
            fprintf(stderr, "groundwatch record: %s\n", l->error.text);
            l->status = GW_OK; /* the source goes on trying; what is missing is marked */
            continue;
        }
        if (l->status != GW_OK)
            break;
        l->n_lost += l->block.n_lost;
        l->n_rows += l->block.n_rows;
        l->status = gw_sigmf_writer_write(l->writer, &l->block, &l->error);
        if (l->status == GW_OK && l->index)
            l->status = gw_sigmf_index_write(l->index, &l->block, &l->error);
    }
    if (l->status == GW_END || l->status == GW_ECANCELED)
        l->status = GW_OK;
    atomic_fetch_sub(&l->job->n_running, 1);
    kill(getpid(), SIGUSR1); /* wakes the waiting main thread */
    return NULL;
}

static gw_status lane_annotate(const job *j, lane *l, gw_error *error)
{
    return j->scene
               ? record_truth_annotate(j->scene, gw_source_describe(l->source), l->writer, error)
               : GW_OK;
}

static void signals_block(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, set, NULL);
}

static void lanes_await(job *j, const sigset_t *set)
{
    double left_s = j->seconds > 0 ? j->seconds : 1e9;
    bool is_shown = isatty(STDERR_FILENO) != 0;
    while (atomic_load(&j->n_running) > 0 && left_s > 0) {
        const struct timespec slice = {.tv_nsec = 250000000};
        int got = sigtimedwait(set, NULL, &slice);
        if (got == SIGINT || got == SIGTERM)
            break;
        left_s -= got < 0 ? 0.25 : 0;
        if (is_shown)
            fprintf(stderr, "\r%llu rows of %s", (unsigned long long)j->lanes[0].n_rows,
                    gw_kind_name(j->lanes[0].kind));
    }
    if (is_shown)
        fputs("\r\033[K", stderr);
}

static gw_status lanes_run(job *j, gw_error *error)
{
    sigset_t set;
    gw_status status = GW_OK;
    signals_block(&set);
    for (size_t k = 0; k < j->n_lanes && status == GW_OK; k++)
        status = lane_open(&j->lanes[k], error);
    atomic_store(&j->n_running, (int)j->n_lanes);
    for (size_t k = 0; k < j->n_lanes && status == GW_OK; k++) {
        j->lanes[k].is_started =
            pthread_create(&j->lanes[k].thread, NULL, lane_run, &j->lanes[k]) == 0;
        if (!j->lanes[k].is_started)
            status = gw_error_set(error, GW_ENOMEM, "%s: no thread", j->uri);
    }
    if (status == GW_OK)
        lanes_await(j, &set);
    for (size_t k = 0; k < j->n_lanes; k++)
        if (j->lanes[k].source)
            gw_source_cancel(j->lanes[k].source);
    for (size_t k = 0; k < j->n_lanes; k++)
        if (j->lanes[k].is_started)
            pthread_join(j->lanes[k].thread, NULL);
    return status;
}

/* Its files; their names are added to bases. The first error is kept. */
static gw_status lane_close(lane *l, const char *bases[], size_t *n, gw_error *error)
{
    gw_error closing;
    uint64_t n_rows;
    gw_status status = GW_OK;
    if (l->writer) {
        status = gw_sigmf_writer_close(l->writer, &n_rows, error);
        if (n_rows)
            bases[(*n)++] = l->base;
    }
    if (l->index) {
        gw_status closed = gw_sigmf_index_close(l->index, &n_rows, &closing);
        if (n_rows)
            bases[(*n)++] = l->index_base;
        if (closed != GW_OK && status == GW_OK) {
            status = closed;
            *error = closing;
        }
    }
    return status;
}

/* Whatever happened, what was written is closed so that it can be opened. */
static gw_status lanes_close(job *j, gw_status status, gw_error *error)
{
    const char *bases[GW_KIND_COUNT + 1];
    size_t n = 0;
    for (size_t k = 0; k < j->n_lanes; k++) {
        lane *l = &j->lanes[k];
        gw_error inner = {0};
        gw_status mine = l->status;
        if (mine != GW_OK)
            inner = l->error;
        if (l->writer && mine == GW_OK)
            mine = lane_annotate(j, l, &inner);
        gw_error closing;
        gw_status closed = lane_close(l, bases, &n, &closing);
        if (closed != GW_OK && mine == GW_OK) {
            mine = closed;
            inner = closing;
        }
        if (status == GW_OK && mine != GW_OK) {
            status = mine;
            *error = inner;
        }
        gw_source_close(l->source);
        free(l->block.counts);
        free(l->block.place_mm);
    }
    gw_error joining;
    gw_status joined = n ? gw_sigmf_collection_write(j->out, bases, n, &joining) : GW_OK;
    if (status == GW_OK && joined != GW_OK) {
        status = joined;
        *error = joining;
    }
    return status;
}

static int record(job *j)
{
    gw_error error = {0};
    unsigned kinds = 0;
    gw_status status = gw_source_list(j->uri, &kinds, &error);
    for (int kind = 0; status == GW_OK && kind < GW_KIND_COUNT; kind++)
        if (kinds & 1u << kind)
            j->lanes[j->n_lanes++] = (lane){.job = j, .kind = (gw_kind)kind};
    if (status == GW_OK)
        status = lanes_run(j, &error);
    status = lanes_close(j, status, &error);
    if (status == GW_OK && j->scene)
        status = record_truth_write(j->scene, j->out, &error);
    for (size_t k = 0; k < j->n_lanes; k++)
        if (j->lanes[k].n_rows)
            fprintf(stderr, "groundwatch record: %s: %llu rows, %llu lost\n", j->lanes[k].base,
                    (unsigned long long)j->lanes[k].n_rows, (unsigned long long)j->lanes[k].n_lost);
    return status == GW_OK ? 0 : command_fail("record", &error);
}

static int usage(const char *why)
{
    gw_error error;
    gw_error_set(&error, GW_EUSAGE, "%s; `groundwatch record --help` says more", why);
    return command_fail("record", &error);
}

int command_record(int argc, char **argv)
{
    enum { SOURCE = 256, SCENE, FOR, HELP };
    static const struct option known[] = {{"source", required_argument, NULL, SOURCE},
                                          {"scene", required_argument, NULL, SCENE},
                                          {"for", required_argument, NULL, FOR},
                                          {"help", no_argument, NULL, HELP},
                                          {NULL, 0, NULL, 0}};
    static job j;
    char *end;
    for (int option; (option = getopt_long(argc, argv, "h", known, NULL)) != -1;)
        switch (option) {
        case SOURCE:
            snprintf(j.uri, sizeof j.uri, "%.1000s", optarg);
            break;
        case SCENE:
            j.scene = optarg;
            snprintf(j.uri, sizeof j.uri, "file:%.1000s", optarg);
            break;
        case FOR:
            j.seconds = strtod(optarg, &end);
            if (end == optarg || *end || !(j.seconds > 0))
                return usage("--for: not a number of seconds");
            break;
        case HELP:
        case 'h':
            fputs(help, stdout);
            return 0;
        default:
            return gw_status_exit(GW_EUSAGE);
        }
    if (!j.uri[0])
        return usage("one of --source and --scene is needed");
    if (optind + 1 != argc)
        return usage("one output is needed");
    snprintf(j.out, sizeof j.out, "%.1000s", argv[optind]);
    return record(&j);
}
