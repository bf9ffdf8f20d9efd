/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The chains on a lane, each beside the bare FFTW calls that it makes: radar (a scan), metal
 * detector (a hop), and the pair with its fusion (a second of the lane).
 * usage: bench_chains [SCENE [PAIRS]]
 */
#include <stdio.h>
#include <stdlib.h>

#include "benches/bare.h"
#include "benches/lane.h"
#include "benches/measure.h"
#include "dsp/lockin.h"

enum { GPR = 1u << GW_KIND_GPR, MD = 1u << GW_KIND_MD, POSE = 1u << GW_KIND_POSE };

typedef struct chain {
    const gw_lane *lane;
    unsigned kinds;
    size_t block_rows[GW_KIND_COUNT];
    gw_detector *detector;
    unsigned long n_found;
} chain;

static void detection_count(void *user, const gw_detection *detection)
{
    (void)detection;
    ((chain *)user)->n_found++;
}

static void give_up(const gw_error *error)
{
    fprintf(stderr, "bench_chains: %s\n", error->text);
    exit(gw_status_exit(error->status));
}

/* A fresh detector for each run: after its end it would take other paths. */
static void chain_prepare(void *user)
{
    chain *c = user;
    gw_detector_config config = {.far_per_m = 0.1};
    const gw_detector_sink sink = {.detection = detection_count, .user = c};
    gw_error error;
    gw_detector_destroy(c->detector);
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        if (c->kinds & 1u << kind)
            config.streams[kind] = c->lane->streams[kind].stream;
    if (gw_detector_create(&config, &sink, &c->detector, &error) != GW_OK)
        give_up(&error);
}

static void chain_run(void *user)
{
    chain *c = user;
    lane_feed(c->lane, c->detector, c->kinds, c->block_rows, NULL);
}

static void chain_bench(chain *c, const measure_line *line, size_t n_pairs)
{
    char text[BARE_TEXT_MAX];
    const measure_work ours = {chain_prepare, chain_run, c};
    measure_line told = *line;
    c->n_found = 0;
    chain_prepare(c);
    bare_record();
    chain_run(c);
    bare *alone = bare_take();
    if (c->n_found == 0 || bare_count(alone) == 0) {
        fprintf(stderr, "bench_chains: %s: nothing was found, or no transform made\n", line->bench);
        exit(70);
    }
    const measure_pairs pairs = measure_run(&ours, &(measure_work){NULL, bare_run, alone}, n_pairs);
    told.beside = bare_text(alone, line->n_units, text);
    measure_tell(&told, &pairs);
    bare_destroy(alone);
    gw_detector_destroy(c->detector);
    c->detector = NULL;
}

static size_t hop_of(const gw_stream *stream)
{
    gw_lockin *lockin;
    gw_error error;
    if (gw_lockin_create(stream, &lockin, &error) != GW_OK)
        give_up(&error);
    size_t hop = gw_lockin_hop(lockin);
    gw_lockin_destroy(lockin);
    return hop;
}

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : "drivers/scenes/demo.yaml";
    size_t n_pairs = argc > 2 ? measure_pairs_parse(argv[2]) : MEASURE_PAIRS;
    gw_error error;
    gw_lane lane;
    if (argc > 3 || !n_pairs) {
        fputs("usage: bench_chains [SCENE [PAIRS]]\n", stderr);
        return 64;
    }
    if (lane_load(path, &lane, &error) != GW_OK)
        give_up(&error);
    const lane_stream *gpr = &lane.streams[GW_KIND_GPR], *md = &lane.streams[GW_KIND_MD];
    if (!gpr->recording || !md->recording || !lane.streams[GW_KIND_POSE].recording) {
        fprintf(stderr, "bench_chains: %s: gpr, md and pose are needed\n", path);
        return 65;
    }
    size_t hop = hop_of(md->stream);
    chain c = {.lane = &lane, .block_rows = {1, hop, 1}};
    const struct {
        unsigned kinds;
        measure_line line;
    } all[] = {
        {GPR | POSE, {"chain.gpr", "scan", (double)gpr->n_rows, NULL, lane.seconds}},
        {MD | POSE, {"chain.md", "hop", (double)(md->n_rows / hop), NULL, lane.seconds}},
        {GPR | MD | POSE, {"chain.pair", "second", lane.seconds, NULL, lane.seconds}},
    };
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        c.kinds = all[k].kinds;
        chain_bench(&c, &all[k].line, n_pairs);
    }
    lane_free(&lane);
    return 0;
}
