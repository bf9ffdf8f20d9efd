/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/uuid.h"

#include <stddef.h>
#include <stdio.h>
#include <sys/random.h>

void gw_uuid_make(char *text)
{
    unsigned char b[16];
    size_t n = 0;
    while (n < sizeof b) {
        ssize_t got = getrandom(b + n, sizeof b - n, 0);
        n += got > 0 ? (size_t)got : 0;
    }
    b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
    b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
    for (size_t k = 0; k < sizeof b; k++) {
        const char *dash = k == 4 || k == 6 || k == 8 || k == 10 ? "-" : "";
        text += sprintf(text, "%s%02x", dash, b[k]);
    }
}
