/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/thread.h -- start a thread, and join it for a bounded time; one line to the operator.
 */
#ifndef GW_DAEMON_THREAD_H
#define GW_DAEMON_THREAD_H

#include <pthread.h>
#include <stdbool.h>

#include "dsp/status.h"

/* fifo: SCHED_FIFO priority where the system allows it; 0: an ordinary thread. */
gw_status gw_thread_start(pthread_t *thread, const char *name, int fifo, void *(*run)(void *),
                          void *user, gw_error *error);

/* False when it still runs after timeout_ms; idle (may be NULL) is called every 20 ms meanwhile. */
bool gw_thread_join(pthread_t thread, int timeout_ms, void (*idle)(void *user), void *user);

/* One line on standard error, newline added; never waits for a reader that is stuck. False when it
 * could not be written. */
bool gw_log(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
