/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/gate/command_decode.h -- the members of a command: types, lengths, ranges. Unlike other
 * requests, one with a member that is not known is refused: what a person wrote down must not be
 * lost without a word. Pure.
 */
#ifndef GW_DAEMON_GATE_COMMAND_DECODE_H
#define GW_DAEMON_GATE_COMMAND_DECODE_H

#include "daemon/gate/request.h"

/* Fills request, kind and data of `out`, whose op is set. NULL, or the reason in out->reason. */
const char *command_decode(const json_t *root, request *out);

/* RFC 3339 with seconds and an offset or Z, within 1970..2100; a day of the calendar. */
bool command_time_is_right(const char *text);

#endif
