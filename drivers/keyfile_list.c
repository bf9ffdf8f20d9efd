/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/keyfile_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LIST_BYTES_MAX = GW_ALLOW_MAX * KEYFILE_LINE_MAX };

const char *gw_key_name_wrong(const char *name)
{
    if (!*name || strlen(name) >= GW_KEY_NAME_MAX)
        return "a name has 1 to 32 characters";
    if (name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")])
        return "a name is made of letters, digits, '.', '_' and '-'";
    return NULL;
}

static const char *entry_check(const gw_allow_list *list, const gw_allow_entry *entry)
{
    if (list->n == GW_ALLOW_MAX)
        return "the list is full (256 keys)";
    for (size_t k = 0; k < list->n; k++) {
        if (memcmp(list->entries[k].bytes, entry->bytes, GW_KEY_BYTES) == 0)
            return "the key is listed already";
        if (strcmp(list->entries[k].name, entry->name) == 0)
            return "the name is listed already";
    }
    return NULL;
}

static const char *line_take(char *line, gw_allow_list *list)
{
    gw_allow_entry entry = {.may_command = false};
    char *rest = NULL, *key = strtok_r(line, " \t", &rest), *name = strtok_r(NULL, " \t", &rest);
    const char *right = strtok_r(NULL, " \t", &rest);
    if (!key || !name || (right && strcmp(right, "command") != 0) || strtok_r(NULL, " \t", &rest))
        return "'KEY NAME' or 'KEY NAME command' expected";
    if (!gw_key_decode(key, entry.bytes))
        return "not a key: 40 characters of Z85 expected";
    const char *cause = gw_key_name_wrong(name);
    if (cause)
        return cause;
    memcpy(entry.key, key, GW_KEY_TEXT_MAX);
    snprintf(entry.name, sizeof entry.name, "%s", name);
    entry.may_command = right != NULL;
    cause = entry_check(list, &entry);
    if (!cause)
        list->entries[list->n++] = entry;
    return cause;
}

gw_status gw_allow_parse(const char *path, const char *text, size_t n_text, gw_allow_list *out,
                         gw_error *error)
{
    keyfile_lines lines = {.text = text, .n_left = n_text};
    char line[KEYFILE_LINE_MAX];
    const char *cause = NULL;
    memset(out, 0, sizeof *out);
    while (!cause && keyfile_line_next(&lines, line, &cause))
        cause = cause ? cause : line_take(line, out);
    if (!cause)
        return GW_OK;
    memset(out, 0, sizeof *out);
    return gw_error_set(error, GW_ECONFIG, "%s:%d: %s", path, lines.number, cause);
}

gw_status gw_allow_load(const char *path, gw_allow_list *out, gw_error *error)
{
    char *text = malloc(LIST_BYTES_MAX);
    size_t n = 0;
    memset(out, 0, sizeof *out);
    if (!text)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    gw_status status = keyfile_slurp(path, KEYFILE_LIST, text, LIST_BYTES_MAX, &n, error);
    if (status == GW_OK)
        status = gw_allow_parse(path, text, n, out, error);
    free(text);
    return status;
}

/* One write of a whole line at the end: who reads meanwhile sees the list before or after. A last
 * line without its end would swallow it. */
static gw_status line_append(const char *path, const gw_allow_entry *entry, gw_error *error)
{
    char line[KEYFILE_LINE_MAX], last = '\n';
    int fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0)
        return gw_error_set(error, GW_EIO, "%s: %s", path, strerror(errno));
    off_t size = lseek(fd, 0, SEEK_END);
    if (size > 0 && pread(fd, &last, 1, size - 1) != 1)
        last = 0;
    int n = snprintf(line, sizeof line, "%s%s %s%s\n", last == '\n' ? "" : "\n", entry->key,
                     entry->name, entry->may_command ? " command" : "");
    bool failed = write(fd, line, (size_t)n) != n || fsync(fd) < 0;
    int number = errno;
    failed |= close(fd) < 0;
    return failed ? gw_error_set(error, GW_EIO, "%s: %s", path, strerror(number)) : GW_OK;
}

gw_status gw_allow_add(const char *path, const gw_allow_entry *entry, gw_error *error)
{
    gw_allow_list *list = malloc(sizeof *list);
    if (!list)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    gw_status status = gw_allow_load(path, list, error);
    if (status == GW_ENOENT) /* the list is then empty */
        status = GW_OK;
    const char *cause = status == GW_OK ? entry_check(list, entry) : NULL;
    free(list);
    if (cause)
        return gw_error_set(error, GW_ECONFIG, "%s: %s", path, cause);
    return status == GW_OK ? line_append(path, entry, error) : status;
}

const gw_allow_entry *gw_allow_find(const gw_allow_list *list, const uint8_t key[GW_KEY_BYTES])
{
    for (size_t k = 0; k < list->n; k++) {
        unsigned difference = 0;
        for (size_t b = 0; b < GW_KEY_BYTES; b++)
            difference |= (unsigned)list->entries[k].bytes[b] ^ key[b];
        if (difference == 0)
            return &list->entries[k];
    }
    return NULL;
}
