/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/formats/note.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void gw_note(char notes[GW_NOTES_MAX], const char *format, ...)
{
    size_t used = strlen(notes);
    va_list list;
    va_start(list, format);
    vsnprintf(notes + used, GW_NOTES_MAX - used, format, list);
    va_end(list);
    used = strlen(notes);
    if (used + 1 < GW_NOTES_MAX)
        memcpy(notes + used, "\n", 2);
}

void gw_fact(char facts[GW_FACTS_MAX], const char *key, const char *format, ...)
{
    char value[256];
    size_t used = strlen(facts);
    va_list list;
    va_start(list, format);
    vsnprintf(value, sizeof value, format, list);
    va_end(list);
    if (used + strlen(key) + strlen(value) + 4 <= GW_FACTS_MAX) /* a whole line or none */
        snprintf(facts + used, GW_FACTS_MAX - used, "%s: %s\n", key, value);
}
