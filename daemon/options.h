/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/options.h -- the command line of groundwatchd, over its configuration file.
 */
#ifndef GW_DAEMON_OPTIONS_H
#define GW_DAEMON_OPTIONS_H

#include "drivers/config.h"

typedef struct gw_options {
    gw_config config; /* file, then options, then defaults; checked */
    bool wants_check, wants_print, wants_help, wants_version;
    bool stays; /* also when all recordings have ended */
} gw_options;

/* GW_EUSAGE, and the errors of gw_config_load. */
gw_status gw_options_parse(int argc, char **argv, gw_options *out, gw_error *error);
void gw_options_help(FILE *to);

#endif
