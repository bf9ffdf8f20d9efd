/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/thread.h"

#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { STACK_BYTES = 1 << 20, JOIN_STEP_MS = 20, LINE_MAX_BYTES = 1024 };

gw_status gw_thread_start(pthread_t *thread, const char *name, int fifo, void *(*run)(void *),
                          void *user, gw_error *error)
{
    pthread_attr_t attributes;
    const struct sched_param priority = {.sched_priority = fifo};
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    int failed = pthread_create(thread, &attributes, run, user);
    pthread_attr_destroy(&attributes);
    if (failed)
        return gw_error_set(error, GW_EINTERNAL, "thread %s: %s", name, strerror(failed));
    pthread_setname_np(*thread, name);
    if (fifo) /* refused to ordinary users: then it runs as an ordinary thread */
        pthread_setschedparam(*thread, SCHED_FIFO, &priority);
    return GW_OK;
}

bool gw_thread_join(pthread_t thread, int timeout_ms, void (*idle)(void *user), void *user)
{
    for (int waited = 0;; waited += JOIN_STEP_MS) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += JOIN_STEP_MS * 1000000;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        if (pthread_timedjoin_np(thread, NULL, &until) == 0)
            return true;
        if (waited >= timeout_ms)
            return false;
        if (idle)
            idle(user);
    }
}

bool gw_log(const char *format, ...)
{
    char line[LINE_MAX_BYTES];
    struct pollfd out = {.fd = STDERR_FILENO, .events = POLLOUT};
    va_list list;
    va_start(list, format);
    int n = vsnprintf(line, sizeof line - 1, format, list);
    va_end(list);
    if (n < 0)
        return false;
    n = n < LINE_MAX_BYTES - 2 ? n : LINE_MAX_BYTES - 2;
    line[n++] = '\n';
    /* A pipe that says writable takes PIPE_BUF bytes without waiting. */
    _Static_assert(LINE_MAX_BYTES <= PIPE_BUF, "a line must fit");
    return poll(&out, 1, 0) == 1 && (out.revents & POLLOUT) &&
           write(STDERR_FILENO, line, (size_t)n) == n;
}
