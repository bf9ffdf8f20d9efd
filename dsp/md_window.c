/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dsp/md_window_impl.h"

enum {
    PASSES = 6,
    PASSES_MANY = 3,
    REACH = 10,
    REACH_OPEN = 100,
    APART = 8,
    STRUCTURED = 4,
    LANES = 4
};
_Static_assert(WINDOW_COLUMNS_MAX % LANES == 0, "a row is whole groups of columns");
static const double part_first = 0.5; /* that is taken for ground */
static const double worth_a_look = 6, spectrum_worth = 1.2;

static gw_status window_allocate(gw_md_window *window)
{
    enum { N = GW_MD_WINDOW_CELLS };
    window->raw = calloc(N, sizeof *window->raw);
    window->field = calloc(N, sizeof *window->field);
    window->rest = calloc(N, sizeof *window->rest);
    window->matched = calloc(N * window->n_columns, sizeof *window->matched);
    return window->raw && window->field && window->rest && window->matched
               ? gw_scatter_create(window->n_columns, N, &window->scatter)
               : GW_ENOMEM;
}

gw_status gw_md_window_create(size_t n_tones, const double *tones_hz, double coil_radius_m,
                              gw_md_window **out)
{
    *out = NULL;
    if (!n_tones || n_tones > GW_TONES_MAX)
        return GW_EINVAL;
    gw_md_window *window = calloc(1, sizeof *window);
    if (!window)
        return GW_ENOMEM;
    window->n_tones = n_tones;
    window->n_columns = 2 * n_tones;
    window->is_structured = tones_hz && n_tones >= STRUCTURED;
    window->are_many = window->is_structured && n_tones >= GW_MD_WINDOW_MANY;
    for (size_t k = 0; tones_hz && k < n_tones; k++)
        window->tones_hz[k] = tones_hz[k];
    gw_footprint_make(&window->footprint, coil_radius_m);
    spectra_make(window);
    gw_status status = window_allocate(window);
    if (status == GW_OK)
        *out = window;
    else
        gw_md_window_destroy(window);
    return status;
}

void gw_md_window_clear(gw_md_window *window)
{
    window->n_cells = window->n_targets = window->n_dipoles = window->n_known = 0;
}

void gw_md_window_add(gw_md_window *window, const gw_complex *response, bool is_good)
{
    size_t k = window->n_cells;
    if (k == GW_MD_WINDOW_CELLS)
        return;
    for (size_t t = 0; t < window->n_tones; t++) {
        window->raw[k][t] = (double)response[t].re;
        window->raw[k][t + window->n_tones] = (double)response[t].im;
    }
    window->good[k] = is_good;
    window->object[k] = 0;
    window->n_cells = k + 1;
}

static bool is_known(const gw_md_window *window, double at)
{
    for (size_t j = 0; j < window->n_known; j++)
        if (fabs((double)window->known[j] - at) <= WINDOW_OBJECT_HALF)
            return true;
    return false;
}

void window_know(gw_md_window *window, double at, double half)
{
    for (size_t k = 0; k < window->n_cells; k++)
        if (fabs((double)k - at) <= half)
            window->object[k] = 1;
    bool is_inside = at > -0.5 && at + 0.5 < (double)window->n_cells;
    if (is_inside && window->n_known < WINDOW_DIPOLES_MAX && !is_known(window, at))
        window->known[window->n_known++] = (size_t)(at + 0.5);
}

void gw_md_window_know(gw_md_window *window, double at)
{
    window_know(window, at, WINDOW_OBJECT_HALF);
}

static void noise_apply(gw_md_window *window, const double *noise)
{
    for (size_t t = 0; t < window->n_tones; t++)
        window->sigma[t] = noise[t] / sqrt(2) + 1e-30;
    for (size_t k = 0; k < window->n_cells; k++)
        for (size_t t = 0; t < window->n_tones; t++) {
            window->raw[k][t] /= window->sigma[t];
            window->raw[k][t + window->n_tones] /= window->sigma[t];
        }
}

/* Columns are taken four at once, each summed over the cells in order: by far the most of the
 * chain's time is spent here. Beyond the last column the rows hold zeros. */
