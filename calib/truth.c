/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/truth.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/file.h"

enum { LINE_MAX_BYTES = 1024, COLUMNS_MAX = 32 };
enum { ALONG, DIAMETER, DEPTH, COVER, CROSS, CLASS, NAME, WANTED };

static const char *const wanted[WANTED] = {"along_m", "diameter_m", "depth_m", "cover_mm",
                                           "cross_m", "class",      "name"};

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
    return column[ALONG] >= 0;
}

static bool real_parse(const char *text, double *out)
{
    char *end;
    *out = strtod(text, &end);
    return end != text && *end == 0 && isfinite(*out);
}

/* "" is unknown; what is there must be a number in [least, most]. */
static bool known_parse(const char *text, double least, double most, double *out)
{
    return !*text || (real_parse(text, out) && *out >= least && *out <= most);
}

static bool item_parse(char *line, const int column[WANTED], gw_truth_item *out)
{
    char *fields[COLUMNS_MAX];
    const char *value[WANTED];
    double cover_mm = (double)NAN;
    size_t n = line_cut(line, fields);
    for (int k = 0; k < WANTED; k++)
        value[k] = column[k] >= 0 && (size_t)column[k] < n ? fields[column[k]] : "";
    *out = (gw_truth_item){.depth_m = (double)NAN, .cross_m = (double)NAN};
    snprintf(out->class_name, sizeof out->class_name, "%s", value[CLASS]);
    snprintf(out->name, sizeof out->name, "%s", value[NAME]);
    bool is_right = known_parse(value[DEPTH], -10, 100, &out->depth_m) &&
                    known_parse(value[COVER], -10e3, 100e3, &cover_mm) &&
                    known_parse(value[CROSS], -1e6, 1e6, &out->cross_m) &&
                    known_parse(value[DIAMETER], 0, 100, &out->diameter_m);
    if (isnan(out->depth_m))
        out->depth_m = cover_mm / 1000;
    return is_right && *value[ALONG] && known_parse(value[ALONG], -1e6, 1e6, &out->along_m);
}

static gw_status items_parse(FILE *file, const char *path, gw_truth_item *items, size_t *n,
                             gw_error *error)
{
    char line[LINE_MAX_BYTES];
    int column[WANTED];
    *n = 0;
    if (!fgets(line, sizeof line, file) || !header_parse(line, column))
        return gw_error_set(error, GW_EFORMAT, "%s:1: a header with the column along_m expected",
                            path);
    for (int number = 2; fgets(line, sizeof line, file); number++) {
        if (line[strspn(line, " \r\n")] == 0)
            continue;
        if (!strchr(line, '\n') && !feof(file))
            return gw_error_set(error, GW_EFORMAT, "%s:%d: longer than %d bytes", path, number,
                                LINE_MAX_BYTES - 2);
        if (*n == GW_TRUTH_MAX)
            return gw_error_set(error, GW_EFORMAT, "%s:%d: more than %d objects", path, number,
                                GW_TRUTH_MAX);
        if (!item_parse(line, column, &items[*n]))
            return gw_error_set(error, GW_EFORMAT,
                                "%s:%d: numbers expected in along_m, cross_m, diameter_m, depth_m",
                                path, number);
        (*n)++;
    }
    return ferror(file) ? gw_error_set(error, GW_EIO, "%s: read failed", path) : GW_OK;
}

gw_status gw_truth_load(const char *path, gw_truth_item *items, size_t *n, gw_error *error)
{
    FILE *file;
    gw_status status = gw_file_stream(path, GW_EFORMAT, &file, error);
    if (status != GW_OK)
        return status;
    status = items_parse(file, path, items, n, error);
    fclose(file);
    return status;
}

gw_status gw_truth_parse(const char *path, const char *text, size_t n_text, gw_truth_item *items,
                         size_t *n, gw_error *error)
{
    *n = 0;
    FILE *file = n_text ? fmemopen((void *)(uintptr_t)text, n_text, "r") : NULL;
    if (!file)
        return gw_error_set(error, GW_EFORMAT, "%s:1: the file is empty", path);
    gw_status status = items_parse(file, path, items, n, error);
    fclose(file);
    return status;
}
