/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * groundwatch-import FORM: numbers out of the file on standard input (drivers/formats/import.h).
 */
#include "drivers/formats/import/import_impl.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const import_form *const forms[] = {&import_segy, &import_hdf5, &import_mat};

static void bytes_write(const void *bytes, size_t n_bytes)
{
    for (size_t done = 0; done < n_bytes;) {
        ssize_t n = write(STDOUT_FILENO, (const char *)bytes + done, n_bytes - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            _exit(1); /* nobody listens */
        done += (size_t)n;
    }
}

_Noreturn void import_refuse(import_answer *answer, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vsnprintf(answer->head.error, sizeof answer->head.error, format, list);
    va_end(list);
    answer->head.is_refused = 1;
    answer->head.n_values = 0;
    bytes_write(&answer->head, sizeof answer->head);
    _exit(0);
}

void import_values_room(import_answer *answer, uint64_t n)
{
    if (n == 0 || n > GW_IMPORT_VALUES_MAX)
        import_refuse(answer, "%llu numbers, not 1..%d", (unsigned long long)n,
                      GW_IMPORT_VALUES_MAX);
    answer->values = calloc((size_t)n, sizeof *answer->values);
    if (!answer->values)
        import_refuse(answer, "%llu numbers need more memory than a parser is given",
                      (unsigned long long)n);
    answer->head.n_values = n;
}

bool import_axis_step(const double *values, size_t n, double *step)
{
    *step = n > 1 ? (values[n - 1] - values[0]) / (double)(n - 1) : 0;
    for (size_t k = 1; k < n; k++)
        if (!(fabs(values[k] - values[k - 1] - *step) <= 0.01 * fabs(*step)))
            return false;
    return n > 1 && isfinite(*step) && *step > 0;
}

int main(int argc, char **argv)
{
    static import_answer answer = {.head = {.magic = GW_IMPORT_MAGIC, .n_channels = 1}};
    for (size_t k = 0; argc == 2 && k < sizeof forms / sizeof *forms; k++) {
        if (strcmp(argv[1], forms[k]->name) != 0)
            continue;
        forms[k]->prepare(&answer);
        import_jail(&answer);
        forms[k]->parse(&answer);
        bytes_write(&answer.head, sizeof answer.head);
        bytes_write(answer.values, (size_t)answer.head.n_values * sizeof *answer.values);
        _exit(0);
    }
    fputs("usage: groundwatch-import segy|hdf5|mat <FILE\n"
          "Started by groundwatch and groundwatchd, which read what it writes; of no use alone.\n",
          stderr);
    return 64;
}
