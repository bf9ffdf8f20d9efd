/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/md_window.h -- what lies in a stretch of lane, from the responses over it, all at once.
 *
 *     ground    u - running median, then u - line fitted over cells without targets
 *     whiten    by what the ground does: dsp/scatter.h on matched-filtered cells
 *     dipoles   strongest first: place, depth and response of a small object are fitted and taken
 *               out, so that its flanks, 0.3 to 0.8 m off, are not taken for objects
 *     score     T = v^T M v / n, or of six tones and more max_d (d^T M v)^2 / (1.5 d^T M d)
 * v the whitened, matched-filtered rest, M^-1 = I + sum_j b_j a_j a_j^T, a_j the stronger dipoles
 * nearby, b_j how wrong their flanks may be, d the whitened spectra of relaxations and permeable
 * spheres.
 *
 * The same cells, and the same objects known to lie in them, give the same answer: nothing is
 * remembered. Like objects in an equal row are looked for in what was learnt (md_row.c).
 *
 * Cost:    of the order of ten million operations a stretch of 4.5 m and four tones.
 * Source:  whitening [Collins2002], [Rousseeuw1999]; taking out the strongest first [Hogbom1974]
 */
#ifndef GW_DSP_MD_WINDOW_H
#define GW_DSP_MD_WINDOW_H

#include <stdbool.h>

#include "dsp/balance.h"
#include "dsp/fft.h"
#include "dsp/frame.h"
#include "dsp/md_kind.h"

enum { GW_MD_WINDOW_CELLS = 450, GW_MD_WINDOW_TARGETS = 96 };
enum { GW_MD_WINDOW_MANY = 6 }; /* so many tones tell ground from metal by structure alone */

#define GW_MD_WINDOW_OBJECT 12.0 /* score from which a target is no part of the ground */

typedef struct gw_md_window gw_md_window;

typedef struct gw_md_target {
    double at;      /* cells from the first one's middle */
    double score;   /* about 1 where there is nothing */
    double depth_m; /* under the coils; NAN: too weak to tell */
    double depth_sd_m;
    gw_complex response[GW_TONES_MAX];
    double heard[2 * GW_TONES_MAX]; /* its response, not yet whitened, real parts first */
} gw_md_target;

/* tones_hz: [n_tones], read in create only; NULL: not tones. coil_radius_m: 0 unknown. GW_EINVAL,
 * GW_ENOMEM. */
gw_status gw_md_window_create(size_t n_tones, const double *tones_hz, double coil_radius_m,
                              gw_md_window **out);

/* From now on the ground is not learnt but this one, or, where balance is manual, what lies along
 * its phases. ground is copied; NULL: it is learnt. */
void gw_md_window_freeze(gw_md_window *window, const gw_balance *balance, const gw_ground *ground);

void gw_md_window_clear(gw_md_window *window);

/* The next cell of 1 cm: response [n_tones]. is_good: it was heard without interference. At most
 * GW_MD_WINDOW_CELLS. */
void gw_md_window_add(gw_md_window *window, const gw_complex *response, bool is_good);

/* An object is known to lie at this cell: nothing is learnt of the ground from there on both sides
 * of it, however many there are. After the cells were added. */
void gw_md_window_know(gw_md_window *window, double at);

/* noise: [n_tones] rms of the receiver's noise in a cell, both parts together; > 0.
 * goes_on: the lane does not end with the last cell. */
void gw_md_window_solve(gw_md_window *window, const double *noise, bool goes_on);

/* True: the scores of the last solution are those of spectra. */
bool gw_md_window_has_spectra(const gw_md_window *window);

/* In order of place. */
size_t gw_md_window_targets(const gw_md_window *window, const gw_md_target **targets);

/* Whitened energy of a cell over what the ground alone gives, of whatever is in it. */
double gw_md_window_level(const gw_md_window *window, size_t cell);

/* The ground of the last solution in dB over the receiver's noise: as it is heard, and what is left
 * of it in the scores. */
typedef struct gw_md_soil {
    double heard_db, residual_db;
} gw_md_soil;
gw_md_soil gw_md_window_soil(gw_md_window *window);

/* A background that repeats itself (md_mesh.c), as the last solution found it. */
typedef struct gw_md_mesh {
    double spacing_m; /* NAN: there is none */
    double loss_db;   /* so much weaker is metal heard over it, in energy; 0 without one */
} gw_md_mesh;
gw_md_mesh gw_md_window_mesh(const gw_md_window *window);

/* Like objects in an equal row that the last solution had learnt as ground (md_row.c). */
typedef struct gw_md_row {
    double spacing_m; /* NAN: there is none */
    bool is_lost;     /* and leaving their places out did not help: metal like them is not heard */
} gw_md_row;
gw_md_row gw_md_window_row(const gw_md_window *window);

/* The covariance of the last solution's ground, matched-filtered, learnt as if nothing were known,
 * in units of the responses, added to values [gw_ground_values]. False: nothing was learnt. The
 * solution's own whitening is gone. */
bool gw_md_window_learn(gw_md_window *window, double *values);

/* Whitened energy of a response, [n_tones], as the last solution whitens; where its scores are
 * those of spectra, the part along the one that explains most. */
double gw_md_window_unit(const gw_md_window *window, const gw_complex *response);

/* What kind of metal a target of the last solution is. ball: responses are in units of the 10 mm
 * steel ball's; else the ground says what the receiver makes of a dipole, and where it is too weak
 * to say so nothing is known. */
gw_md_kind gw_md_window_kind(const gw_md_window *window, gw_md_kinds *kinds, bool is_in_balls,
                             const double *tones_hz, const gw_md_target *target);

void gw_md_window_destroy(gw_md_window *window);

#endif
