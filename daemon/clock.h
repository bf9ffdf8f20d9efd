/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/clock.h -- the two clocks. Order and ages go by the monotonic one; UTC is annotation.
 */
#ifndef GW_DAEMON_CLOCK_H
#define GW_DAEMON_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline int64_t gw_clock_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static inline int64_t gw_clock_monotonic_ns(void)
{
    return gw_clock_ns(CLOCK_MONOTONIC);
}

static inline int64_t gw_clock_utc_ns(void)
{
    return gw_clock_ns(CLOCK_REALTIME);
}

#endif
