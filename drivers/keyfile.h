/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/keyfile.h -- CURVE key pairs and allow-lists as files (docs/security.md).
 *
 *   key file    lines `public: Z85` and `secret: Z85`; FILE.pub holds the first one alone
 *   allow-list  lines `Z85 NAME` or `Z85 NAME command`, one for each client's public key
 *
 * Empty lines and those that begin with # are passed over; anything else is an error that names
 * its line. A file with a secret is read only when it is a plain file, no symbolic link, of this
 * user or root, and neither group nor others can read it. Who holds a secret wipes it.
 */
#ifndef GW_DRIVERS_KEYFILE_H
#define GW_DRIVERS_KEYFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "dsp/status.h"

enum {
    GW_KEY_TEXT_MAX = 41, /* Z85 of 32 bytes, its end included */
    GW_KEY_BYTES = 32,
    GW_KEY_NAME_MAX = 33,
    GW_ALLOW_MAX = 256 /* clients of one list */
};

typedef struct gw_keyfile {
    char public_key[GW_KEY_TEXT_MAX], secret_key[GW_KEY_TEXT_MAX]; /* "": not in the file */
} gw_keyfile;

typedef struct gw_allow_entry {
    char key[GW_KEY_TEXT_MAX], name[GW_KEY_NAME_MAX];
    uint8_t bytes[GW_KEY_BYTES];
    bool may_command;
} gw_allow_entry;

typedef struct gw_allow_list {
    size_t n;
    gw_allow_entry entries[GW_ALLOW_MAX];
} gw_allow_list;

/* The 32 bytes of a key. False: not Z85 of 32 bytes. */
bool gw_key_decode(const char *text, uint8_t bytes[GW_KEY_BYTES]);

/* GW_ECONFIG with "FILE:LINE: cause"; `path` only names the text. */
gw_status gw_keyfile_parse(const char *path, const char *text, size_t n_text, gw_keyfile *out,
                           gw_error *error);

/* A pair (secret and public key), or with `is_public` the public key alone, for which a file that
 * others may read will do. GW_ENOENT, GW_EIO, GW_ECONFIG. */
gw_status gw_keyfile_load(const char *path, bool is_public, gw_keyfile *out, gw_error *error);

/* Write PATH (mode 0600) and PATH.pub (0644). Neither may be there yet (GW_EBUSY). owner: user who
 * gets PATH, (uid_t)-1 for who makes it; to give it to another takes root (GW_EIO). */
gw_status gw_keyfile_save(const char *path, const gw_keyfile *pair, uid_t owner, gw_error *error);

/* GW_ECONFIG as above: also a key or a name that stands there twice. */
gw_status gw_allow_parse(const char *path, const char *text, size_t n_text, gw_allow_list *out,
                         gw_error *error);

/* Refused when others than this user or root can write it. GW_ENOENT, GW_EIO, GW_ECONFIG. */
gw_status gw_allow_load(const char *path, gw_allow_list *out, gw_error *error);

/* Append an entry, durably; the file is made (0644) when it is not there. GW_ECONFIG: key or name
 * are listed already, or the list is not in order. */
gw_status gw_allow_add(const char *path, const gw_allow_entry *entry, gw_error *error);

/* The entry of a key, NULL none. Its time depends on the place of the key in the list only. */
const gw_allow_entry *gw_allow_find(const gw_allow_list *list, const uint8_t key[GW_KEY_BYTES]);

/* NULL, or why a client cannot have this name. */
const char *gw_key_name_wrong(const char *name);

#endif
