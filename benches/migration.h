/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * benches/migration.h -- what the parts of migration.c share.
 */
#ifndef GW_BENCHES_MIGRATION_H
#define GW_BENCHES_MIGRATION_H

#include "benches/focus_way.h"
#include "dsp/gpr.h"

/* How to make the chain of a lane whose channel is one; of the lane's scans all are pushed. */
typedef struct migration_lane {
    const char *path;
    gw_gpr *gpr;
    size_t n_rows, n_samples;
    float *scans; /* [n_rows][n_samples] counts */
} migration_lane;

/* config: who watches, and what is left out; the stream and the spacing are the lane's. Ends the
 * program when there is no such lane. */
void migration_open(const char *path, gw_gpr_config config, migration_lane *lane);
void migration_run(const migration_lane *lane);
void migration_close(migration_lane *lane);

/* CPU time a row of the stack beside f-k, as a line of JSON (benches/measure.h). */
void migration_time(const focus_way *way, const char *path);

/* Where points focus that were computed, and how far they then stand out of noise. */
void migration_point(const focus_way *way);

#endif
