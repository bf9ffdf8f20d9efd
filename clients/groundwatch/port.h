/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/groundwatch/port.h -- the options --port and --port-file of commands that serve.
 */
#ifndef GW_CLIENTS_PORT_H
#define GW_CLIENTS_PORT_H

#include "dsp/status.h"

/* 0..65535; GW_EUSAGE. */
gw_status port_parse(const char *text, unsigned *port, gw_error *error);

/* The number and a line break, whole or not at all: who waits for the file can read it at once. */
gw_status port_file_write(const char *path, unsigned port, gw_error *error);

#endif
