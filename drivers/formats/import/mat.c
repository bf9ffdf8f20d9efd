/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * MAT 5: the largest matrix is the recording; a line of numbers as long as one of its sides and
 * even is an axis: frequencies of complex numbers, times of real ones, places along the lane.
 */
#include "drivers/formats/import/import_impl.h"

#include <matio.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HEAD_BYTES = 128, LINES_MAX = 16 };

static mat_t *file;
static bool is_big;

typedef struct numbers {
    char name[64];
    size_t n_rows, n_columns;
    bool is_complex;
    double *re, *im;
} numbers;

/* Opening reads the head alone; the head is looked at first: other versions are parsed when opened.
 */
static void prepare(import_answer *answer)
{
    unsigned char head[HEAD_BYTES];
    if (read(STDIN_FILENO, head, sizeof head) != sizeof head)
        import_refuse(answer, "shorter than the head of a MAT file");
    bool is_little = head[126] == 'I' && head[127] == 'M' && head[125] == 1 && head[124] == 0;
    is_big = head[126] == 'M' && head[127] == 'I' && head[124] == 1 && head[125] == 0;
    if (!is_little && !is_big)
        import_refuse(answer, "not MAT 5 (save -v6 or -v7; -v7.3 is HDF5, -v4 is too old)");
    head[116] = 0; /* after it come offsets */
    head[strcspn((char *)head, "\r\n")] = 0;
    for (size_t n = strlen((char *)head); n && head[n - 1] == ' '; n--)
        head[n - 1] = 0;
    gw_fact(answer->head.facts, "written by", "%s", (char *)head);
    file = Mat_Open("/dev/stdin", MAT_ACC_RDONLY);
    if (!file)
        import_refuse(answer, "matio does not open it");
}

static double element_of(const void *data, enum matio_types type, size_t k)
{
    switch (type) {
    case MAT_T_DOUBLE:
        return ((const double *)data)[k];
    case MAT_T_SINGLE:
        return (double)((const float *)data)[k];
    case MAT_T_INT8:
        return ((const int8_t *)data)[k];
    case MAT_T_UINT8:
        return ((const uint8_t *)data)[k];
    case MAT_T_INT16:
        return ((const int16_t *)data)[k];
    case MAT_T_UINT16:
        return ((const uint16_t *)data)[k];
    case MAT_T_INT32:
        return ((const int32_t *)data)[k];
    default:
        return (double)((const uint32_t *)data)[k];
    }
}

static bool is_number(const matvar_t *variable)
{
    enum matio_types type = variable->data_type;
    bool is_known = type == MAT_T_DOUBLE || type == MAT_T_SINGLE || type == MAT_T_INT8 ||
                    type == MAT_T_UINT8 || type == MAT_T_INT16 || type == MAT_T_UINT16 ||
                    type == MAT_T_INT32 || type == MAT_T_UINT32;
    return is_known && variable->rank == 2 && variable->data && variable->name &&
           variable->class_type >= MAT_C_DOUBLE && variable->class_type <= MAT_C_UINT32;
}

/* The variable as doubles, column after column. */
static bool numbers_take(const matvar_t *variable, import_answer *answer, numbers *out)
{
    if (!is_number(variable))
        return false;
    size_t rows = variable->dims[0], columns = variable->dims[1];
    if (rows == 0 || columns == 0 || rows > GW_IMPORT_VALUES_MAX || columns > GW_IMPORT_VALUES_MAX)
        return false;
    size_t n = rows * columns, size = (size_t)variable->data_size;
    bool is_complex = variable->isComplex;
    if (n > GW_IMPORT_VALUES_MAX || size == 0 || (!is_complex && variable->nbytes < n * size))
        import_refuse(answer, "%.40s: %zu x %zu numbers are promised, and not there",
                      variable->name, rows, columns);
    *out = (numbers){.n_rows = rows, .n_columns = columns, .is_complex = is_complex};
    snprintf(out->name, sizeof out->name, "%.60s", variable->name);
    const mat_complex_split_t *split = variable->data;
    const void *re = is_complex ? split->Re : variable->data, *im = is_complex ? split->Im : NULL;
    out->re = calloc(n, sizeof(double));
    out->im = calloc(n, sizeof(double));
    if (!out->re || !out->im || !re || (is_complex && !im))
        import_refuse(answer, "%.40s: more memory than a parser is given", variable->name);
    for (size_t k = 0; k < n; k++) {
        out->re[k] = element_of(re, variable->data_type, k);
        out->im[k] = im ? element_of(im, variable->data_type, k) : 0;
    }
    return true;
}

/* Matrix and lines of the file. */
typedef struct contents {
    numbers matrix, lines[LINES_MAX];
    size_t n_lines;
} contents;

