/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/calibration.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "drivers/file.h"
#include "drivers/calibration_json.h"

static const long file_max_bytes = 64L << 20;

gw_calibration_file *gw_calibration_file_create(void)
{
    return calloc(1, sizeof(gw_calibration_file));
}

void gw_calibration_file_destroy(gw_calibration_file *file)
{
    if (!file)
        return;
    free(file->air.coupling);
    free(file->open.values);
    free(file->plate.values);
    free(file->content);
    free(file);
}

/* What is hashed; the caller frees it. NULL when out of memory. */
static char *content_make(const json_t *root)
{
    json_t *content = json_copy((json_t *)(uintptr_t)root);
    char *text = NULL;
    if (content) {
        json_object_del(content, "hash");
        text = json_dumps(content, JSON_COMPACT | JSON_SORT_KEYS);
    }
    json_decref(content);
    return text;
}

bool calibration_seal(const json_t *root, char hash[GW_CALIBRATION_HASH_MAX])
{
    char *text = content_make(root);
    if (text)
        SHA256Data((const uint8_t *)text, strlen(text), hash);
    free(text);
    return text != NULL;
}

static bool content_take(gw_calibration_file *file, const json_t *root)
{
    char *text = content_make(root);
    if (!text)
        return false;
    SHA256Data((const uint8_t *)text, strlen(text), file->hash);
    if (strlen(text) <= GW_CALIBRATION_CONTENT_MAX)
        file->content = text;
    else
        free(text);
    return true;
}

/* What it claims to be, before any of its values is looked at. */
static gw_status seal_check(const char *path, const json_t *root, gw_calibration_file *file,
                            gw_error *error)
{
    const char *format = json_string_value(json_object_get(root, "format"));
    const json_t *version = json_object_get(root, "version");
    const char *hash = json_string_value(json_object_get(root, "hash"));
    if (!format || strcmp(format, "groundwatch-calibration") != 0)
        return gw_error_set(error, GW_ECONFIG, "%s: this is no calibration file of Groundwatch",
                            path);
    if (!json_is_integer(version) || json_integer_value(version) != 1)
        return gw_error_set(error, GW_ECONFIG,
                            "%s: version: made by a later version of Groundwatch; this one reads "
                            "version 1",
                            path);
    if (!content_take(file, root))
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    if (!hash || strcmp(hash, file->hash) != 0)
        return gw_error_set(error, GW_ECONFIG,
                            "%s: hash: the content is not what was sealed; the file was edited or "
                            "damaged. Calibrate again, or take the original file",
                            path);
    return GW_OK;
}

gw_status gw_calibration_file_parse(const char *path, const void *text, size_t n_text,
                                    gw_calibration_file **out, gw_error *error)
{
    json_error_t why;
    gw_error local;
    error = error ? error : &local;
    *out = NULL;
    json_t *root = json_loadb(text, n_text, JSON_REJECT_DUPLICATES, &why);
    if (!root)
        return gw_error_set(error, GW_ECONFIG, "%s:%d: not JSON: %.120s", path, why.line, why.text);
    gw_calibration_file *file = gw_calibration_file_create();
    gw_status status = file ? seal_check(path, root, file, error)
                            : gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    if (status == GW_OK)
        status = calibration_decode(path, root, file, error);
    json_decref(root);
    if (status == GW_OK)
        *out = file;
    else
        gw_calibration_file_destroy(file);
    return status;
}

static gw_status slurp(const char *path, char **text, size_t *n_text, gw_error *error)
{
    FILE *from;
    *text = NULL;
    gw_status status = gw_file_stream(path, GW_ECONFIG, &from, error);
    if (status != GW_OK)
        return status;
    long size = fseek(from, 0, SEEK_END) == 0 ? ftell(from) : -1;
    if (size < 0 || fseek(from, 0, SEEK_SET) != 0)
        status = gw_error_set(error, GW_EIO, "%s: cannot be read", path);
    else if (size > file_max_bytes)
        status = gw_error_set(error, GW_ECONFIG, "%s: too large for a calibration file", path);
    else if (!(*text = malloc((size_t)size + 1)))
        status = gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    if (status == GW_OK) {
        *n_text = fread(*text, 1, (size_t)size, from);
        if (ferror(from))
            status = gw_error_set(error, GW_EIO, "%s: %s", path, strerror(errno));
    }
    fclose(from);
    return status;
}

gw_status gw_calibration_file_load(const char *path, gw_calibration_file **out, gw_error *error)
{
    char *text;
    size_t n_text = 0;
    *out = NULL;
    gw_status status = slurp(path, &text, &n_text, error);
    if (status == GW_OK)
        status = gw_calibration_file_parse(path, text, n_text, out, error);
    free(text);
    return status;
}

static int64_t oldest_of(const gw_calibration_file *file)
{
    const int64_t dates[] = {file->air.date_ns,   file->open.date_ns, file->plate.date_ns,
                             file->null.date_ns,  file->ball.date_ns, file->noise.date_ns,
                             file->ground.date_ns};
    int64_t oldest = INT64_MAX;
    for (size_t k = 0; k < sizeof dates / sizeof *dates; k++)
        if (dates[k] && dates[k] < oldest)
            oldest = dates[k];
    return oldest;
}

/* Beside the file, then renamed over it: at no time is there half a file. */
static gw_status text_put(const char *text, const char *path, gw_error *error)
{
    char *beside = NULL;
    if (asprintf(&beside, "%s.XXXXXX", path) < 0)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    int fd = mkostemp(beside, O_CLOEXEC);
    FILE *to = fd >= 0 ? fdopen(fd, "wb") : NULL;
    bool is_good = to && fputs(text, to) >= 0 && fputc('\n', to) != EOF && fflush(to) == 0 &&
                   fchmod(fd, 0644) == 0 && fsync(fd) == 0;
    int cause = errno;
    if (to)
        is_good &= fclose(to) == 0;
    if (is_good && rename(beside, path) != 0) {
        cause = errno;
        is_good = false;
    }
    if (!is_good && fd >= 0)
        unlink(beside);
    free(beside);
    return is_good ? GW_OK : gw_error_set(error, GW_EIO, "%s: %s", path, strerror(cause));
}

gw_status gw_calibration_file_save(gw_calibration_file *file, const char *path, gw_error *error)
{
    file->valid_until_ns = oldest_of(file) + (int64_t)GW_CALIBRATION_DAYS * 86400 * 1000000000;
    json_t *root = calibration_encode(file);
    char *text = NULL;
    if (root && calibration_seal(root, file->hash) &&
        json_object_set_new(root, "hash", json_string(file->hash)) == 0)
        text = json_dumps(root, JSON_INDENT(1));
    gw_status status = text ? text_put(text, path, error)
                            : gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    free(text);
    json_decref(root);
    return status;
}
