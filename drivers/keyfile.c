/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/keyfile_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEYFILE_BYTES_MAX = 4096 };

/* Z85 (ZeroMQ RFC 32): five characters a group of four bytes, the most significant first. */
bool gw_key_decode(const char *text, uint8_t bytes[GW_KEY_BYTES])
{
    static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz"
                                 "ABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
    if (strlen(text) != GW_KEY_TEXT_MAX - 1)
        return false;
    for (size_t group = 0; group < GW_KEY_BYTES / 4; group++) {
        uint64_t value = 0;
        for (size_t k = 0; k < 5; k++) {
            const char *digit = strchr(digits, text[5 * group + k]);
            if (!digit)
                return false;
            value = value * 85 + (uint64_t)(digit - digits);
        }
        if (value > UINT32_MAX)
            return false;
        for (size_t k = 0; k < 4; k++)
            bytes[4 * group + k] = (uint8_t)(value >> (24 - 8 * k));
    }
    return true;
}

bool keyfile_line_next(keyfile_lines *lines, char line[KEYFILE_LINE_MAX], const char **cause)
{
    *cause = NULL;
    while (lines->n_left) {
        const char *end = memchr(lines->text, '\n', lines->n_left);
        size_t n = end ? (size_t)(end - lines->text) : lines->n_left, n_used = n + (end != NULL);
        bool is_long = n >= KEYFILE_LINE_MAX, is_text = !memchr(lines->text, 0, n);
        if (!is_long)
            memcpy(line, lines->text, n);
        lines->text += n_used;
        lines->n_left -= n_used;
        lines->number++;
        if (is_long || !is_text) {
            *cause = is_long ? "the line is too long" : "not a text";
            return true;
        }
        while (n && strchr(" \t\r", line[n - 1]))
            n--;
        line[n] = 0;
        if (n && line[0] != '#')
            return true;
    }
    return false;
}

static const char *line_take(char *line, gw_keyfile *out)
{
    uint8_t bytes[GW_KEY_BYTES];
    char *to = NULL;
    if (strncmp(line, "public:", 7) == 0)
        to = out->public_key;
    else if (strncmp(line, "secret:", 7) == 0)
        to = out->secret_key;
    if (!to)
        return "'public: KEY' or 'secret: KEY' expected";
    if (*to)
        return "stands there twice";
    const char *text = line + 7 + strspn(line + 7, " \t");
    if (!gw_key_decode(text, bytes))
        return "not a key: 40 characters of Z85 expected";
    memcpy(to, text, GW_KEY_TEXT_MAX);
    explicit_bzero(bytes, sizeof bytes);
    return NULL;
}

gw_status gw_keyfile_parse(const char *path, const char *text, size_t n_text, gw_keyfile *out,
                           gw_error *error)
{
    keyfile_lines lines = {.text = text, .n_left = n_text};
    char line[KEYFILE_LINE_MAX];
    const char *cause = NULL;
    memset(out, 0, sizeof *out);
    while (!cause && keyfile_line_next(&lines, line, &cause))
        cause = cause ? cause : line_take(line, out);
    explicit_bzero(line, sizeof line);
    if (!cause && out->public_key[0])
        return GW_OK;
    explicit_bzero(out, sizeof *out);
    if (cause)
        return gw_error_set(error, GW_ECONFIG, "%s:%d: %s", path, lines.number, cause);
    return gw_error_set(error, GW_ECONFIG, "%s: no line 'public: KEY'", path);
}

/* NULL, or why a file is not to be trusted with what it holds. */
static const char *mode_wrong(const struct stat *info, keyfile_guard guard)
{
    if (!S_ISREG(info->st_mode))
        return "not a plain file";
    if (guard == KEYFILE_PUBLIC)
        return NULL;
    if (info->st_uid != geteuid() && info->st_uid != 0)
        return "belongs to another user";
    if (guard == KEYFILE_SECRET && (info->st_mode & 077))
        return "others than its owner may read or write it: chmod 600";
    if (guard == KEYFILE_LIST && (info->st_mode & 022))
        return "others than its owner may write it: chmod 644";
    return NULL;
}

