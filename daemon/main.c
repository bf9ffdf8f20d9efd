/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * groundwatchd -- the sensing process: sources, detector, local alarm, journal; it starts
 * groundwatch-gate and never speaks to the network itself.
 */
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "daemon/core.h"
#include "daemon/link.h"
#include "daemon/thread.h"
#include "drivers/keyfile.h"

static int fail(const gw_error *error)
{
    gw_log("groundwatchd: %s", error->text[0] ? error->text : gw_status_text(error->status));
    return gw_status_exit(error->status);
}

/* SIGTERM and SIGINT are read from a descriptor, so that no handler runs anywhere. */
static int signals_open(void)
{
    sigset_t stop;
    signal(SIGPIPE, SIG_IGN); /* libiio writes to sockets whose server may be gone */
    signal(SIGXFSZ, SIG_IGN); /* a file size limit is a full disk */
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    pthread_sigmask(SIG_BLOCK, &stop, NULL);
    return signalfd(-1, &stop, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int timer_open(void)
{
    const struct itimerspec every = {.it_interval.tv_nsec = GW_LINK_BEAT_MS * 1000000,
                                     .it_value.tv_nsec = GW_LINK_BEAT_MS * 1000000};
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (fd >= 0)
        timerfd_settime(fd, 0, &every, NULL);
    return fd;
}

/* Until a signal comes or all recordings have ended; says why. */
static const char *loop(gw_core *core, int signals, int timer)
{
    struct pollfd waits[2] = {{.fd = signals, .events = POLLIN}, {.fd = timer, .events = POLLIN}};
    for (;;) {
        uint64_t turns;
        poll(waits, 2, GW_LINK_BEAT_MS);
        if (waits[0].revents & POLLIN)
            return "signal";
        if ((waits[1].revents & POLLIN) && read(timer, &turns, sizeof turns) < 0)
            continue;
        if (!gw_core_turn(core))
            return "end of the recordings";
    }
}

/* The gate reads the keys; here they are only looked at, so that a mistake is told before anything
 * is opened. */
static gw_status keys_check(const gw_config *config, gw_error *error)
{
    static gw_allow_list list;
    gw_keyfile pair;
    if (!config->secret_key[0])
        return GW_OK;
    gw_status status = gw_keyfile_load(config->secret_key, false, &pair, error);
    explicit_bzero(pair.secret_key, sizeof pair.secret_key);
    if (status == GW_OK)
        status = gw_allow_load(config->clients, &list, error);
    if (status != GW_OK)
        error->status = GW_ECONFIG;
    return status == GW_OK ? GW_OK : GW_ECONFIG;
}

static gw_status run(const gw_options *options, gw_error *error)
{
    gw_core *core = NULL;
    int signals = signals_open(), timer = timer_open();
    if (signals < 0 || timer < 0)
        return gw_error_set(error, GW_EINTERNAL, "no signalfd or timerfd");
    gw_status status = gw_core_create(options, &core, error);
    if (status == GW_OK) {
        const char *reason = loop(core, signals, timer);
        status = gw_core_stop(core, reason, error);
    }
    gw_core_destroy(core);
    close(timer);
    close(signals);
    return status;
}

int main(int argc, char **argv)
{
    static gw_options options; /* too large for the stack */
    gw_error error = {.status = GW_OK};
    gw_status status = gw_options_parse(argc, argv, &options, &error);
    if (status != GW_OK)
        return fail(&error);
    if (options.wants_help)
        gw_options_help(stdout);
    else if (options.wants_version)
        puts("groundwatchd " GW_VERSION);
    else if (options.wants_print)
        gw_config_print(&options.config, stdout);
    else if ((status = keys_check(&options.config, &error)) != GW_OK)
        return fail(&error);
    else if (options.wants_check)
        puts("the configuration is right");
    else
        status = run(&options, &error);
    return status == GW_OK ? 0 : fail(&error);
}
