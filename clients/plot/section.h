/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/plot/section.h -- a section through the ground: scans to the right, fast time down.
 *
 * However many scans come, at most GW_SECTION_COLUMNS_MAX columns are kept: when they are full,
 * every second one goes, and from then on every second scan is left out.
 */
#ifndef GW_CLIENTS_PLOT_SECTION_H
#define GW_CLIENTS_PLOT_SECTION_H

#include "drivers/recording.h"

enum { GW_SECTION_COLUMNS_MAX = 2048, GW_SECTION_ROWS_MAX = GW_SAMPLES_MAX };

typedef struct gw_section {
    size_t n_columns, n_rows;  /* n_rows 0: nothing has come yet */
    size_t n_shown;            /* rows that are drawn; 0: all */
    double from_row, step_row; /* samples of row 0, and from one to the next */
    double sample_ns;          /* 0: unknown */
    double scan_m;             /* 0: unknown */
    size_t every, n_seen;      /* each `every`th scan is kept, of those seen */
    int64_t scans[GW_SECTION_COLUMNS_MAX];
    float *values; /* [GW_SECTION_COLUMNS_MAX][n_rows] */
} gw_section;

/* Of a radar stream: what its axes are. Nothing of it is kept. */
void gw_section_reset(gw_section *section, const gw_stream *stream);

/* One scan more, of the rows that the first had; others are cut or filled up with 0. GW_ENOMEM. */
gw_status gw_section_push(gw_section *section, int64_t scan, const float *values, size_t n_rows);

/* All scans of one channel of a recording, stepped frequencies as pulses. section: fresh or reset.
 * GW_EINVAL, GW_ENOMEM, GW_EIO. */
gw_status gw_section_load(gw_section *section, gw_recording *recording, size_t channel,
                          gw_error *error);

/* Take the median of each row away from it. GW_ENOMEM. */
gw_status gw_section_level(gw_section *section);

/* Rows that are drawn. */
static inline size_t gw_section_shown(const gw_section *section)
{
    return section->n_shown && section->n_shown < section->n_rows ? section->n_shown
                                                                  : section->n_rows;
}

/* Column of a scan, the nearest that there is. */
size_t gw_section_column(const gw_section *section, int64_t scan);

void gw_section_free(gw_section *section);

#endif
