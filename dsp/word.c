/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/word.h"

#include <string.h>

static const char *const field_names[] = {"unknown",    "along_mm",  "cross_mm", "lat_1e7deg",
                                          "lon_1e7deg", "height_mm", "scan_seq", "time_s",
                                          "time_ns",    "flags"};
static const char *const role_names[] = {"unknown", "receive", "transmit_current",
                                         "gate",    "i0",      "q0",
                                         "i1",      "q1",      "i2",
                                         "q2",      "i3",      "q3",
                                         "i4",      "q4",      "i5",
                                         "q5",      "i6",      "q6",
                                         "i7",      "q7",      "i8",
                                         "q8",      "i9",      "q9",
                                         "i10",     "q10",     "i11",
                                         "q11",     "i12",     "q12",
                                         "i13",     "q13",     "i14",
                                         "q14",     "i15",     "q15"};
static const char *const waveform_names[] = {"unknown", "impulse", "cw", "sfcw", "pi"};

const char *gw_kind_name(gw_kind kind)
{
    static const char *const names[] = {"gpr", "md", "pose"};
    return (unsigned)kind < GW_KIND_COUNT ? names[kind] : "unknown";
}

const char *gw_field_name(gw_field field)
{
    return field_names[field];
}

gw_field gw_field_parse(const char *word)
{
    for (size_t k = 1; k < sizeof field_names / sizeof *field_names; k++)
        if (strcmp(word, field_names[k]) == 0)
            return (gw_field)k;
    return GW_FIELD_NONE;
}

const char *gw_role_name(gw_role role)
{
    return role_names[role];
}

gw_role gw_role_parse(const char *word)
{
    for (size_t k = 1; k < sizeof role_names / sizeof *role_names; k++)
        if (strcmp(word, role_names[k]) == 0)
            return (gw_role)k;
    return GW_ROLE_NONE;
}

gw_role gw_role_part(size_t tone, bool is_quadrature)
{
    return (gw_role)(GW_ROLE_PART + (int)(2 * tone) + is_quadrature);
}

const char *gw_waveform_name(gw_waveform waveform)
{
    return waveform_names[waveform];
}

gw_waveform gw_waveform_parse(const char *word)
{
    for (size_t k = 1; k < sizeof waveform_names / sizeof *waveform_names; k++)
        if (strcmp(word, waveform_names[k]) == 0)
            return (gw_waveform)k;
    return GW_WAVEFORM_NONE;
}