static void cell_filter(const gw_md_window *window, size_t cell, double *out)
{
    size_t half = GW_FOOTPRINT_HALF, from = cell > half ? cell - half : 0;
    size_t to = cell + half < window->n_cells ? cell + half + 1 : window->n_cells;
    const double *matched = window->footprint.matched + half + from - cell;
    for (size_t first = 0; first < window->n_columns; first += LANES) {
        double sum[LANES] = {0};
        for (size_t k = from; k < to; k++)
            for (size_t c = 0; c < LANES; c++)
                sum[c] += matched[k - from] * window->rest[k][first + c];
        for (size_t c = 0; c < LANES && first + c < window->n_columns; c++)
            out[first + c] = sum[c];
    }
}

static double square_of(const double *v, size_t n)
{
    double sum = 0;
    for (size_t c = 0; c < n; c++)
        sum += v[c] * v[c];
    return sum;
}

void window_filter(gw_md_window *window)
{
    double white[WINDOW_COLUMNS_MAX];
    for (size_t k = 0; k < window->n_cells; k++) {
        double *matched = window->matched + k * window->n_columns;
        cell_filter(window, k, matched);
        gw_scatter_whiten(window->scatter, matched, white);
        window->energy[k] = square_of(white, window->n_columns);
    }
}

static bool is_peak(const gw_md_window *window, const double *value, size_t cell)
{
    size_t from = cell < REACH ? 0 : cell - REACH;
    for (size_t k = from; k <= cell + REACH && k < window->n_cells; k++)
        if (value[k] > value[cell] || (k < cell && value[k] == value[cell]))
            return false;
    return true;
}

bool window_is_peak(const gw_md_window *window, size_t cell)
{
    return is_peak(window, window->energy, cell);
}

static void response_take(const gw_md_window *window, const double *v, double scale,
                          gw_complex *response)
{
    for (size_t t = 0; t < window->n_tones; t++)
        response[t] = (gw_complex){(float)(v[t] * window->sigma[t] * scale),
                                   (float)(v[t + window->n_tones] * window->sigma[t] * scale)};
}

static void target_add(gw_md_window *window, const gw_md_target *target)
{
    if (window->n_targets == GW_MD_WINDOW_TARGETS)
        return;
    size_t at = window->n_targets++;
    for (; at > 0 && window->targets[at - 1].at > target->at; at--)
        window->targets[at] = window->targets[at - 1];
    window->targets[at] = *target;
}

void window_put_back(const gw_md_window *window, size_t j, double d_m, double *v)
{
    const window_dipole *dipole = &window->dipoles[j];
    double answer = gw_footprint_matched(&window->footprint, dipole->depth, d_m);
    for (size_t c = 0; c < window->n_columns; c++)
        v[c] += answer * dipole->amplitude[c];
}

size_t window_cell_of(const gw_md_window *window, double at)
{
    return (size_t)fmin(fmax(at + 0.5, 0), (double)(window->n_cells - 1));
}

/* Dipole j: what is there when all stronger ones are taken out. */
static void dipole_score(gw_md_window *window, size_t j)
{
    const window_dipole *dipole = &window->dipoles[j];
    double v[WINDOW_COLUMNS_MAX], white[WINDOW_COLUMNS_MAX];
    size_t cell = window_cell_of(window, dipole->at);
    memcpy(v, window->matched + cell * window->n_columns, window->n_columns * sizeof *v);
    window_put_back(window, j, 0, v);
    gw_scatter_whiten(window->scatter, v, white);
    gw_md_target target = {.at = dipole->at,
                           .score = score_masked(window, dipole->at, white, j),
                           .depth_m = dipole->depth_m,
                           .depth_sd_m = dipole->depth_sd_m};
    memcpy(target.heard, v, window->n_columns * sizeof *v);
    response_take(window, dipole->amplitude, 1, target.response);
    target_add(window, &target);
}

static bool is_at_dipole(const gw_md_window *window, size_t cell)
{
    for (size_t j = 0; j < window->n_dipoles; j++)
        if (fabs(window->dipoles[j].at - (double)cell) < APART)
            return true;
    return false;
}

