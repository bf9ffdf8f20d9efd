/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/array_way.h -- ways to search what several radar channels see side by side.
 */
#ifndef GW_DSP_ARRAY_WAY_H
#define GW_DSP_ARRAY_WAY_H

/* What is made of an array. */
typedef enum {
    GW_ARRAY_CUBE,  /* all channels are stacked together */
    GW_ARRAY_LINES, /* each by itself, along the lane; candidates are joined */
    GW_ARRAY_ALONE  /* each has a chain of its own (dsp/gpr.h), as a single channel has */
} gw_array_way;

/* "cube", "lines", "alone" */
const char *gw_array_way_name(gw_array_way way);
/* The word of a session; unknown or NULL: as where nothing is configured. */
gw_array_way gw_array_way_parse(const char *word);

#endif
