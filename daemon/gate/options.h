/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/gate/options.h -- the gate's command line. The core writes it, people may read it.
 */
#ifndef GW_DAEMON_GATE_OPTIONS_H
#define GW_DAEMON_GATE_OPTIONS_H

#include <stddef.h>

#include "dsp/status.h"

enum { OPTIONS_ENDPOINTS_MAX = 8 };

typedef struct gate_options {
    const char *live[OPTIONS_ENDPOINTS_MAX], *replay[OPTIONS_ENDPOINTS_MAX];
    size_t n_live, n_replay;
    const char *journal;
    const char *secret_key, *clients; /* key file and allow-list; NULL both: tcp is plain */
    const char *device;               /* NULL: as the core's report names it */
    int page_fd, queue_fd;
} gate_options;

/* GW_EUSAGE with a line that says what is wrong; GW_END: --help was asked for. */
gw_status options_parse(int argc, char **argv, gate_options *out, gw_error *error);

#endif
