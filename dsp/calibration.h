/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/calibration.h -- what was measured of a device, as the chains use it. A plain struct.
 *
 *   gpr   an echo of zero path would peak at sample time_zero; the antennas alone give `coupling`
 *         stepped frequency: each step times `plate`, before the transform
 *   md    corrected = (response - imbalance) gain,  1 at phase 0: the 10 mm steel ball
 *
 * far_scale: blank ground gave that many times the false alarms that its scores stand for
 * (dsp/far.h); far_per_m is multiplied by it. Read and written by drivers/calibration.h.
 */
#ifndef GW_DSP_CALIBRATION_H
#define GW_DSP_CALIBRATION_H

#include "dsp/balance.h"
#include "dsp/complex.h"
#include "dsp/frame.h"

enum { GW_CALIBRATION_HASH_MAX = 65 /* SHA-256 in hexadecimal and its end */ };

typedef struct gw_calibration_gpr {
    size_t n_channels, n_samples; /* 0: there was no air shot */
    double sample_rate_hz;
    double offset_m; /* between the antennas; 0 unknown */
    double time_zero_samples[GW_CHANNELS_MAX], time_zero_sd_samples[GW_CHANNELS_MAX];
    const float *coupling;   /* [n_channels][n_samples] counts, the mean of its latter half removed;
                                borrowed */
    double far_scale;        /* 0: not measured */
    size_t n_steps;          /* stepped frequency, of a metal plate; 0: there was none */
    const gw_complex *plate; /* [n_channels][n_steps] times which a scan is as it should be;
                                borrowed */
} gw_calibration_gpr;

typedef struct gw_calibration_md {
    size_t n_tones; /* 0: the coils' balance was not measured */
    bool has_gain;  /* a ball was measured */
    double tones_hz[GW_TONES_MAX];
    double imbalance[GW_TONES_MAX][2]; /* real, imaginary; of the response */
    double gain[GW_TONES_MAX][2];      /* balls a unit of response */
    double far_scale;                  /* 0: not measured */
    gw_ground ground;                  /* n_tones 0: not learnt; in units of what is corrected */
    double ball_m; /* from the coils' plane to the middle of the ball; 0 unknown */
} gw_calibration_md;

typedef struct gw_calibration {
    char hash[GW_CALIBRATION_HASH_MAX]; /* of the file's content */
    gw_calibration_gpr gpr;
    gw_calibration_md md;
} gw_calibration;

#endif
