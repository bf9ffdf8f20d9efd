/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/source_impl.h -- what each kind of source offers behind drivers/source.h.
 */
#ifndef GW_DRIVERS_SOURCE_IMPL_H
#define GW_DRIVERS_SOURCE_IMPL_H

#include "drivers/source.h"

typedef struct source_type {
    const char *scheme; /* "iio:", "file:" */
    gw_status (*list)(const char *address, unsigned *kinds, gw_error *error);
    gw_status (*open)(const char *address, const gw_source_config *config, void **state,
                      gw_error *error);
    const gw_stream *(*describe)(const void *state);
    size_t (*block_rows)(const void *state);
    gw_status (*read)(void *state, gw_block *block, gw_error *error);
    void (*cancel)(void *state);
    void (*close)(void *state);
} source_type;

extern const source_type source_iio, source_file;

/* Rows of a block of block_s (at least one, and no more than a few megabytes of counts, whatever
 * the rate is said to be). */
size_t source_block_rows(const gw_stream *stream, double rate_hz, double block_s);

#endif
