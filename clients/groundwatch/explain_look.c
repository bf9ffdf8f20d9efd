/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "clients/groundwatch/explain.h"

static double number_of(const json_t *record, const char *key)
{
    const json_t *value = json_object_get(record, key);
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

/* The metal detector's part of a line: all of its own, a part of a fused one, of the radar's none.
 */
static look_wanted wanted_of(const json_t *record)
{
    const char *sensor = json_string_value(json_object_get(record, "sensor"));
    bool is_md = sensor && strcmp(sensor, "md") == 0;
    bool is_fused = sensor && strcmp(sensor, "fused") == 0;
    const json_t *sample = json_object_get(record, is_md ? "sample" : "md_sample");
    look_wanted wanted = {.sample = -1,
                          .score = number_of(record, is_md ? "score" : "md_score"),
                          .along_m = number_of(record, "along_m")};
    if ((is_md || is_fused) && json_is_integer(sample))
        wanted.sample = json_integer_value(sample);
    return wanted;
}

gw_status explain_looks_create(const gw_decision *decision, look **looks, size_t *n,
                               gw_error *error)
{
    *n = 1 + json_array_size(decision->passes);
    *looks = calloc(*n, sizeof **looks);
    if (!*looks)
        return gw_error_set(error, GW_ENOMEM, "explain: out of memory");
    for (size_t k = 0; k < *n; k++)
        (*looks)[k].wanted =
            wanted_of(k ? json_array_get(decision->passes, k - 1) : decision->detection);
    return GW_OK;
}

static gw_status look_save(const look *l, size_t k, const detect_result *result, const char *folder,
                           gw_error *error)
{
    char path[1400], which[24] = "";
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return gw_error_set(error, GW_EIO, "%s: %s", folder, strerror(errno));
    if (k > 0)
        snprintf(which, sizeof which, "-%zu", k + 1);
    snprintf(path, sizeof path, "%.1000s/%s-md%s.png", folder, result->recording, which);
    return look_draw(l, result->recording, path, error);
}

gw_status explain_draw(const detect_job *job, const detect_result *result, const char *folder,
                       gw_error *error)
{
    gw_status status = GW_OK;
    bool has_look = false;
    for (size_t k = 0; k < job->n_looks && status == GW_OK; k++)
        if (job->looks[k].n) {
            has_look = true;
            status = look_save(&job->looks[k], k, result, folder, error);
        }
    if (status == GW_OK && (result->sections || !has_look)) /* without either, that is said */
        status = detect_picture(result, folder, error);
    return status;
}
