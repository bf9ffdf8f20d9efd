/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as numbers in text, and as stepped frequencies in text: parsed or refused, and what is
 * parsed is within bounds.
 */
#include "drivers/formats/csv.h"
#include "drivers/formats/sfcw_text.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(gw_status status, const gw_table *table, const gw_stream *stream,
                  const gw_error *error)
{
    if (status != GW_OK && !error->text[0])
        abort(); /* refused without a reason */
    if (status == GW_OK &&
        (stream->n_rows < 1 || stream->n_samples > GW_SAMPLES_MAX ||
         (size_t)stream->n_rows * gw_stream_row_counts(stream) != table->n_values))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gw_stream stream;
    for (int form = 0; form < 3; form++) {
        gw_error error = {.text = ""};
        gw_table *table = calloc(1, sizeof *table);
        char *text = malloc(size + 1);
        if (!table || !text)
            abort();
        memcpy(text, data, size);
        text[size] = 0;
        gw_status status = form == 2 ? gw_sfcw_text_parse(text, size, table, &stream, &error)
                                     : gw_csv_parse(text, size, form, table, &stream, &error);
        check(status, table, &stream, &error);
        free(text);
        free(table->values);
        free(table);
    }
    return 0;
}
