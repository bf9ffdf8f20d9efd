/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/text.h -- text of messages made fit for a terminal.
 *
 * Control characters (C0, DEL, C1: escape sequences begin with them), what turns the direction or
 * has no width, and bytes that are not UTF-8 become '?'.
 */
#ifndef GW_CLIENTS_TEXT_H
#define GW_CLIENTS_TEXT_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

/* from (NULL: "") into to, at most size - 1 bytes, cut between characters. Returns to. */
char *gw_text_clean(const char *from, char *to, size_t size);

/* The same for a member of an object; "" when there is none, or it is no string. */
char *gw_text_member(const json_t *object, const char *key, char *to, size_t size);

/* Next character of clean or any UTF-8 text; its length in bytes in *n. 0xfffd and 1 byte for what
 * is none; 0 at the end. */
uint32_t gw_text_next(const char *from, size_t *n);

#endif
