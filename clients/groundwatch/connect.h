/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/groundwatch/connect.h -- how a command finds its daemon: the options --live, --replay,
 * --key and --server-key, the same for every command that listens.
 *
 *   static const struct option known[] = {CONNECT_OPTIONS, {"mine", ...}, {NULL, 0, NULL, 0}};
 *   ... if (connect_owns(option)) status = connect_take(&connect, option, optarg, &error);
 *   status = connect_complete(&connect, &error);
 *   connect_fill(&connect, &client_config); client = gw_client_create(...); connect_wipe(&connect);
 */
#ifndef GW_CLIENTS_CONNECT_H
#define GW_CLIENTS_CONNECT_H

#include <getopt.h>

#include "clients/client.h"
#include "drivers/config.h"
#include "drivers/keyfile.h"

enum { CONNECT_LIVE = 0x4000, CONNECT_REPLAY, CONNECT_KEY, CONNECT_SERVER_KEY, CONNECT_END };

/* Entries of a getopt_long table. */
#define CONNECT_OPTIONS                                                                            \
    {"live", required_argument, NULL, CONNECT_LIVE},                                               \
        {"replay", required_argument, NULL, CONNECT_REPLAY},                                       \
        {"key", required_argument, NULL, CONNECT_KEY},                                             \
    {                                                                                              \
        "server-key", required_argument, NULL, CONNECT_SERVER_KEY                                  \
    }

/* Lines for --help. */
#define CONNECT_USAGE                                                                              \
    "  --live, --replay   the daemon's endpoints; by default those it chooses by itself. With\n"   \
    "                     --live alone, gaps are reported and not filled\n"                        \
    "  --key FILE         own key pair, for a daemon with `security:` (groundwatch keys create)\n" \
    "  --server-key KEY   the daemon's public key: its .pub file, or the 40 characters\n"

typedef struct connect_options {
    char live[GW_CONFIG_TEXT_MAX], replay[GW_CONFIG_TEXT_MAX]; /* "": none */
    bool has_key, has_server_key;
    gw_keyfile pair;
    char server_key[GW_KEY_TEXT_MAX];
} connect_options;

static inline bool connect_owns(int option)
{
    return option >= CONNECT_LIVE && option < CONNECT_END;
}

/* Take one option; each may be given once. Reads the key files. GW_EUSAGE and those of
 * gw_keyfile_load. */
gw_status connect_take(connect_options *to, int option, const char *value, gw_error *error);

/* All of a command line that has no operands: its own options by take, which returns GW_END for
 * help, the rest by connect_take. The errors of both, and GW_EUSAGE. */
gw_status connect_parse(connect_options *to, int argc, char **argv, const struct option *known,
                        gw_status (*take)(void *user, int option, gw_error *error), void *user,
                        gw_error *error);

/* After the last one: default endpoints where none is given; what goes together is checked.
 * GW_EUSAGE; GW_EIO: this user may not connect. */
gw_status connect_complete(connect_options *to, gw_error *error);

/* Endpoints and keys of a client; `from` must outlive gw_client_create. */
void connect_fill(const connect_options *from, gw_client_config *config);

/* The secret is needed no more. */
void connect_wipe(connect_options *options);

#endif
