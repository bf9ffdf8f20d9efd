/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/timeline.h -- a device's clock held against ours: its times go on when it is set, and
 * rows that come late are known.
 *
 *   lead = time - speed x arrival             ns; greatest where a row came fastest
 *   late = (greatest lead - lead) / speed     ns, real time
 *
 * A clock was set where a time falls back, or runs ahead of the rows or of all that came before.
 * The sensors are placed by each other's times, so that is undone: a searcher whose metal detector
 * is an hour ahead of its odometer finds nothing, and says nothing. The greatest lead fades by 200
 * ppm: a clock that runs slow does not make rows late. A clock that is set by less than 50 ms goes
 * unseen.
 *
 * Both are held against what was known before the connection broke: a row that comes a second late
 * after it is late. Beyond a minute nobody can say whether the rows wait or the clock was set back.
 *
 * State: the last row, the offset, the greatest lead. One a stream, for the life of its source.
 */
#ifndef GW_DRIVERS_TIMELINE_H
#define GW_DRIVERS_TIMELINE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct gw_timeline_config {
    double speed;  /* of the device's time; 1 but for an emulator */
    double row_ns; /* from row to row; 0: they come by distance, or nobody knows */
} gw_timeline_config;

typedef struct gw_timeline {
    gw_timeline_config config;
    bool has_last, has_lead;
    int64_t last_ns;      /* time that the device gave, not corrected */
    int64_t last_lead_ns; /* corrected */
    int64_t lead_ns;      /* the greatest, faded */
    int64_t offset_ns;    /* added to what the device says */
    int64_t arrival_ns;   /* of the last row */
    int64_t first_ns;     /* arrival of the first row of this link */
} gw_timeline;

typedef struct gw_timeline_row {
    int64_t time_ns; /* device's, corrected */
    int64_t set_ns;  /* by so much the clock was set before this row; 0: it was not */
} gw_timeline_row;

/* The link was made anew. What the clock had been set by stays undone if that still fits. */
void gw_timeline_begin(gw_timeline *timeline, const gw_timeline_config *config);

/* time_ns: as the device says; arrival_ns: CLOCK_MONOTONIC; n_rows: since the row before, lost ones
 * counted; 0 unknown. */
gw_timeline_row gw_timeline_next(gw_timeline *timeline, int64_t time_ns, int64_t arrival_ns,
                                 uint64_t n_rows);

/* How late the last row came, ns; 0 when it was the fastest. */
int64_t gw_timeline_late_ns(const gw_timeline *timeline);

/* Two streams whose clocks agree have the same one, within their least delays; ns, real time. */
int64_t gw_timeline_clock_ns(const gw_timeline *timeline);

#endif
