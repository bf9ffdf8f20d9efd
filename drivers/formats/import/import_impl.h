/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/formats/import/import_impl.h -- what the parsers of groundwatch-import share. One file,
 * one answer, one process: nothing is freed, and whoever cannot go on refuses and ends the process.
 */
#ifndef GW_DRIVERS_IMPORT_IMPL_H
#define GW_DRIVERS_IMPORT_IMPL_H

#include "drivers/formats/import.h"

typedef struct import_answer {
    gw_import_head head;
    double *values;
} import_answer;

/* A form: `prepare` runs before the process is jailed, and must not parse; `parse` after. */
typedef struct import_form {
    const char *name;
    void (*prepare)(import_answer *answer);
    void (*parse)(import_answer *answer);
} import_form;

extern const import_form import_segy, import_hdf5, import_mat;

/* Answer with a reason and end. */
_Noreturn void import_refuse(import_answer *answer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Room for n values, or refuse. */
void import_values_room(import_answer *answer, uint64_t n);

/* Refuse a MAT 5 on standard input whose elements do not hold what they promise. */
void import_mat_check(import_answer *answer, bool is_big);

/* From here on: no new file, no network, no other process, no code; bounded memory and time. */
void import_jail(import_answer *answer);

/* Is a line of n numbers even: rising by the same step, within a hundredth of it? */
bool import_axis_step(const double *values, size_t n, double *step);

#endif
