/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * groundwatch-gate -- the daemon's mouth: live records and heartbeats, and replay of what was
 * missed. The core starts it, again whenever it ends, and survives it.
 */
#include "daemon/gate/gate.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>

static const char usage[] =
    "usage: groundwatch-gate --page-fd N --queue-fd N --journal FILE --live ENDPOINT\n"
    "                        --replay ENDPOINT [--device NAME] [--secret-key FILE --clients FILE]\n"
    "Started by groundwatchd, which hands it the two descriptors. --live and --replay may be "
    "given\n"
    "several times; an endpoint is ipc:///PATH or tcp://127.0.0.1:PORT (port 0: a free one);\n"
    "with keys, tcp is encrypted, and on any address.\n";

/* libzmq keeps every frame of a message that never ends. Past this it aborts, and the core starts
 * the gate again: a hostile client takes no memory from the core. An address sanitizer needs more
 * than any limit. */
static void memory_limit(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#elif defined(__has_feature)
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
#define GW_LIMIT_MEMORY 1
#endif
#else
#define GW_LIMIT_MEMORY 1
#endif
#ifdef GW_LIMIT_MEMORY
    const struct rlimit most = {.rlim_cur = 256u << 20, .rlim_max = 256u << 20};
    setrlimit(RLIMIT_DATA, &most);
#endif
}

int main(int argc, char **argv)
{
    gate_options options;
    gw_error error = {.status = GW_OK};
    gw_status status = options_parse(argc, argv, &options, &error);
    if (status == GW_END) {
        fputs(usage, stdout);
        return 0;
    }
    if (status == GW_OK &&
        (fcntl(options.page_fd, F_GETFD) < 0 || fcntl(options.queue_fd, F_GETFD) < 0))
        status = gw_error_set(&error, GW_EUSAGE, "--page-fd, --queue-fd: not open descriptors");
    /* It ends when the core does, so that the core's last records go out first. */
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    memory_limit();
    if (status == GW_OK)
        status = gate_run(&options, &error);
    if (status == GW_OK)
        return 0;
    fprintf(stderr, "groundwatch-gate: %s\n", error.text);
    return status == GW_ELOST ? 70 : gw_status_exit(status);
}
