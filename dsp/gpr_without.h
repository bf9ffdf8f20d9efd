/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/gpr_without.h -- stages of the radar chain that can be left out, to see what each gains
 * (calib/fit/stages.py). Bits of gw_gpr_config.without; a detector leaves out none.
 */
#ifndef GW_DSP_GPR_WITHOUT_H
#define GW_DSP_GPR_WITHOUT_H

enum {
    GW_GPR_WHISTLE = 1 << 0,    /* tones stay in */
    GW_GPR_BAND = 1 << 1,       /* all frequencies pass */
    GW_GPR_ALIGN = 1 << 2,      /* scans stay where they came */
    GW_GPR_GAIN = 1 << 3,       /* and as strong */
    GW_GPR_BACKGROUND = 1 << 4, /* nothing is taken off */
    GW_GPR_AHEAD = 1 << 5,      /* the background is that of the scans before alone */
    GW_GPR_FOCUS = 1 << 6,      /* no aperture: energy of the scan itself */
    GW_GPR_BOX = 1 << 7,        /* no mean of energy over scans */
    GW_GPR_SMOOTH = 1 << 8,     /* nor over depth */
    GW_GPR_WHITEN = 1 << 9,     /* one floor for all depths */
    GW_GPR_USUAL = 1 << 10      /* scores are in no ground's units */
};

#endif
