/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/notify.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>

/* What could not be handed over yet; of the states only the newest counts. */
static struct {
    bool has_ready, is_ready_due, is_stopping_due, is_alive_due;
    char state[1024]; /* "": none is due */
} due;

static int to_fd = -1; /* never closed: the process's own */
static struct sockaddr_un to;
static socklen_t n_to;
static int64_t alive_ns, every_ns = -1; /* every 0: nobody waits; -1: not asked yet */

/* sd_notify waits while the manager does not read: the supervisor must not. */
static bool manager_open(void)
{
    const char *path = getenv("NOTIFY_SOCKET");
    size_t n = path ? strlen(path) : 0;
    if (to_fd >= 0)
        return true;
    if ((n < 2) || (path[0] != '/' && path[0] != '@') || n >= sizeof to.sun_path)
        return false;
    to.sun_family = AF_UNIX;
    memcpy(to.sun_path, path, n + 1);
    n_to = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + (path[0] == '/'));
    if (path[0] == '@') /* a name without a file */
        to.sun_path[0] = 0;
    to_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    return to_fd >= 0;
}

static bool tell(const char *text)
{
    return manager_open() && sendto(to_fd, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL,
                                    (const struct sockaddr *)&to, n_to) >= 0;
}

static void due_tell(void)
{
    if (due.is_ready_due)
        due.is_ready_due = !tell("READY=1");
    if (due.is_stopping_due)
        due.is_stopping_due = !tell("STOPPING=1");
    if (due.is_alive_due)
        due.is_alive_due = !tell("WATCHDOG=1");
    if (due.state[0] && tell(due.state))
        due.state[0] = 0;
}

void gw_notify_ready(void)
{
    due.is_ready_due |= !due.has_ready;
    due.has_ready = true;
    due_tell();
}

void gw_notify_state(const char *state, const char *reasons)
{
    snprintf(due.state, sizeof due.state, "STATUS=%s%s%s", state, reasons[0] ? " " : "", reasons);
    due_tell();
}

void gw_notify_alive(int64_t now_ns)
{
    uint64_t limit_us = 0;
    if (every_ns < 0)
        every_ns = sd_watchdog_enabled(0, &limit_us) > 0 ? (int64_t)limit_us * (1000 / 4) : 0;
    if (every_ns > 0 && now_ns - alive_ns >= every_ns) {
        alive_ns = now_ns;
        due.is_alive_due = true;
    }
    due_tell();
}

void gw_notify_stopping(void)
{
    due.is_stopping_due = true;
    due_tell();
}
