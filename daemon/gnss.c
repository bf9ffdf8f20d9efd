/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/gnss.h"

#include <errno.h>
#include <gps.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include "drivers/gnss_uri.h"

enum { CONNECT_MS = 2000 };

static const double sigma_to_95 = 2.4477; /* radius that holds 95 in 100 of a round scatter */
static const int64_t gst_most_ns = 1500000000;

struct gw_gnss {
    struct gps_data_t data;
    char uri[96];
    int64_t told_ns; /* the receiver's time of the last fix handed on */
    int told_mode;
    double gst_m;
    int64_t gst_ns; /* arrival; 0 never */
};

static int64_t clock_now(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Does somebody answer there? libgps itself would wait as long as the kernel does. */
static bool is_there(const struct sockaddr *address, socklen_t size)
{
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    int wrong = connect(fd, address, size) == 0 ? 0 : errno;
    struct pollfd wait = {.fd = fd, .events = POLLOUT};
    socklen_t n_wrong = sizeof wrong;
    if (wrong == EINPROGRESS && (poll(&wait, 1, CONNECT_MS) != 1 ||
                                 getsockopt(fd, SOL_SOCKET, SO_ERROR, &wrong, &n_wrong) != 0))
        wrong = ETIMEDOUT;
    close(fd);
    return wrong == 0;
}

gw_status gw_gnss_open(const char *uri, gw_gnss **out, gw_error *error)
{
    gw_gnss_address at;
    *out = NULL;
    if (!gw_gnss_uri_split(uri, &at))
        return gw_error_set(error, GW_EUSAGE, "%s: %s", uri, gw_gnss_uri_wrong(uri));
    if (!is_there((const struct sockaddr *)&at.address, at.n_address))
        return gw_error_set(error, GW_ENODEV, "%s: no gpsd answers there", uri);
    gw_gnss *gnss = calloc(1, sizeof *gnss);
    if (!gnss)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", uri);
    snprintf(gnss->uri, sizeof gnss->uri, "%s", uri);
    if (gps_open(at.host, at.port, &gnss->data) != 0) {
        free(gnss);
        return gw_error_set(error, GW_ENODEV, "%s: %s", uri, gps_errstr(errno));
    }
    gps_stream(&gnss->data, WATCH_ENABLE | WATCH_JSON, NULL);
    *out = gnss;
    return GW_OK;
}

static gw_fix_type type_of(const struct gps_fix_t *fix)
{
    if (fix->mode < MODE_2D || !(fabs(fix->latitude) <= 90) || !(fabs(fix->longitude) <= 180))
        return GW_FIX_NONE;
    switch (fix->status) {
    case STATUS_DGPS_FIX:
        return GW_FIX_DGPS;
    case STATUS_RTK_FIX:
        return GW_FIX_RTK_FIXED;
    case STATUS_RTK_FLT:
        return GW_FIX_RTK_FLOAT;
    case STATUS_DR:
    case STATUS_GNSSDR:
        return GW_FIX_DEAD_RECKONING;
    case STATUS_TIME:
    case STATUS_SIM:
        return GW_FIX_SIMULATED;
    default: /* gpsd leaves the status of an ordinary fix out */
        return fix->mode == MODE_3D ? GW_FIX_3D : GW_FIX_2D;
    }
}

static double accuracy_of(const gw_gnss *gnss, int64_t now_ns)
{
    const struct gps_fix_t *fix = &gnss->data.fix;
    if (gnss->gst_ns && now_ns - gnss->gst_ns < gst_most_ns)
        return gnss->gst_m;
    return fix->eph > 0 ? fix->eph : hypot(fix->epx, fix->epy); /* NAN where neither is known */
}

static int64_t utc_of(const struct gps_fix_t *fix)
{
    return (int64_t)fix->time.tv_sec * 1000000000 + fix->time.tv_nsec;
}

static void fix_make(const gw_gnss *gnss, int64_t now_ns, gw_fix *fix)
{
    const struct gps_fix_t *from = &gnss->data.fix;
    struct timex state = {.modes = 0};
    double doubt_s;
    const gw_fix_time time = {.utc_ns = utc_of(from),
                              .arrival_ns = now_ns,
                              .clock_ns = clock_now(CLOCK_REALTIME) - now_ns,
                              .is_synchronised = adjtimex(&state) != TIME_ERROR};
    *fix = (gw_fix){.type = type_of(from),
                    .when_ns = gw_fix_when_ns(&time, &doubt_s),
                    .place = {.lat_deg = from->latitude, .lon_deg = from->longitude},
                    .accuracy_m = accuracy_of(gnss, now_ns),
                    .track_deg = from->track,
                    .speed_m_s = from->speed};
    fix->accuracy_m += doubt_s * (fix->speed_m_s > 0 ? fix->speed_m_s : 0);
}

/* A message of gpsd was read: is it a fix that was not told yet? */
static bool message_take(gw_gnss *gnss, int64_t now_ns, gw_fix *fix)
{
    const struct gst_t *gst = &gnss->data.gst;
    gps_mask_t set = gnss->data.set;
    if (set & GST_SET) {
        double worst = fmax(gst->lat_err_deviation, gst->lon_err_deviation);
        gnss->gst_m = sigma_to_95 * worst;
        gnss->gst_ns = worst > 0 ? now_ns : 0;
        return false;
    }
    if (!(set & MODE_SET) || (set & (SATELLITE_SET | DEVICE_SET | DEVICELIST_SET | VERSION_SET)))
        return false;
    int64_t utc_ns = utc_of(&gnss->data.fix);
    if (utc_ns == gnss->told_ns && gnss->data.fix.mode == gnss->told_mode)
        return false;
    gnss->told_ns = utc_ns;
    gnss->told_mode = gnss->data.fix.mode;
    fix_make(gnss, now_ns, fix);
    return true;
}

gw_status gw_gnss_read(gw_gnss *gnss, int timeout_ms, gw_fix *fix, gw_error *error)
{
    int64_t end_ns = clock_now(CLOCK_MONOTONIC) + (int64_t)timeout_ms * 1000000;
    for (;;) {
        int64_t left_ns = end_ns - clock_now(CLOCK_MONOTONIC);
        if (left_ns <= 0 || !gps_waiting(&gnss->data, (int)(left_ns / 1000)))
            return gw_error_set(error, GW_ETIMEDOUT, "%s: no fix came", gnss->uri);
        if (gps_read(&gnss->data, NULL, 0) < 0)
            return gw_error_set(error, GW_ELOST, "%s: gpsd is gone", gnss->uri);
        if (message_take(gnss, clock_now(CLOCK_MONOTONIC), fix))
            return GW_OK;
    }
}

void gw_gnss_close(gw_gnss *gnss)
{
    if (!gnss)
        return;
    gps_close(&gnss->data);
    free(gnss);
}
