/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as a calibration file, as they are and with the right seal put on: one line that says
 * what is wrong, or values that are all finite and are sealed and read back the same.
 */
#include "drivers/calibration_json.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *sealed_make(json_t *root)
{
    char hash[GW_CALIBRATION_HASH_MAX];
    if (!json_is_object(root) || !calibration_seal(root, hash))
        return NULL;
    json_object_set_new(root, "hash", json_string(hash));
    return json_dumps(root, JSON_COMPACT);
}

static void values_check(const gw_calibration_file *file)
{
    gw_calibration values;
    gw_calibration_values(file, &values);
    for (size_t k = 0; k < values.md.n_tones; k++)
        if (!isfinite(values.md.gain[k][0]) || !isfinite(values.md.imbalance[k][1]))
            abort();
    for (size_t k = 0; k < values.gpr.n_channels * values.gpr.n_samples; k++)
        if (!isfinite(values.gpr.coupling[k]))
            abort();
}

static void again_check(const gw_calibration_file *file)
{
    gw_calibration_file *again = NULL;
    json_t *root = calibration_encode(file);
    char *text = sealed_make(root);
    if (!text || gw_calibration_file_parse("again", text, strlen(text), &again, NULL) != GW_OK ||
        again->air.n_samples != file->air.n_samples || again->null.n_tones != file->null.n_tones)
        abort();
    gw_calibration_file_destroy(again);
    json_decref(root);
    free(text);
}

static void text_try(const void *text, size_t size)
{
    gw_calibration_file *file = NULL;
    gw_error error = {0};
    if (gw_calibration_file_parse("fuzz", text, size, &file, &error) == GW_OK) {
        values_check(file);
        again_check(file);
        gw_calibration_file_destroy(file);
    } else if (file || strncmp(error.text, "fuzz:", 5) != 0 || strchr(error.text, '\n')) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    text_try(data, size);
    json_t *root = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
    char *sealed = sealed_make(root);
    if (sealed)
        text_try(sealed, strlen(sealed));
    free(sealed);
    json_decref(root);
    return 0;
}
