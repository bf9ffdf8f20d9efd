/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/alarm.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/clock.h"
#include "daemon/thread.h"

struct gw_alarm {
    int fd; /* -1: no socket */
    struct sockaddr_un to;
    _Atomic int64_t newest_ns, muted_until_ns;
    _Atomic uint64_t n_failed;
};

gw_status gw_alarm_create(const char *socket_path, gw_alarm **out, gw_error *error)
{
    gw_alarm *alarm = calloc(1, sizeof *alarm);
    *out = NULL;
    if (!alarm)
        return gw_error_set(error, GW_ENOMEM, "alarm: out of memory");
    alarm->fd = -1;
    alarm->to.sun_family = AF_UNIX;
    if (socket_path[0]) {
        snprintf(alarm->to.sun_path, sizeof alarm->to.sun_path, "%s", socket_path);
        alarm->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (alarm->fd < 0) {
            free(alarm);
            return gw_error_set(error, GW_EIO, "%s: %s", socket_path, strerror(errno));
        }
    }
    *out = alarm;
    return GW_OK;
}

static void part_add(char *line, size_t size, const char *format, double value)
{
    size_t n = strlen(line);
    if (isfinite(value))
        snprintf(line + n, size - n, format, value);
}

void gw_alarm_raise(gw_alarm *alarm, const gw_detection *detection)
{
    char line[200];
    snprintf(line, sizeof line, "ALARM %s", gw_sensor_name(detection->sensor));
    part_add(line, sizeof line, " along %.2f m", detection->along_m);
    if (!isfinite(detection->along_m) && detection->scan >= 0)
        snprintf(line + strlen(line), 40, " scan %" PRId64, detection->scan);
    part_add(line, sizeof line, " depth %.2f m", detection->depth_m);
    part_add(line, sizeof line, " score %.1f", detection->score);
    bool is_muted = gw_alarm_muted_s(alarm) > 0;
    atomic_store(&alarm->newest_ns, gw_clock_monotonic_ns());
    if (!gw_log("%s%s", line, is_muted ? " (muted)" : ""))
        atomic_fetch_add(&alarm->n_failed, 1);
    if (alarm->fd >= 0 && !is_muted &&
        sendto(alarm->fd, line, strlen(line), MSG_DONTWAIT | MSG_NOSIGNAL,
               (const struct sockaddr *)&alarm->to, sizeof alarm->to) < 0)
        atomic_fetch_add(&alarm->n_failed, 1);
}

void gw_alarm_mute(gw_alarm *alarm, double seconds)
{
    atomic_store(&alarm->muted_until_ns, gw_clock_monotonic_ns() + (int64_t)(seconds * 1e9));
}

double gw_alarm_muted_s(const gw_alarm *alarm)
{
    int64_t left_ns = atomic_load(&alarm->muted_until_ns) - gw_clock_monotonic_ns();
    return left_ns > 0 ? (double)left_ns * 1e-9 : 0;
}

int64_t gw_alarm_newest_ns(const gw_alarm *alarm)
{
    return atomic_load(&alarm->newest_ns);
}

uint64_t gw_alarm_failures(const gw_alarm *alarm)
{
    return atomic_load(&alarm->n_failed);
}

void gw_alarm_destroy(gw_alarm *alarm)
{
    if (!alarm)
        return;
    if (alarm->fd >= 0)
        close(alarm->fd);
    free(alarm);
}