static void contents_read(contents *all, import_answer *answer)
{
    for (matvar_t *variable; (variable = Mat_VarReadNext(file));) {
        numbers each;
        if (!numbers_take(variable, answer, &each)) {
            gw_note(answer->head.notes, "variable %.40s is not understood",
                    variable->name ? variable->name : "without a name");
            continue;
        }
        bool is_line = each.n_rows == 1 || each.n_columns == 1;
        if (is_line && all->n_lines < LINES_MAX)
            all->lines[all->n_lines++] = each;
        else if (!is_line &&
                 each.n_rows * each.n_columns > all->matrix.n_rows * all->matrix.n_columns)
            all->matrix = each;
        else
            gw_note(answer->head.notes, "variable %.40s is left out", each.name);
    }
    if (!all->matrix.re)
        import_refuse(answer, "no matrix of numbers in it");
}

/* Which side is fast time? That of an axis of times or frequencies; else rows, with a note. */
typedef struct sides {
    size_t n_samples, n_scans;
    bool is_turned; /* rows are scans */
    bool is_known;
} sides;

static bool is_fast(const numbers *line, bool is_complex, double *step)
{
    size_t n = line->n_rows * line->n_columns;
    if (!import_axis_step(line->re, n, step))
        return false;
    return is_complex ? line->re[0] >= 1e6 && line->re[n - 1] <= 1e12
                      : *step < 1e-6 || line->name[0] == 't' || line->name[0] == 'T';
}

static void fast_take(const numbers *line, double step, sides *s, import_answer *answer)
{
    gw_import_head *head = &answer->head;
    s->is_known = true;
    s->is_turned = line->n_rows * line->n_columns != s->n_samples;
    if (head->is_complex) {
        head->start_hz = line->re[0];
        head->step_hz = step;
        head->center_hz = line->re[0] + 0.5 * step * (double)(line->n_rows * line->n_columns - 1);
    } else {
        bool is_seconds = step < 1e-6; /* else nanoseconds */
        head->sample_rate_hz = is_seconds ? 1 / step : 1e9 / step;
        gw_note(head->notes, "variable %.40s: taken as time in %s", line->name,
                is_seconds ? "s" : "ns");
    }
}

static void axes_find(const contents *all, sides *s, import_answer *answer)
{
    double step = 0;
    const numbers *fast = NULL;
    for (size_t k = 0; k < all->n_lines && !fast; k++) {
        size_t n = all->lines[k].n_rows * all->lines[k].n_columns;
        if ((n == s->n_samples || n == s->n_scans) &&
            is_fast(&all->lines[k], answer->head.is_complex, &step)) {
            fast = &all->lines[k];
            fast_take(fast, step, s, answer);
        }
    }
    size_t n_scans = s->is_turned ? s->n_samples : s->n_scans;
    for (size_t k = 0; k < all->n_lines; k++) {
        const numbers *line = &all->lines[k];
        bool is_place = line != fast && line->n_rows * line->n_columns == n_scans &&
                        import_axis_step(line->re, n_scans, &step) && step < 100;
        if (is_place && answer->head.scan_spacing_m == 0) {
            answer->head.scan_spacing_m = step;
            gw_fact(answer->head.facts, "spacing", "variable %s, taken as metres", line->name);
        } else if (line != fast) {
            gw_note(answer->head.notes, "variable %.40s is left out", line->name);
        }
    }
}

static void values_lay(const numbers *matrix, const sides *s, import_answer *answer)
{
    size_t parts = matrix->is_complex ? 2 : 1;
    size_t rows = matrix->n_rows, columns = matrix->n_columns;
    import_values_room(answer, (uint64_t)rows * columns * parts);
    for (size_t c = 0; c < columns; c++)
        for (size_t r = 0; r < rows; r++) {
            size_t to = s->is_turned ? r * columns + c : c * rows + r;
            answer->values[to * parts] = matrix->re[c * rows + r];
            if (parts == 2)
                answer->values[to * parts + 1] = matrix->im[c * rows + r];
        }
    answer->head.n_samples = (uint32_t)(s->is_turned ? columns : rows);
}

static void parse(import_answer *answer)
{
    static contents all;
    import_mat_check(answer, is_big);
    contents_read(&all, answer);
    sides s = {.n_samples = all.matrix.n_rows, .n_scans = all.matrix.n_columns};
    answer->head.is_complex = all.matrix.is_complex;
    gw_fact(answer->head.facts, "matrix", "variable %s", all.matrix.name);
    axes_find(&all, &s, answer);
    if (!s.is_known)
        gw_note(answer->head.notes, "no axis of %s: rows are taken as fast time",
                answer->head.is_complex ? "frequencies" : "times");
    if (answer->head.scan_spacing_m == 0)
        gw_note(answer->head.notes, "no axis of places: spacing unknown");
    values_lay(&all.matrix, &s, answer);
}

const import_form import_mat = {.name = "mat", .prepare = prepare, .parse = parse};
