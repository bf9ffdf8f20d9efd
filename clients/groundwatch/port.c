/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/port.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

gw_status port_parse(const char *text, unsigned *port, gw_error *error)
{
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end || errno || value > 65535)
        return gw_error_set(error, GW_EUSAGE, "--port %s: must be a number in 0..65535", text);
    *port = (unsigned)value;
    return GW_OK;
}

/* Renamed into place, so that who waits for the file never reads half a number. */
gw_status port_file_write(const char *path, unsigned port, gw_error *error)
{
    char temporary[4096];
    int n = snprintf(temporary, sizeof temporary, "%s.%ld", path, (long)getpid());
    FILE *file = n > 0 && (size_t)n < sizeof temporary ? fopen(temporary, "w") : NULL;
    if (!file)
        return gw_error_set(error, GW_EIO, "%s: cannot be written: %s", path, strerror(errno));
    bool written = fprintf(file, "%u\n", port) > 0;
    written = fclose(file) == 0 && written;
    if (written && rename(temporary, path) == 0)
        return GW_OK;
    gw_error_set(error, GW_EIO, "%s: cannot be written: %s", path, strerror(errno));
    unlink(temporary);
    return GW_EIO;
}
