/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/sigmf_start.h -- where the samples begin: core:sample_start of the first capture, the
 * sample of the data at which what the meta file tells begins, and core:header_bytes, the bytes
 * before the first sample that are none. Rows are read from the data's first sample on, which is
 * right where core:sample_start is 0.
 */
#ifndef GW_DRIVERS_SIGMF_START_H
#define GW_DRIVERS_SIGMF_START_H

#include "drivers/sigmf_meta.h"

/* meta->start and header_bytes: 0 where they are not told. path only names the file. GW_EFORMAT:
 * not an index or a number of bytes; bytes that are no samples elsewhere than at the beginning. */
gw_status sigmf_start_parse(const char *path, const json_t *captures, sigmf_meta *meta,
                            gw_error *error);

/* Hold it against the n_samples that the data of BASE have: where it is not 0 a note says so.
 * GW_EFORMAT: the data have no such sample. */
gw_status sigmf_start_check(const char *base, uint64_t n_samples, sigmf_meta *meta,
                            gw_error *error);

#endif
