/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/command.h -- the core's side of commands: what the gate says that a client asks for
 * becomes a record, once. The gate faces the network, so the core takes from it only what a
 * command can be: an acknowledgement, an outcome, a check, a word to the session.
 */
#ifndef GW_DAEMON_COMMAND_H
#define GW_DAEMON_COMMAND_H

#include "daemon/store.h"

enum { GW_COMMAND_MEMORY = 4096, GW_COMMAND_ID_MAX = 129 };

/* The requests taken last, so that one which comes again through a new gate, before it is in the
 * journal, makes no second record. Zeros: none. The main thread's only. */
typedef struct gw_command_desk {
    char stream[37]; /* they are of this stream: another one holds none of them */
    size_t n;        /* taken in all */
    char requests[GW_COMMAND_MEMORY][37];
} gw_command_desk;

/* What the gate hands over: the record's kind and its data. */
typedef struct gw_command {
    unsigned kind;
    const char *json;
    size_t n_json;
    void (*act)(void *user,
                json_t *data); /* of the session: do it, and say in data what was done */
    void *user;
} gw_command;

/* False: not a command, one that was taken before, or the store refused it. closes: of the
 * detection that an outcome speaks of, "" none; [GW_COMMAND_ID_MAX]. */
bool gw_command_take(gw_command_desk *desk, gw_store *store, const gw_command *command,
                     char *closes);

#endif
