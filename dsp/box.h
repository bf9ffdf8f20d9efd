/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/box.h -- a moving mean along the lane, column by column.
 *
 *     y_k[c] = sum_{a <= j <= b} x_j[c] / (b - a + 1),
 *     a = max(k - half, 0),   b = min(k + half, the last row)
 *
 * State:   the last 2 half + 1 rows, summed afresh for each output: no error builds up.
 * Cost:    2 half + 1 additions a column. Output comes `half` rows late.
 * Source:  the rectangular window, docs/numerics.md [Harris1978], as a mean.
 */
#ifndef GW_DSP_BOX_H
#define GW_DSP_BOX_H

#include <stdbool.h>
#include <stddef.h>

#include "dsp/status.h"

typedef struct gw_box gw_box;

/* n_columns: 1..200,000; half: 0..256. GW_EINVAL, GW_ENOMEM. */
gw_status gw_box_create(size_t n_columns, size_t half, gw_box **out);

/* row: [n_columns]. Pop until false before the next push. */
void gw_box_push(gw_box *box, const float *row);
bool gw_box_pop(gw_box *box, float *mean);

void gw_box_finish(gw_box *box);
void gw_box_reset(gw_box *box);
void gw_box_destroy(gw_box *box);

#endif
