/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * benches/bare.h -- the FFTW calls that a piece of our code makes, and the same calls alone.
 *
 * Nothing is counted by hand: the linker leads our calls of FFTW through here (--wrap), where
 * plans and executions are written down. The bare run then executes, in the same order, plans of
 * the same kind, size and flags on arrays of its own that are aligned and shared among the plans as
 * ours are. The arrays hold zeros, which every transform leaves as they are: FFTW's time does not
 * depend on the values as long as none is denormal.
 */
#ifndef GW_BENCHES_BARE_H
#define GW_BENCHES_BARE_H

#include <stddef.h>

typedef struct bare bare;

enum { BARE_TEXT_MAX = 128 };

/* From here on executions are written down. Plans always are. */
void bare_record(void);

/* What was executed since, as a run of its own. Ends the program when memory is short. */
bare *bare_take(void);

/* Transforms in it. */
size_t bare_count(const bare *b);

/* How many of which a unit: "3 r2c 1024, 2 c2r 1024". text: [BARE_TEXT_MAX]. */
const char *bare_text(const bare *b, double n_units, char *text);

void bare_run(void *b); /* a measure_work */
void bare_destroy(bare *b);

#endif
