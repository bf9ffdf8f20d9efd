/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/sigmf_start.h"

static const int64_t header_bytes_max = INT64_C(1) << 40;

/* Bytes that are no samples lie at the file's beginning, and nowhere else. */
static gw_status header_parse(const char *path, const json_t *captures, sigmf_meta *meta,
                              gw_error *error)
{
    for (size_t k = 0; k < json_array_size(captures); k++) {
        const json_t *told = json_object_get(json_array_get(captures, k), "core:header_bytes");
        int64_t n_bytes = json_integer_value(told);
        if (told && (!json_is_integer(told) || n_bytes < 0 || n_bytes > header_bytes_max))
            return gw_error_set(error, GW_EFORMAT,
                                "%s: captures[%zu].core:header_bytes is not a number of bytes",
                                path, k);
        if (n_bytes > 0 && (k > 0 || meta->start > 0))
            return gw_error_set(error, GW_EFORMAT,
                                "%s: captures[%zu].core:header_bytes is %lld: bytes that are no "
                                "samples are read before the first sample only",
                                path, k, (long long)n_bytes);
        if (k == 0)
            meta->header_bytes = (uint64_t)n_bytes;
    }
    return GW_OK;
}

gw_status sigmf_start_parse(const char *path, const json_t *captures, sigmf_meta *meta,
                            gw_error *error)
{
    const json_t *told = json_object_get(json_array_get(captures, 0), "core:sample_start");
    meta->start = json_integer_value(told);
    if (told && (!json_is_integer(told) || meta->start < 0))
        return gw_error_set(error, GW_EFORMAT, "%s: captures[0].core:sample_start is not an index",
                            path);
    return header_parse(path, captures, meta, error);
}

gw_status sigmf_start_check(const char *base, uint64_t n_samples, sigmf_meta *meta, gw_error *error)
{
    uint64_t start = (uint64_t)meta->start;
    if (start >= n_samples && start > 0)
        return gw_error_set(error, GW_EFORMAT,
                            "%s.sigmf-meta: captures[0].core:sample_start is %llu, but the data "
                            "have %llu samples",
                            base, (unsigned long long)start, (unsigned long long)n_samples);
    if (start > 0)
        sigmf_note(meta->notes,
                   "captures[0].core:sample_start is %llu, not 0: the samples before it belong to "
                   "no capture and are read as the others\n",
                   (unsigned long long)start);
    return GW_OK;
}
