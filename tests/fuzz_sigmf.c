/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as a SigMF meta file and as a collection: parsed or refused, and what is parsed is
 * within bounds.
 */
#include "drivers/sigmf_meta.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static sigmf_meta meta;
    static sigmf_collection collection;
    gw_error error;
    gw_status status = sigmf_meta_parse("meta", (const char *)data, size, &meta, &error);
    const gw_stream *stream = &meta.stream;
    if (status == GW_OK &&
        (stream->n_channels < 1 || stream->n_channels > GW_CHANNELS_MAX || stream->n_samples < 1 ||
         stream->n_samples > GW_SAMPLES_MAX || stream->n_tones > GW_TONES_MAX ||
         meta.n_gaps > SIGMF_GAPS_MAX || meta.start < 0 || meta.header_bytes > UINT64_C(1) << 40))
        abort();
    if (status != GW_OK && !error.text[0])
        abort(); /* refused without a reason */
    status = sigmf_collection_parse("collection", (const char *)data, size, &collection, &error);
    if (status == GW_OK && (collection.n < 1 || collection.n > SIGMF_STREAMS_MAX))
        abort();
    return 0;
}
