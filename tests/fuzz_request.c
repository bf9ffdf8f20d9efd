/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A request is refused with a reason, or every number in it is within its bounds; of a command,
 * whatever it says can be written down again, names a request and fits a record.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/gate/request.h"
#include "daemon/gate/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    request to;
    const char *reason = request_decode(data, size, &to);
    if (!reason && to.op == REQUEST_REPLAY &&
        (to.from < 1 || to.to < to.from || to.to > INT64_MAX || to.max < 1 ||
         to.max > REQUEST_RECORDS_MAX || to.kind > GW_RECORD_COUNT ||
         (to.kind >= GW_RECORD_HEARTBEAT && to.kind != GW_RECORD_COUNT)))
        abort();
    if (!reason && request_is_command(&to)) {
        char *text = json_dumps(to.data, JSON_COMPACT);
        if (!text || strlen(text) > REQUEST_BYTES_MAX + 64 || strlen(to.request) != 36 ||
            (to.kind != GW_RECORD_DETECTION && to.kind != GW_RECORD_OUTCOME &&
             to.kind != GW_RECORD_CHECK && to.kind != GW_RECORD_SESSION))
            abort();
        free(text);
    } else if (to.data && (reason || !request_is_command(&to))) {
        abort();
    }
    request_free(&to);
    free(words_error(&to, reason ? reason : "none"));
    return 0;
}