static void rest_score(gw_md_window *window, size_t cell)
{
    const double *v = window->matched + cell * window->n_columns;
    double white[WINDOW_COLUMNS_MAX];
    gw_scatter_whiten(window->scatter, v, white);
    gw_md_target target = {.at = (double)cell,
                           .score = score_masked(window, (double)cell, white, window->n_dipoles),
                           .depth_m = (double)NAN,
                           .depth_sd_m = (double)NAN};
    memcpy(target.heard, v, window->n_columns * sizeof *v);
    response_take(window, v, 1 / gw_footprint_matched(&window->footprint, 3, 0), target.response);
    target_add(window, &target);
}

static bool is_worth_a_look(const gw_md_window *window, size_t cell)
{
    return window->n_spectra ? window->level[cell] >= spectrum_worth
                             : window->energy[cell] >= worth_a_look;
}

static void targets_score(gw_md_window *window)
{
    window->n_targets = 0;
    for (size_t j = 0; j < window->n_dipoles; j++)
        dipole_score(window, j);
    for (size_t k = 0; k < window->n_cells; k++)
        if (is_worth_a_look(window, k) && is_peak(window, window->level, k) &&
            !is_at_dipole(window, k))
            rest_score(window, k);
}

static void scatter_fit(gw_md_window *window, const unsigned char *quiet, double part)
{
    unsigned char use[GW_MD_WINDOW_CELLS];
    for (size_t k = 0; k < window->n_cells; k++)
        use[k] = window->object[k] ? GW_SCATTER_NOTHING
                 : quiet[k]        ? GW_SCATTER_QUIET
                 : window->good[k] ? GW_SCATTER_GROUND
                                   : GW_SCATTER_NOTHING;
    structure_fit(window, use, part, WINDOW_FLOOR_MATCHED);
}

static void ground_solve(gw_md_window *window)
{
    gw_scatter_reset(window->scatter);
    if (window->are_many)
        ground_begin(window);
    else
        ground_median(window);
    dipoles_know(window);
    window_filter(window);
    int n_passes = window->are_many ? PASSES_MANY : PASSES;
    window->is_last = false;
    scatter_fit(window, window->good, part_first);
    for (int pass = 0; pass < n_passes; pass++) {
        window->is_last = pass + 1 == n_passes;
        dipoles_find(window);
        ground_quiet(window);
        ground_line(window);
        window_filter(window);
        scatter_fit(window, window->quiet, WINDOW_PART_QUIET);
    }
    window_filter(window);
}

void gw_md_window_solve(gw_md_window *window, const double *noise, bool goes_on)
{
    if (!window->n_cells)
        return;
    window->goes_on = goes_on && window->n_cells > 2 * REACH_OPEN;
    noise_apply(window, noise);
    mesh_look(window);
    window->row_period = 0;
    window->is_row_lost = false;
    ground_solve(window);
    if (row_look(window)) { /* its places are known now */
        ground_solve(window);
        window->is_row_lost = row_look(window);
    }
    mesh_noise(window);
    score_prepare(window);
    targets_score(window);
}

bool gw_md_window_has_spectra(const gw_md_window *window)
{
    return window->n_spectra > 0;
}

size_t gw_md_window_targets(const gw_md_window *window, const gw_md_target **targets)
{
    *targets = window->targets;
    return window->n_targets;
}

double gw_md_window_level(const gw_md_window *window, size_t cell)
{
    return window->level[cell];
}

double gw_md_window_unit(const gw_md_window *window, const gw_complex *response)
{
    double unit[WINDOW_COLUMNS_MAX], white[WINDOW_COLUMNS_MAX];
    for (size_t t = 0; t < window->n_tones; t++) {
        unit[t] = (double)response[t].re / window->sigma[t];
        unit[t + window->n_tones] = (double)response[t].im / window->sigma[t];
    }
    gw_scatter_whiten(window->scatter, unit, white);
    return window->n_spectra ? score_spectra(window, white)
                             : square_of(white, window->n_columns) / window->mesh_noise;
}

void gw_md_window_destroy(gw_md_window *window)
{
    if (!window)
        return;
    gw_scatter_destroy(window->scatter);
    free(window->raw);
    free(window->field);
    free(window->rest);
    free(window->matched);
    free(window);
}
