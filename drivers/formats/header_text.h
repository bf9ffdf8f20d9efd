/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/formats/header_text.h -- headers of lines "KEY = VALUE" or "KEY:VALUE", and what names of
 * antennas say.
 */
#ifndef GW_DRIVERS_FORMATS_HEADER_TEXT_H
#define GW_DRIVERS_FORMATS_HEADER_TEXT_H

#include "drivers/formats/flat.h"

typedef struct gw_header_text {
    const char *text;
    size_t n_text;
    char separator; /* '=' or ':' */
} gw_header_text;

/* The value of a key (of whatever case), without the blanks around it; false when it is not there.
 * value: 128 bytes, cut. */
bool gw_header_text_find(const gw_header_text *header, const char *key, char value[128]);

/* The finite number that the value begins with. */
bool gw_header_text_number(const gw_header_text *header, const char *key, double *number);

/* Line `number`, from 1, where it has no separator; false when it has one or is not there. */
bool gw_header_text_line(const gw_header_text *header, size_t number, char value[128]);

/* Every line that has a key and a value as a fact. */
void gw_header_text_facts(const gw_header_text *header, char facts[GW_FACTS_MAX]);

/* Frequency that an antenna's name says, Hz: "400MHz", "1.5/1.6GHz", "D50300/270MHz"; with
 * is_bare_mhz also "500_shielded". 0 when it says none. */
double gw_antenna_hz(const char *name, bool is_bare_mhz);

#endif
