/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "clients/plot/axis.h"
#include "clients/plot/bscan.h"

enum { MARGIN = 8, WIDTH_LEAST = 30, WIDTH_MOST = 400 };

static const char shades[] = " .:-=+*#%@";

/* The largest magnitude in a cell. */
static float cell_peak(const gw_section *section, const size_t columns[2], const size_t rows[2])
{
    float peak = 0;
    for (size_t c = columns[0]; c < columns[1]; c++)
        for (size_t r = rows[0]; r < rows[1]; r++)
            peak = fmaxf(peak, fabsf(section->values[c * section->n_rows + r]));
    return peak;
}

/* A line of cells, in units of the line's own mean: late echoes are weak. */
static void line_print(const gw_section *section, int width, const size_t rows[2], FILE *to)
{
    float peaks[WIDTH_MOST], sum = 0;
    for (int x = 0; x < width; x++) {
        size_t columns[2] = {(size_t)x * section->n_columns / (size_t)width,
                             ((size_t)x + 1) * section->n_columns / (size_t)width};
        columns[1] += columns[1] == columns[0];
        peaks[x] = cell_peak(section, columns, rows);
        sum += peaks[x];
    }
    for (int x = 0; x < width; x++) {
        float level = sum > 0 ? 3 * peaks[x] / (sum / (float)width) : 0;
        int last = (int)sizeof shades - 2;
        fputc(shades[level > (float)last ? last : (int)level], to);
    }
}

void gw_section_print(const gw_section *section, int width, int height, FILE *to)
{
    gw_axis along = gw_section_along(section), down = gw_section_down(section);
    width = (width < WIDTH_LEAST ? WIDTH_LEAST : width > WIDTH_MOST ? WIDTH_MOST : width) - MARGIN;
    if (section->n_columns == 0 || section->n_rows == 0)
        return;
    size_t n_rows = gw_section_shown(section);
    if ((size_t)height > n_rows)
        height = (int)n_rows;
    for (int y = 0; y < height; y++) {
        const size_t rows[2] = {(size_t)y * n_rows / (size_t)height,
                                ((size_t)y + 1) * n_rows / (size_t)height};
        double at = down.from + (down.to - down.from) * y / height;
        if (y % 4 == 0)
            fprintf(to, "%*.4g |", MARGIN - 2, at);
        else
            fprintf(to, "%*s |", MARGIN - 2, y == 1 ? down.unit : "");
        line_print(section, width, rows, to);
        fputc('\n', to);
    }
    int used = fprintf(to, "%*s%.4g", MARGIN, "", along.from) - MARGIN;
    fprintf(to, "%*.4g %s\n", width - used - (int)strlen(along.unit) - 1, along.to, along.unit);
}
