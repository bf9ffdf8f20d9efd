/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/sigmf_start.h"

gw_status sigmf_start_parse(const char *path, const json_t *captures, int64_t *start,
                            gw_error *error)
{
    const json_t *told = json_object_get(json_array_get(captures, 0), "core:sample_start");
    *start = json_integer_value(told);
    if (told && (!json_is_integer(told) || *start < 0))
        return gw_error_set(error, GW_EFORMAT, "%s: captures[0].core:sample_start is not an index",
                            path);
    return GW_OK;
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
