/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/groundwatch/ask.h -- one request to the daemon and its answer.
 */
#ifndef GW_CLIENTS_ASK_H
#define GW_CLIENTS_ASK_H

#include "clients/groundwatch/connect.h"

/* Ask until the answer comes, and again when none does: the gate may have died with the question.
 * The same `request` makes one record. *reply: the caller's. GW_EIO, GW_ETIMEDOUT. */
gw_status ask_send(const connect_options *connect, const json_t *request, json_t **reply,
                   gw_error *error);

#endif
