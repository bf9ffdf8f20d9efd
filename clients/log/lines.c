/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One record a line, as it was published; the log's own events as {"log": ...}.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "clients/log/log_impl.h"

typedef struct lines {
    FILE *file;
    char *path;
    gw_log_seen *seen;
} lines;

static void lines_close(void *opaque)
{
    lines *state = opaque;
    if (state->file)
        fclose(state->file);
    gw_log_seen_destroy(state->seen);
    free(state->path);
    free(state);
}

/* A line without an end is the beginning of one of ours: it was cut while it was written. */
static bool is_cut_of_ours(const char *line, size_t n)
{
    static const char *const heads[] = {"{\"specversion\":", "{\"log\":{"};
    for (size_t k = 0; k < sizeof heads / sizeof *heads; k++) {
        size_t n_head = strlen(heads[k]);
        if (memcmp(line, heads[k], n < n_head ? n : n_head) == 0)
            return true;
    }
    return false;
}

/* One line of an existing file. False: it is not ours. */
static bool line_see(lines *state, const char *line, size_t n, bool *is_full)
{
    gw_log_record record;
    if (line[n - 1] != '\n')
        return is_cut_of_ours(line, n);
    json_t *message = json_loadb(line, n, 0, NULL);
    bool is_note = json_is_object(json_object_get(message, "log"));
    bool is_record = !is_note && gw_log_record_take(message, &record);
    if (is_record)
        gw_log_seen_add(state->seen, &record, is_full);
    json_decref(message);
    return is_note || is_record;
}

/* What is there; a last line that was cut is taken off. */
static gw_status lines_read(lines *state, gw_error *error)
{
    char *line = NULL;
    size_t size = 0;
    long whole = 0;
    bool is_full = false;
    gw_status status = GW_OK;
    rewind(state->file);
    for (long n; status == GW_OK && (n = getline(&line, &size, state->file)) > 0;) {
        bool was_full = is_full;
        if (!line_see(state, line, (size_t)n, &is_full))
            status = gw_error_set(error, GW_EFORMAT, "%s: not a log of Groundwatch: left as it is",
                                  state->path);
        is_full |= was_full;
        whole += line[n - 1] == '\n' ? n : 0;
    }
    free(line);
    if (status == GW_OK && ferror(state->file))
        status = gw_error_set(error, GW_EIO, "%s: %s", state->path, strerror(errno));
    if (status == GW_OK && is_full)
        status = gw_error_set(error, GW_ENOMEM, "%s: out of memory", state->path);
    if (status == GW_OK &&
        (ftruncate(fileno(state->file), whole) != 0 || fseek(state->file, whole, SEEK_SET) != 0))
        status = gw_error_set(error, GW_EIO, "%s: %s", state->path, strerror(errno));
    return status;
}

static gw_status lines_open(const char *path, void **out, gw_error *error)
{
    lines *state = calloc(1, sizeof *state);
    int fd = state ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666) : -1;
    if (!state || !(state->path = strdup(path)) || !(state->seen = gw_log_seen_create()))
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    state->file = fd >= 0 ? fdopen(fd, "r+") : NULL;
    gw_status status = GW_OK;
    if (!state->file)
        status = gw_error_set(error, GW_EIO, "%s: %s", path, strerror(errno));
    else if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        status = gw_error_set(error, GW_EBUSY, "%s: another log writes it", path);
    else
        status = lines_read(state, error);
    if (status != GW_OK)
        lines_close(state);
    else
        *out = state;
    return status;
}

static gw_status line_write(lines *state, const json_t *value, gw_error *error)
{
    if (json_dumpf(value, state->file, JSON_COMPACT | JSON_REAL_PRECISION(17)) == 0 &&
        fputc('\n', state->file) != EOF)
        return GW_OK;
    return gw_error_set(error, GW_EIO, "%s: %s", state->path, strerror(errno));
}

static gw_status lines_put(void *opaque, const gw_log_record *record, bool *is_new, gw_error *error)
{
    lines *state = opaque;
    bool is_full;
    *is_new = gw_log_seen_add(state->seen, record, &is_full);
    if (is_full)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", state->path);
    return *is_new ? line_write(state, record->message, error) : GW_OK;
}

static gw_status lines_note(void *opaque, const json_t *event, gw_error *error)
{
    json_t *line = json_pack("{s:O}", "log", (json_t *)(uintptr_t)event);
    gw_status status = line_write(opaque, line, error);
    json_decref(line);
    return status;
}

static gw_status lines_commit(void *opaque, gw_error *error)
{
    lines *state = opaque;
    if (fflush(state->file) == 0 && fdatasync(fileno(state->file)) == 0)
        return GW_OK;
    return gw_error_set(error, GW_EIO, "%s: %s", state->path, strerror(errno));
}

const gw_log_format gw_log_lines = {.open = lines_open,
                                    .put = lines_put,
                                    .note = lines_note,
                                    .commit = lines_commit,
                                    .close = lines_close};
