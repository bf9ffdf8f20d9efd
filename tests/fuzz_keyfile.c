/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A key file or an allow-list is refused with its line, or every key of it decodes and every name
 * may stand in a list: what was read can be written and is read back the same.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/keyfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void list_try(const char *text, size_t n)
{
    static gw_allow_list list, again;
    static char lines[GW_ALLOW_MAX * 100];
    gw_error error;
    size_t n_lines = 0;
    if (gw_allow_parse("list", text, n, &list, &error) != GW_OK) {
        if (list.n || !error.text[0])
            abort();
        return;
    }
    for (size_t k = 0; k < list.n; k++) {
        const gw_allow_entry *entry = &list.entries[k];
        if (gw_key_name_wrong(entry->name) || gw_allow_find(&list, entry->bytes) != entry)
            abort();
        n_lines += (size_t)snprintf(lines + n_lines, sizeof lines - n_lines, "%s %s%s\n",
                                    entry->key, entry->name, entry->may_command ? " command" : "");
    }
    if (gw_allow_parse("again", lines, n_lines, &again, &error) != GW_OK || again.n != list.n ||
        memcmp(list.entries, again.entries, list.n * sizeof *list.entries) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gw_keyfile pair;
    uint8_t bytes[GW_KEY_BYTES];
    gw_error error;
    const char *text = (const char *)data;
    if (gw_keyfile_parse("key", text, size, &pair, &error) == GW_OK) {
        if (!gw_key_decode(pair.public_key, bytes) ||
            (pair.secret_key[0] && !gw_key_decode(pair.secret_key, bytes)))
            abort();
    } else if (pair.public_key[0] || pair.secret_key[0]) {
        abort();
    }
    list_try(text, size);
    return 0;
}
