/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/md_kind.h -- what kind of metal an object is, from its response at all tones.
 *
 *     P(ferrous) = mean over ferrous atoms of L / the same over both kinds,
 *     L = sum over G of exp(-r^2 / (2 + 2 e^2 E / n)),   r^2 = |v|^2 - (v . W G a)^2 / |W G a|^2
 *
 * v is the object's whitened response, [n] numbers and, where the whitening takes out the ground's
 * own direction g, what lies along that over how far the ground itself goes; a an atom, G what the
 * receiver makes of a dipole at each tone (several, where it is not known which; all as likely
 * beforehand), W the whitening; e the error of the model, E the power that an error as large as the
 * response at each tone would have in v: W takes out what looks like ground, errors stay. Atoms are
 * polarisabilities over the tones: -(c + sum w jx / (1 + jx)), x = 2 pi f tau, of one or two
 * relaxations, ferrous where c is negative, and permeable and other spheres. Both kinds are as
 * likely beforehand, and so is every atom of a kind.
 *
 * The factor of an atom may have either sign: what metal is called positive is not used. (In nature
 * a good conductor is negative where magnetic ground is positive.)
 *
 * Cost:    n^2 operations for each of 4,000 atoms and each receiver; no allocation after create.
 * Source:  relaxation spectra [Wei2010]; spheres [Wait1951]
 */
#ifndef GW_DSP_MD_KIND_H
#define GW_DSP_MD_KIND_H

#include "dsp/phasor.h"
#include "dsp/scatter.h"
#include "dsp/stream.h"

enum { GW_MD_KIND_RECEIVERS = 4 }; /* at most */

typedef struct gw_md_kinds gw_md_kinds;

typedef struct gw_md_kind {
    double ferrous_probability; /* 0..1; NAN unknown */
    double relaxation_s;        /* 1 / (2 pi f) where the imaginary part is greatest; NAN unknown */
} gw_md_kind;

/* Through what an object was heard. */
typedef struct gw_md_hearing {
    const gw_scatter *scatter; /* W */
    const double *ground; /* g, [2 n_tones] of norm 1, where W takes it out; NULL: it does not */
    double ground_sd;     /* of the ground along it; > 0 */
} gw_md_hearing;

/* tones_hz: [n_tones], read in create only. GW_EINVAL, GW_ENOMEM. */
gw_status gw_md_kinds_create(size_t n_tones, const double *tones_hz, gw_md_kinds **out);

/* heard: [2 n_tones], not whitened, real parts first; receivers: [n_receivers][n_tones], G, in its
 * units, each but for one factor. */
gw_md_kind gw_md_kinds_judge(gw_md_kinds *kinds, const gw_md_hearing *hearing, size_t n_receivers,
                             phasor receivers[][GW_TONES_MAX], const double *heard);

void gw_md_kinds_destroy(gw_md_kinds *kinds);

#endif
