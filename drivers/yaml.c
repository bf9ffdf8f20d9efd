/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/file.h"

enum { YAML_BYTES_MAX = 1 << 20, PATH_PARTS_MAX = 256 };

/* What libcyaml says of one failure: the cause first, then the way to it from the inside out. */
typedef struct yaml_log {
    char cause[160];
    char path[PATH_PARTS_MAX]; /* "list[2].key" */
    int line;
} yaml_log;

static void path_prepend(yaml_log *log, const char *part)
{
    char joined[PATH_PARTS_MAX];
    const char *dot = log->path[0] && log->path[0] != '[' ? "." : "";
    snprintf(joined, sizeof joined, "%s%s%.150s", part, dot, log->path);
    memcpy(log->path, joined, sizeof joined);
}

static void log_line(cyaml_log_t level, void *context, const char *format, va_list args)
{
    yaml_log *log = context;
    char text[256], part[100];
    int line = 0;
    (void)level;
    vsnprintf(text, sizeof text, format, args);
    text[strcspn(text, "\n")] = 0;
    char *place = strstr(text, "(line: ");
    if (place && sscanf(place, "(line: %d", &line) == 1 && !log->line)
        log->line = line;
    if (sscanf(text, "  in mapping field '%90[^']'", part) == 1) {
        path_prepend(log, part);
    } else if (sscanf(text, "  in sequence entry '%d'", &line) == 1) {
        snprintf(part, sizeof part, "[%d]", line > 0 ? line - 1 : 0); /* it counts from 1 */
        path_prepend(log, part);
    } else if (strncmp(text, "Load: ", 6) == 0 && !log->cause[0]) {
        snprintf(log->cause, sizeof log->cause, "%.150s", text + 6);
    }
}

/* Of a key that should not be there libcyaml names the mapping; the key itself is more use. */
static void unexpected_place(yaml_log *log, const unsigned char *text, size_t n_text)
{
    char joined[PATH_PARTS_MAX];
    const char *intro = "Unexpected key: ";
    if (strncmp(log->cause, intro, strlen(intro)) != 0)
        return;
    snprintf(joined, sizeof joined, "%.120s%s%.120s", log->path, log->path[0] ? "." : "",
             log->cause + strlen(intro));
    memcpy(log->path, joined, sizeof joined);
    log->line = gw_yaml_line(text, n_text, log->path);
    snprintf(log->cause, sizeof log->cause, "unknown key");
}

gw_status gw_yaml_parse(const char *path, const unsigned char *text, size_t n_text,
                        const cyaml_schema_value_t *schema, gw_status wrong, void **out,
                        gw_error *error)
{
    yaml_log log = {0};
    const cyaml_config_t config = {
        .log_fn = log_line, .log_ctx = &log, .log_level = CYAML_LOG_ERROR, .mem_fn = cyaml_mem};
    *out = NULL;
    cyaml_err_t failed = cyaml_load_data(text, n_text, &config, schema, out, NULL);
    if (failed == CYAML_OK && *out)
        return GW_OK;
    if (failed == CYAML_ERR_OOM)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    unexpected_place(&log, text, n_text);
    const char *cause = log.cause[0] ? log.cause : cyaml_strerror(failed);
    return gw_error_set(error, wrong, "%s:%d: %s%s%s", path, log.line ? log.line : 1, log.path,
                        log.path[0] ? ": " : "", failed == CYAML_OK ? "file is empty" : cause);
}

gw_status gw_yaml_slurp(const char *path, gw_status wrong, unsigned char **text, size_t *n_text,
                        gw_error *error)
{
    FILE *file;
    *text = NULL;
    /* what is no file at all is not a wrong configuration: it cannot be read */
    gw_status other = wrong == GW_ECONFIG ? GW_EIO : wrong;
    gw_status status = gw_file_stream(path, other, &file, error);
    if (status != GW_OK)
        return status;
    *text = malloc(YAML_BYTES_MAX + 1);
    if (!*text) {
        fclose(file);
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    }
    *n_text = fread(*text, 1, YAML_BYTES_MAX + 1, file);
    int failed = ferror(file);
    fclose(file);
    if (failed)
        return gw_error_set(error, GW_EIO, "%s: cannot be read", path);
    if (*n_text > YAML_BYTES_MAX)
        return gw_error_set(error, wrong, "%s: longer than 1 MiB", path);
    return GW_OK;
}

gw_status gw_yaml_load(const char *path, const cyaml_schema_value_t *schema, gw_status wrong,
                       void **out, gw_error *error)
{
    unsigned char *text = NULL;
    size_t n_text = 0;
    *out = NULL;
    gw_status status = gw_yaml_slurp(path, wrong, &text, &n_text, error);
    if (status == GW_OK)
        status = gw_yaml_parse(path, text, n_text, schema, wrong, out, error);
    free(text);
    return status;
}

void gw_yaml_free(const cyaml_schema_value_t *schema, void *data)
{
    const cyaml_config_t config = {.mem_fn = cyaml_mem, .log_level = CYAML_LOG_ERROR};
    cyaml_free(&config, schema, data, 0);
}
