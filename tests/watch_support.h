/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/watch_support.h -- somebody who watches, and counts what there is to see.
 */
#ifndef GW_TESTS_WATCH_SUPPORT_H
#define GW_TESTS_WATCH_SUPPORT_H

#include "dsp/detector.h"

static size_t n_scope_rows[GW_SENSOR_COUNT];

static void scope_count(void *user, const gw_scope_frame *frame)
{
    (void)user;
    n_scope_rows[frame->sensor] += frame->n_rows;
}

static size_t n_stage_cells;

static void cell_count(void *user, const gw_stage_cell *cell)
{
    (void)user;
    n_stage_cells += cell->n_tones > 0;
}

#endif
