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
        gw_log_record record;
        json_t *message = json_loadb(line, (size_t)n, 0, NULL);
        bool is_cut = line[n - 1] != '\n';
        if (!is_cut && !json_object_get(message, "log") && !gw_log_record_take(message, &record))
            status = gw_error_set(error, GW_EFORMAT, "%s: not a log of Groundwatch: left as it is",
                                  state->path);
        else if (!is_cut && !json_object_get(message, "log"))
            gw_log_seen_add(state->seen, &record, &is_full);
        whole += is_cut ? 0 : n;
        json_decref(message);
    }
    free(line);
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

static gw_status lines_commit(void *opaque, const char *source, const gw_client_position *position,
                              gw_error *error)
{
    lines *state = opaque;
    (void)source;
    (void)position;
    if (fflush(state->file) == 0 && fdatasync(fileno(state->file)) == 0)
        return GW_OK;
    return gw_error_set(error, GW_EIO, "%s: %s", state->path, strerror(errno));
}

const gw_log_format gw_log_lines = {.open = lines_open,
                                    .put = lines_put,
                                    .note = lines_note,
                                    .commit = lines_commit,
                                    .close = lines_close};
