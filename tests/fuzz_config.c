/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as a configuration: an error with a place and a cause, or values that are all checked
 * and that print and read back the same.
 */
#include "drivers/config.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gw_config config, again;
    gw_error error = {0};
    char *text = NULL;
    size_t n_text = 0;
    gw_config_default(&config);
    if (gw_config_parse("fuzz", data, size, &config, &error) != GW_OK) {
        if (strncmp(error.text, "fuzz:", 5) != 0 || strchr(error.text, '\n'))
            abort();
        return 0;
    }
    if (gw_config_check(&config, &error) != GW_OK)
        abort();
    FILE *to = open_memstream(&text, &n_text);
    gw_config_print(&config, to);
    fclose(to);
    gw_config_default(&again);
    if (gw_config_parse("again", (uint8_t *)text, n_text, &again, &error) != GW_OK ||
        memcmp(&config, &again, sizeof config) != 0)
        abort();
    free(text);
    return 0;
}
