/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/formats/note.h -- lines that a reader of recordings says of a file.
 */
#ifndef GW_DRIVERS_FORMATS_NOTE_H
#define GW_DRIVERS_FORMATS_NOTE_H

enum { GW_NOTES_MAX = 1024, GW_FACTS_MAX = 4096 };

/* Append a line, cut where the room ends; of facts a whole line "key: value" or none. */
void gw_note(char notes[GW_NOTES_MAX], const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void gw_fact(char facts[GW_FACTS_MAX], const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
