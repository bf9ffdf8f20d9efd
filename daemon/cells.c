/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/cells.h"

#include <stdlib.h>

enum { SIDE = 32 /* cells of a tile */, SLOTS = 2 * GW_CELLS_TILES_MAX, SIDES = 2, APART = 2 };

typedef struct tile {
    int64_t along, across; /* of its first cell, over SIDE */
    bool is_used;
    uint8_t sensors[SIDE][SIDE]; /* bits of gw_sensor */
} tile;

/* A gap that goes on while columns follow one another. */
typedef struct gap_open {
    bool is_open;
    int64_t from, to;    /* columns; to: the last */
    int64_t left, right; /* cells */
    int64_t last_left, last_right;
    uint64_t n;
} gap_open;

typedef struct column_gap {
    int64_t column, left, right;
} column_gap;

struct gw_cells {
    gw_cells_sink *sink;
    void *user;
    size_t n_tiles;
    bool is_full;
    gap_open open[GW_SENSOR_COUNT][SIDES];
    uint16_t slots[SLOTS]; /* number of a tile and 1; 0: free */
    tile tiles[GW_CELLS_TILES_MAX];
};

static int64_t floor_over(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* First cell whose middle is at or beyond a place. */
static int64_t cell_from(int64_t mm)
{
    return floor_over(mm - GW_CELL_MM / 2 + GW_CELL_MM - 1, GW_CELL_MM);
}

/* The slot of a tile, or the free one where it would go. */
static size_t slot_find(const gw_cells *cells, int64_t along, int64_t across)
{
    uint64_t hash = (uint64_t)along * UINT64_C(0x9e3779b97f4a7c15) ^
                    (uint64_t)across * UINT64_C(0xc2b2ae3d27d4eb4f);
    size_t slot = (size_t)(hash >> 40) % SLOTS;
    while (cells->slots[slot]) { /* half of them are free */
        const tile *one = &cells->tiles[cells->slots[slot] - 1];
        if (one->along == along && one->across == across)
            break;
        slot = (slot + 1) % SLOTS;
    }
    return slot;
}

static bool has_cell(const gw_cells *cells, gw_sensor sensor, int64_t along, int64_t across)
{
    int64_t a = floor_over(along, SIDE), c = floor_over(across, SIDE);
    size_t slot = slot_find(cells, a, c);
    if (!cells->slots[slot])
        return false;
    const tile *one = &cells->tiles[cells->slots[slot] - 1];
    return one->sensors[along - a * SIDE][across - c * SIDE] >> sensor & 1;
}

static void cell_set(gw_cells *cells, gw_sensor sensor, int64_t along, int64_t across)
{
    int64_t a = floor_over(along, SIDE), c = floor_over(across, SIDE);
    size_t slot = slot_find(cells, a, c);
    if (!cells->slots[slot]) {
        if (cells->n_tiles == GW_CELLS_TILES_MAX) {
            cells->is_full = true;
            return;
        }
        cells->tiles[cells->n_tiles].along = a;
        cells->tiles[cells->n_tiles++].across = c;
        cells->slots[slot] = (uint16_t)cells->n_tiles;
    }
    tile *one = &cells->tiles[cells->slots[slot] - 1];
    one->sensors[along - a * SIDE][across - c * SIDE] |= (uint8_t)(1u << sensor);
}

gw_status gw_cells_create(gw_cells_sink *sink, void *user, gw_cells **out)
{
    *out = calloc(1, sizeof **out);
    if (!*out)
        return GW_ENOMEM;
    (*out)->sink = sink;
    (*out)->user = user;
    return GW_OK;
}

static void gap_close(gw_cells *cells, gw_sensor sensor, gap_open *open)
{
    const gw_cells_gap gap = {.sensor = sensor,
                              .ground = {.from_mm = open->from * GW_CELL_MM,
                                         .to_mm = (open->to + 1) * GW_CELL_MM,
                                         .left_mm = open->left * GW_CELL_MM,
                                         .right_mm = (open->right + 1) * GW_CELL_MM},
                              .n_cells = open->n};
    if (open->is_open && cells->sink)
        cells->sink(cells->user, &gap);
    open->is_open = false;
}

/* A column's gap, cells left..right; it goes on the one before where their edges are near. */
static void gap_add(gw_cells *cells, gw_sensor sensor, int side, column_gap gap)
{
    gap_open *open = &cells->open[sensor][side];
    int64_t column = gap.column, left = gap.left, right = gap.right;
    bool goes_on = open->is_open && llabs(column - open->to) == 1 &&
                   llabs(left - open->last_left) <= APART &&
                   llabs(right - open->last_right) <= APART;
    if (!goes_on) {
        gap_close(cells, sensor, open);
        *open =
            (gap_open){.is_open = true, .from = column, .to = column, .left = left, .right = right};
    }
    open->from = column < open->from ? column : open->from;
    open->to = column > open->to ? column : open->to;
    open->left = left < open->left ? left : open->left;
    open->right = right > open->right ? right : open->right;
    open->last_left = left;
    open->last_right = right;
    open->n += (uint64_t)(right - left + 1);
}

/* From a cell outwards (step -1 or 1) to the nearest that was searched: how many were not; 0: none,
 * or none is near. */
static int64_t unsearched(const gw_cells *cells, gw_sensor sensor, int64_t column, int64_t from,
                          int step)
{
    for (int64_t n = 0; n <= GW_CELLS_GAP_MAX; n++)
        if (has_cell(cells, sensor, column, from + n * step))
            return n;
    return 0;
}

static void column_look(gw_cells *cells, gw_sensor sensor, int64_t column, int64_t left,
                        int64_t right)
{
    int64_t to_left = unsearched(cells, sensor, column, left - 1, -1);
    int64_t to_right = unsearched(cells, sensor, column, right + 1, 1);
    if (to_left)
        gap_add(cells, sensor, 0, (column_gap){column, left - to_left, left - 1});
    else
        gap_close(cells, sensor, &cells->open[sensor][0]);
    if (to_right)
        gap_add(cells, sensor, 1, (column_gap){column, right + 1, right + to_right});
    else
        gap_close(cells, sensor, &cells->open[sensor][1]);
}

void gw_cells_cover(gw_cells *cells, gw_sensor sensor, const gw_cells_strip *strip)
{
    int64_t from = cell_from(strip->from_mm), to = cell_from(strip->to_mm);
    int64_t left = cell_from(strip->left_mm), right = cell_from(strip->right_mm) - 1;
    for (int64_t column = from; column < to && left <= right; column++) {
        column_look(cells, sensor, column, left, right);
        for (int64_t cell = left; cell <= right; cell++)
            cell_set(cells, sensor, column, cell);
    }
}

void gw_cells_finish(gw_cells *cells, gw_sensor sensor)
{
    for (int side = 0; side < SIDES; side++)
        gap_close(cells, sensor, &cells->open[sensor][side]);
}

uint64_t gw_cells_of(const gw_cells_strip *strip)
{
    int64_t columns = cell_from(strip->to_mm) - cell_from(strip->from_mm);
    int64_t across = cell_from(strip->right_mm) - cell_from(strip->left_mm);
    return columns > 0 && across > 0 ? (uint64_t)(columns * across) : 0;
}

uint64_t gw_cells_searched(const gw_cells *cells, gw_sensor sensor, const gw_cells_strip *strip)
{
    uint64_t n = 0;
    for (int64_t a = cell_from(strip->from_mm); a < cell_from(strip->to_mm); a++)
        for (int64_t c = cell_from(strip->left_mm); c < cell_from(strip->right_mm); c++)
            n += has_cell(cells, sensor, a, c);
    return n;
}

bool gw_cells_are_full(const gw_cells *cells)
{
    return cells->is_full;
}

void gw_cells_destroy(gw_cells *cells)
{
    free(cells);
}
