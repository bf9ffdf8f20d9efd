/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/fixes.h -- where an antenna was at a time: the fixes of a GNSS receiver, interpolated;
 * and from the antenna to the ground under the head. Pure.
 *
 * The accuracy is the radius that holds the place 95 times in 100. It grows where the place is not
 * a fix itself: a head that is swung changes its speed by 1 m/s^2, which bends the way between two
 * fixes by t (T - t) / 2, and beyond the newest by t^2 / 2 and the error of its speed, 0.3 m/s.
 */
#ifndef GW_DRIVERS_FIXES_H
#define GW_DRIVERS_FIXES_H

#include "drivers/geodesy.h"

/* Worst first; name, word in records. */
#define GW_FIX_LIST(X)                                                                             \
    X(NONE, "none")                                                                                \
    X(SIMULATED, "simulated")                                                                      \
    X(DEAD_RECKONING, "dead_reckoning")                                                            \
    X(2D, "2d")                                                                                    \
    X(3D, "3d")                                                                                    \
    X(DGPS, "dgps")                                                                                \
    X(RTK_FLOAT, "rtk_float")                                                                      \
    X(RTK_FIXED, "rtk_fixed")

typedef enum {
#define X(name, word) GW_FIX_##name,
    GW_FIX_LIST(X)
#undef X
} gw_fix_type;

typedef struct gw_fix {
    gw_fix_type type; /* NONE: the receiver says that it has no place; the rest is unknown */
    int64_t when_ns;  /* CLOCK_MONOTONIC */
    gw_wgs84 place;
    double accuracy_m;           /* NAN unknown */
    double track_deg, speed_m_s; /* of the way over ground, from north; NAN unknown */
} gw_fix;

/* When a fix held, on CLOCK_MONOTONIC, and how far that may be off. */
typedef struct gw_fix_time {
    int64_t utc_ns, arrival_ns; /* as the receiver says; CLOCK_MONOTONIC when it came */
    int64_t clock_ns;           /* our UTC less CLOCK_MONOTONIC */
    bool is_synchronised;       /* our UTC is held to a reference */
} gw_fix_time;

/* From the receiver's UTC where our clock can tell, else from when it came; doubt_s: 0, or how long
 * a receiver may take to tell its place. */
int64_t gw_fix_when_ns(const gw_fix_time *time, double *doubt_s);

enum { GW_FIXES = 128 };

typedef struct gw_fixes {
    uint64_t n;
    gw_fix ring[GW_FIXES];
} gw_fixes;

/* In order of time; one that is not later than the last is left out. */
void gw_fixes_push(gw_fixes *fixes, const gw_fix *fix);

/* Where the antenna was: between two fixes at most 3 s apart, or at most 2 s after the newest. The
 * type is the worse of the two; NONE: not known. */
gw_fix gw_fixes_find(const gw_fixes *fixes, int64_t when_ns);

/* Where the antenna stands, seen from the middle of the head, m. */
typedef struct gw_lever {
    double forward_m, right_m;
} gw_lever;

/* The ground under a point of the head, right_m to the right of its middle. Which way it heads: by
 * its way over ground when it moves, else heading_deg; NAN unknown: then the place is the antenna's
 * and the accuracy that much less. */
gw_fix gw_fix_below(const gw_fix *antenna, const gw_lever *lever, double heading_deg,
                    double right_m);

/* "none" .. "rtk_fixed" */
const char *gw_fix_word(gw_fix_type type);

#endif
