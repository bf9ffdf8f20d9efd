/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/navigator.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "daemon/bell.h"
#include "daemon/gnss.h"
#include "daemon/thread.h"

enum { READ_MS = 500, RETRY_MS = 1000, JOIN_MS = 8000 };

struct gw_navigator {
    gw_config_gnss config;
    double heading_deg;
    pthread_t thread;
    bool is_started, is_in_trouble;
    _Atomic bool is_stopping;
    gw_bell stopped;
    pthread_mutex_t lock; /* fixes, trouble */
    gw_fixes fixes;
    gw_error trouble;
    bool has_trouble;
};

static void trouble_tell(gw_navigator *n, const gw_error *error)
{
    if (n->is_in_trouble)
        return;
    n->is_in_trouble = true;
    pthread_mutex_lock(&n->lock);
    n->trouble = *error;
    n->has_trouble = true;
    pthread_mutex_unlock(&n->lock);
}

static void fix_take(gw_navigator *n, const gw_fix *fix)
{
    n->is_in_trouble = false;
    pthread_mutex_lock(&n->lock);
    gw_fixes_push(&n->fixes, fix);
    pthread_mutex_unlock(&n->lock);
}

/* Until gpsd is gone, or stop. */
static void fixes_follow(gw_navigator *n, gw_gnss *gnss)
{
    gw_error error;
    gw_fix fix;
    while (!atomic_load(&n->is_stopping)) {
        gw_status status = gw_gnss_read(gnss, READ_MS, &fix, &error);
        if (status == GW_OK)
            fix_take(n, &fix);
        else if (status != GW_ETIMEDOUT) {
            trouble_tell(n, &error);
            return;
        }
    }
}

static void *navigator_run(void *user)
{
    gw_navigator *n = user;
    while (!atomic_load(&n->is_stopping)) {
        gw_error error;
        gw_gnss *gnss;
        if (gw_gnss_open(n->config.uri, &gnss, &error) == GW_OK) {
            fixes_follow(n, gnss);
            gw_gnss_close(gnss);
        } else {
            trouble_tell(n, &error);
        }
        gw_bell_arm(&n->stopped);
        if (!atomic_load(&n->is_stopping))
            gw_bell_wait(&n->stopped, RETRY_MS);
    }
    return NULL;
}

gw_status gw_navigator_create(const gw_config_gnss *config, double heading_deg, gw_navigator **out,
                              gw_error *error)
{
    gw_navigator *n = calloc(1, sizeof *n);
    *out = NULL;
    if (!n)
        return gw_error_set(error, GW_ENOMEM, "gnss: out of memory");
    n->config = *config;
    n->heading_deg = heading_deg;
    gw_status status = gw_bell_create(&n->stopped, error);
    if (status != GW_OK) {
        free(n);
        return status;
    }
    pthread_mutex_init(&n->lock, NULL);
    *out = n;
    return GW_OK;
}

gw_status gw_navigator_start(gw_navigator *navigator, gw_error *error)
{
    gw_status status =
        gw_thread_start(&navigator->thread, "navigator", 0, navigator_run, navigator, error);
    navigator->is_started = status == GW_OK;
    return status;
}

gw_fix gw_navigator_find(gw_navigator *navigator, int64_t when_ns, const gw_lever *point)
{
    gw_lever from = navigator->config.lever_arm;
    from.forward_m -= point->forward_m;
    pthread_mutex_lock(&navigator->lock);
    gw_fix antenna = gw_fixes_find(&navigator->fixes, when_ns);
    pthread_mutex_unlock(&navigator->lock);
    return gw_fix_below(&antenna, &from, navigator->heading_deg, point->right_m);
}

bool gw_navigator_trouble(gw_navigator *navigator, gw_error *trouble)
{
    pthread_mutex_lock(&navigator->lock);
    bool has = navigator->has_trouble;
    *trouble = navigator->trouble;
    navigator->has_trouble = false;
    pthread_mutex_unlock(&navigator->lock);
    return has;
}

bool gw_navigator_stop(gw_navigator *navigator, void (*idle)(void *user), void *user)
{
    atomic_store(&navigator->is_stopping, true);
    gw_bell_ring(&navigator->stopped);
    if (navigator->is_started && !gw_thread_join(navigator->thread, JOIN_MS, idle, user))
        return false;
    navigator->is_started = false;
    return true;
}

void gw_navigator_destroy(gw_navigator *navigator)
{
    if (!navigator)
        return;
    gw_bell_destroy(&navigator->stopped);
    pthread_mutex_destroy(&navigator->lock);
    free(navigator);
}
