/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/md_window_impl.h -- the rooms of md_window: md_window.c (the path, the score), md_ground.c
 * (what is taken for ground), md_dipole.c (small objects), md_soil.c (given ground, and its level),
 * md_window_kind.c (of what kind they are), md_structure.c (whitening), md_look.c (pictures).
 */
#ifndef GW_DSP_MD_WINDOW_IMPL_H
#define GW_DSP_MD_WINDOW_IMPL_H

#include "dsp/footprint.h"
#include "dsp/md_window.h"
#include "dsp/scatter.h"

enum { WINDOW_COLUMNS_MAX = 2 * GW_TONES_MAX, WINDOW_DIPOLES_MAX = 20, WINDOW_SPECTRA_MAX = 24 };

#define WINDOW_CELL_M 0.01
/* Overlapping Hann windows leave neighbouring cells alike: the matched filter's noise over one
 * cell's. */
#define WINDOW_FLOOR_MATCHED 1.3
#define WINDOW_PART_QUIET 0.6   /* of the cells, that is taken for ground */
#define WINDOW_OBJECT_HALF 20.0 /* cells to each side of an object that are not the ground's */
#define WINDOW_MODEL_ERROR 0.15 /* of a dipole's flanks: no coil is the one of the formula */

typedef struct window_dipole {
    double at;    /* cells */
    size_t depth; /* of the footprint */
    double depth_m, depth_sd_m;
    double amplitude[WINDOW_COLUMNS_MAX];
    double white_norm; /* of the whitened amplitude */
} window_dipole;

struct gw_md_window {
    size_t n_tones, n_columns, n_cells;
    bool goes_on; /* there is more ground beyond the last cell */
    gw_footprint footprint;
    gw_scatter *scatter;
    double (*raw)[WINDOW_COLUMNS_MAX];   /* responses in units of the noise: real parts, imaginary
                                            parts */
    double (*field)[WINDOW_COLUMNS_MAX]; /* over the ground */
    double (*rest)[WINDOW_COLUMNS_MAX];  /* field without the dipoles */
    double *matched;                   /* [cells][n_columns] the matched filter's answer to rest */
    double energy[GW_MD_WINDOW_CELLS]; /* of it, whitened */
    unsigned char good[GW_MD_WINDOW_CELLS], quiet[GW_MD_WINDOW_CELLS];
    unsigned char object[GW_MD_WINDOW_CELLS]; /* one is known to lie there: no ground */
    double sigma[GW_TONES_MAX];               /* noise of one part */
    double tones_hz[GW_TONES_MAX];
    double level[GW_MD_WINDOW_CELLS]; /* score of a cell */
    bool are_many;                    /* tones: GW_MD_WINDOW_MANY or more, and it is structured */
    bool is_last;                     /* pass over the ground: no object is looked for after it */
    bool is_structured; /* tones enough to know what ground looks like (md_structure.c) */
    double ground[WINDOW_COLUMNS_MAX], ground_variance; /* its strongest direction */
    size_t mesh_period, mesh_known; /* cells, 0: there is none; directions that are the mesh's */
    double mesh_noise;              /* its scores are divided by it */
    bool is_frozen;                 /* md_soil.c: by `frozen`, or by the phases of `balance` */
    gw_balance balance;
    gw_ground frozen;
    size_t n_known_spectra, n_spectra; /* md_score.c; 0: none, or the receiver is not known */
    phasor spectra[WINDOW_SPECTRA_MAX][GW_TONES_MAX];
    double white_spectra[WINDOW_SPECTRA_MAX][WINDOW_COLUMNS_MAX];
    size_t row_period;                         /* cells, 0: no row; md_row.c */
    bool is_row_lost;                          /* and it is still learnt as ground */
    size_t n_known, known[WINDOW_DIPOLES_MAX]; /* objects: cells */
    size_t n_dipoles;
    window_dipole dipoles[WINDOW_DIPOLES_MAX];
    size_t n_targets;
    gw_md_target targets[GW_MD_WINDOW_TARGETS];
};

/* md_ground.c: field = raw - running median. */
void ground_median(gw_md_window *window);
/* Cells where neither a dipole's error nor a weak object stands out of the noise. */
void ground_quiet(gw_md_window *window);
/* field = raw - line through the quiet cells around; rest = field - dipoles. */
void ground_line(gw_md_window *window);
/* field = rest = raw - line through all good cells. */
void ground_begin(gw_md_window *window);

/* md_structure.c: fits the scatter to matched. */
void structure_fit(gw_md_window *window, const unsigned char *use, double part, double floor);

/* md_mesh.c: does the background repeat itself? The scatter fitted without what all of it has in
 * common, false where it does not; what is left of it. */
void mesh_look(gw_md_window *window);
bool mesh_fit(gw_md_window *window, const unsigned char *use, double part, double floor);
void mesh_noise(gw_md_window *window);

/* md_row.c: does what was learnt hold objects in an equal row? Then their places are known. */
bool row_look(gw_md_window *window);

/* md_soil.c: the ground as it is frozen; false where it is to be learnt. */
bool soil_apply(gw_md_window *window, double floor);
/* md_score.c: once; after the last fit, level too; score of v, whitened, at a cell, in the light of
 * the first n dipoles. */
void spectra_make(gw_md_window *window);
void score_prepare(gw_md_window *window);
double score_masked(const gw_md_window *window, double at, const double *v, size_t n);
/* Energy of v, whitened, along the spectrum that explains most of it, nothing else near. */
double score_spectra(const gw_md_window *window, const double *v);

/* Susceptibility of viscous ground over that at 10 kHz. */
phasor structure_ground(double hz);

/* md_dipole.c: dipoles and rest = field - dipoles. */
void dipoles_find(gw_md_window *window);
/* Those at known places, before anything is learnt: their flanks reach beyond the cells left out.
 */
void dipoles_know(gw_md_window *window);
/* What the dipoles give in a cell, added to value [n_columns] times sign. */
void dipoles_add(const gw_md_window *window, size_t cell, double sign, double *value);

/* md_window.c: an object is known to lie there; so many cells to each side are not the ground's. */
void window_know(gw_md_window *window, double at, double half);

/* md_window.c: matched and energy of rest; v, matched, with dipole j at d_m of it put back. */
void window_filter(gw_md_window *window);
bool window_is_peak(const gw_md_window *window, size_t cell);
void window_put_back(const gw_md_window *window, size_t j, double d_m, double *v);
size_t window_cell_of(const gw_md_window *window, double at);

#endif