static gw_status open_fail(const char *path, keyfile_guard guard, int why, gw_error *error)
{
    const char *cure = "";
    if (why == ELOOP)
        return gw_error_set(error, GW_ECONFIG, "%s: a symbolic link: name the file itself", path);
    if (why == EACCES && guard == KEYFILE_SECRET)
        cure = ": it must belong to the user that this runs as (keys create --owner)";
    if (why == EACCES && guard == KEYFILE_LIST)
        cure = ": the user that this runs as must be able to read it";
    return gw_error_set(error, why == ENOENT ? GW_ENOENT : GW_EIO, "%s: %s%s", path, strerror(why),
                        cure);
}

gw_status keyfile_slurp(const char *path, keyfile_guard guard, char *text, size_t size, size_t *n,
                        gw_error *error)
{
    struct stat info;
    const char *cause = NULL;
    int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | (guard == KEYFILE_PUBLIC ? 0 : O_NOFOLLOW);
    int fd = open(path, flags);
    *n = 0;
    if (fd < 0)
        return open_fail(path, guard, errno, error);
    ssize_t got = fstat(fd, &info);
    if (got == 0 && !(cause = mode_wrong(&info, guard)))
        while ((got = read(fd, text + *n, size - *n)) > 0)
            *n += (size_t)got;
    int number = errno;
    close(fd);
    if (got < 0)
        return gw_error_set(error, GW_EIO, "%s: %s", path, strerror(number));
    if (!cause && *n == size)
        cause = "longer than a file of its sort can be";
    return cause ? gw_error_set(error, GW_ECONFIG, "%s: %s", path, cause) : GW_OK;
}

gw_status gw_keyfile_load(const char *path, bool is_public, gw_keyfile *out, gw_error *error)
{
    char text[KEYFILE_BYTES_MAX];
    size_t n;
    memset(out, 0, sizeof *out);
    gw_status status = keyfile_slurp(path, is_public ? KEYFILE_PUBLIC : KEYFILE_SECRET, text,
                                     sizeof text, &n, error);
    if (status == GW_OK)
        status = gw_keyfile_parse(path, text, n, out, error);
    explicit_bzero(text, sizeof text);
    if (status == GW_OK && is_public && out->secret_key[0])
        status = gw_error_set(error, GW_ECONFIG, "%s: holds a secret: name the .pub file", path);
    else if (status == GW_OK && !is_public && !out->secret_key[0])
        status = gw_error_set(error, GW_ECONFIG, "%s: no line 'secret: KEY'", path);
    if (status != GW_OK)
        explicit_bzero(out, sizeof *out);
    return status;
}

/* A new file; owner (uid_t)-1: who makes it. */
static gw_status file_write(const char *path, const char *text, mode_t mode, uid_t owner,
                            gw_error *error)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    if (fd < 0 && errno == EEXIST)
        return gw_error_set(error, GW_EBUSY, "%s: is there already: it is not written over", path);
    if (fd < 0)
        return gw_error_set(error, GW_EIO, "%s: %s", path, strerror(errno));
    size_t n = strlen(text);
    bool failed = (owner != (uid_t)-1 && fchown(fd, owner, (gid_t)-1) < 0) ||
                  write(fd, text, n) != (ssize_t)n || fsync(fd) < 0;
    int number = errno;
    failed |= close(fd) < 0;
    if (!failed)
        return GW_OK;
    unlink(path);
    return gw_error_set(error, GW_EIO, "%s: %s", path, strerror(number));
}

gw_status gw_keyfile_save(const char *path, const gw_keyfile *pair, uid_t owner, gw_error *error)
{
    char text[256], name[4096];
    if (snprintf(name, sizeof name, "%s.pub", path) >= (int)sizeof name)
        return gw_error_set(error, GW_EUSAGE, "%.200s: path too long", path);
    snprintf(text, sizeof text,
             "# Keep this file to yourself; the one that ends in .pub is to give away.\n"
             "public: %s\nsecret: %s\n",
             pair->public_key, pair->secret_key);
    gw_status status = file_write(path, text, 0600, owner, error);
    explicit_bzero(text, sizeof text);
    if (status != GW_OK)
        return status;
    snprintf(text, sizeof text, "public: %s\n", pair->public_key);
    status = file_write(name, text, 0644, (uid_t)-1, error);
    if (status != GW_OK)
        unlink(path);
    return status;
}
