/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/source_impl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_ROWS_MAX = 65536, BLOCK_COUNTS_MAX = 1 << 22 };

static const source_type *const types[] = {&source_iio, &source_file};

struct gw_source {
    const source_type *type;
    void *state;
};

/* The type of a URI, and its address: what follows the scheme. */
static const source_type *type_find(const char *uri, const char **address, gw_error *error)
{
    for (size_t k = 0; k < sizeof types / sizeof *types; k++) {
        size_t n = strlen(types[k]->scheme);
        if (strncmp(uri, types[k]->scheme, n) == 0 && uri[n]) {
            *address = uri + n;
            return types[k];
        }
    }
    gw_error_set(error, GW_EUSAGE,
                 "%s: not a source: iio:ip:HOST:PORT, iio:local:, iio:usb:... or file:PATH", uri);
    return NULL;
}

size_t source_block_rows(const gw_stream *stream, double rate_hz, double block_s)
{
    double most = fmin(BLOCK_ROWS_MAX, BLOCK_COUNTS_MAX / (double)gw_stream_row_counts(stream));
    return (size_t)fmax(1, fmin(floor(rate_hz * block_s + 0.5), floor(most)));
}

gw_status gw_source_list(const char *uri, unsigned *kinds, gw_error *error)
{
    const char *address;
    const source_type *type = type_find(uri, &address, error);
    *kinds = 0;
    return type ? type->list(address, kinds, error) : GW_EUSAGE;
}

gw_status gw_source_open(const gw_source_config *config, gw_source **out, gw_error *error)
{
    const char *address;
    const source_type *type = type_find(config->uri, &address, error);
    *out = NULL;
    if (!type)
        return GW_EUSAGE;
    gw_source *source = calloc(1, sizeof *source);
    if (!source)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", config->uri);
    source->type = type;
    gw_status status = type->open(address, config, &source->state, error);
    if (status != GW_OK) {
        free(source);
        return status;
    }
    *out = source;
    return GW_OK;
}

const gw_stream *gw_source_describe(const gw_source *source)
{
    return source->type->describe(source->state);
}

size_t gw_source_block_rows(const gw_source *source)
{
    return source->type->block_rows(source->state);
}

gw_status gw_source_read(gw_source *source, gw_block *block, gw_error *error)
{
    return source->type->read(source->state, block, error);
}

void gw_source_cancel(gw_source *source)
{
    source->type->cancel(source->state);
}

void gw_source_close(gw_source *source)
{
    if (!source)
        return;
    source->type->close(source->state);
    free(source);
}
