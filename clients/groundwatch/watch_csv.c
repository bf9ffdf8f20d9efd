/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/watch_csv.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_BYTES = 1024, COLUMNS_MAX = 32 };
enum { ALONG, DIAMETER, DEPTH, CLASS, NAME, WANTED };

static const char *const wanted[WANTED] = {"along_m", "diameter_m", "depth_m", "class", "name"};

/* Cuts the line at its commas; quotes are not known. Returns the number of fields. */
static size_t line_cut(char *line, char *fields[COLUMNS_MAX])
{
    size_t n = 0;
    line[strcspn(line, "\r\n")] = 0;
    for (char *at = line; at && n < COLUMNS_MAX; n++) {
        fields[n] = at;
        at = strchr(at, ',');
        if (at)
            *at++ = 0;
    }
    return n;
}

/* column[k]: where wanted[k] stands; -1: not there. */
static bool header_parse(char *line, int column[WANTED])
{
    char *fields[COLUMNS_MAX];
    size_t n = line_cut(line, fields);
    for (int k = 0; k < WANTED; k++) {
        column[k] = -1;
        for (size_t c = 0; c < n; c++)
            if (strcmp(fields[c], wanted[k]) == 0)
                column[k] = (int)c;
    }
    return column[ALONG] >= 0 && column[DIAMETER] >= 0;
}

static bool real_parse(const char *text, double *out)
{
    char *end;
    *out = strtod(text, &end);
    return end != text && *end == 0 && isfinite(*out);
}

static bool target_parse(char *line, const int column[WANTED], watch_target *out)
{
    char *fields[COLUMNS_MAX];
    const char *value[WANTED];
    size_t n = line_cut(line, fields);
    for (int k = 0; k < WANTED; k++)
        value[k] = column[k] >= 0 && (size_t)column[k] < n ? fields[column[k]] : "";
    if (!real_parse(value[DEPTH], &out->depth_m))
        out->depth_m = (double)NAN;
    snprintf(out->class_name, sizeof out->class_name, "%s", value[CLASS]);
    snprintf(out->name, sizeof out->name, "%s", value[NAME]);
    return real_parse(value[ALONG], &out->along_m) &&
           real_parse(value[DIAMETER], &out->diameter_m) && out->diameter_m >= 0;
}

static gw_status targets_parse(FILE *file, const char *path, watch_target *targets, size_t *n,
                               gw_error *error)
{
    char line[LINE_MAX_BYTES];
    int column[WANTED];
    *n = 0;
    if (!fgets(line, sizeof line, file) || !header_parse(line, column))
        return gw_error_set(error, GW_EFORMAT, "%s:1: columns along_m and diameter_m expected",
                            path);
    for (int number = 2; fgets(line, sizeof line, file); number++) {
        if (line[strspn(line, " \r\n")] == 0)
            continue;
        if (*n == WATCH_TARGETS_MAX)
            return gw_error_set(error, GW_EFORMAT, "%s:%d: more than %d targets", path, number,
                                WATCH_TARGETS_MAX);
        if (!target_parse(line, column, &targets[*n]))
            return gw_error_set(error, GW_EFORMAT, "%s:%d: along_m, diameter_m: numbers expected",
                                path, number);
        (*n)++;
    }
    return ferror(file) ? gw_error_set(error, GW_EIO, "%s: read failed", path) : GW_OK;
}

gw_status watch_csv_load(const char *path, watch_target *targets, size_t *n, gw_error *error)
{
    FILE *file = fopen(path, "r");
    if (!file)
        return gw_error_set(error, errno == ENOENT ? GW_ENOENT : GW_EIO, "%s: %s", path,
                            strerror(errno));
    gw_status status = targets_parse(file, path, targets, n, error);
    fclose(file);
    return status;
}
