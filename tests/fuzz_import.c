/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as the answer of groundwatch-import: a stream within bounds, or refused.
 */
#include "drivers/formats/import.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static gw_import_head head;
    gw_stream stream;
    gw_error error = {.text = ""};
    memset(&head, 0, sizeof head);
    memcpy(&head, data, size < sizeof head ? size : sizeof head);
    if (gw_import_check(&head, &stream, &error) != GW_OK) {
        if (!error.text[0])
            abort(); /* refused without a reason */
        return 0;
    }
    if (!isfinite(stream.sample_rate_hz) || !(stream.scan_spacing_m >= 0) || head.is_refused ||
        strlen(head.notes) >= GW_NOTES_MAX || head.n_values > GW_IMPORT_VALUES_MAX)
        abort();
    return 0;
}
