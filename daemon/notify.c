/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/notify.h"

#include <stdbool.h>
#include <systemd/sd-daemon.h>

static bool was_ready;
static int64_t alive_ns, every_ns = -1; /* every 0: nobody waits; -1: not asked yet */

void gw_notify_ready(void)
{
    if (!was_ready)
        sd_notify(0, "READY=1");
    was_ready = true;
}

void gw_notify_state(const char *state, const char *reasons)
{
    sd_notifyf(0, "STATUS=%s%s%s", state, reasons[0] ? " " : "", reasons);
}

void gw_notify_alive(int64_t now_ns)
{
    uint64_t limit_us = 0;
    if (every_ns < 0)
        every_ns = sd_watchdog_enabled(0, &limit_us) > 0 ? (int64_t)limit_us * (1000 / 4) : 0;
    if (every_ns == 0 || now_ns - alive_ns < every_ns)
        return;
    alive_ns = now_ns;
    sd_notify(0, "WATCHDOG=1");
}

void gw_notify_stopping(void)
{
    sd_notify(0, "STOPPING=1");
}
