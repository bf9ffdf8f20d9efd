/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/text.h"

#include <stdbool.h>
#include <string.h>

enum { NONE = 0xfffd };

uint32_t gw_text_next(const char *from, size_t *n)
{
    const unsigned char *b = (const unsigned char *)from;
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = b[0] < 0x80 ? 1 : b[0] >= 0xf0 ? 4 : b[0] >= 0xe0 ? 3 : 2;
    *n = b[0] ? 1 : 0;
    if (length == 1)
        return b[0];
    if (b[0] < 0xc2 || b[0] > 0xf4)
        return NONE;
    uint32_t found = b[0] & (0x7fU >> length);
    for (size_t k = 1; k < length; k++) {
        if ((b[k] & 0xc0) != 0x80)
            return NONE;
        found = found << 6 | (b[k] & 0x3fU);
    }
    if (found < least[length] || found > 0x10ffff || (found >= 0xd800 && found < 0xe000))
        return NONE;
    *n = length;
    return found;
}

/* Zero width, direction marks and overrides, separators, tags, variation selectors, not for use. */
static bool is_shown(uint32_t c)
{
    static const struct {
        uint32_t from, to;
    } hidden[] = {{0, 0x1f},        {0x7f, 0x9f},       {0xad, 0xad},       {0x300, 0x36f},
                  {0x61c, 0x61c},   {0x115f, 0x1160},   {0x180b, 0x180f},   {0x200b, 0x200f},
                  {0x2028, 0x202e}, {0x2060, 0x206f},   {0x20d0, 0x20ff},   {0x3164, 0x3164},
                  {0xe000, 0xf8ff}, {0xfe00, 0xfe0f},   {0xfe20, 0xfe2f},   {0xfeff, 0xfeff},
                  {0xfff0, 0xffff}, {0x1d173, 0x1d17a}, {0xe0000, 0x10ffff}};
    for (size_t k = 0; k < sizeof hidden / sizeof *hidden; k++)
        if (c >= hidden[k].from && c <= hidden[k].to)
            return false;
    return true;
}

char *gw_text_clean(const char *from, char *to, size_t size)
{
    size_t at = 0, n;
    uint32_t c;
    for (; from && (c = gw_text_next(from, &n)) != 0; from += n) {
        bool shown = is_shown(c);
        size_t needs = shown ? n : 1;
        if (at + needs >= size)
            break;
        memcpy(to + at, shown ? from : "?", needs);
        at += needs;
    }
    to[at] = 0;
    return to;
}

char *gw_text_member(const json_t *object, const char *key, char *to, size_t size)
{
    return gw_text_clean(json_string_value(json_object_get(object, key)), to, size);
}
