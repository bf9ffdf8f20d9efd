/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/word.h -- kinds of streams, waveforms, roles and fields, and the words that stand for them in
 * recordings and messages.
 */
#ifndef GW_DSP_WORD_H
#define GW_DSP_WORD_H

#include <stdbool.h>
#include <stddef.h>

typedef enum { GW_KIND_GPR, GW_KIND_MD, GW_KIND_POSE, GW_KIND_COUNT } gw_kind;
typedef enum {
    GW_WAVEFORM_NONE,
    GW_WAVEFORM_IMPULSE,
    GW_WAVEFORM_CW,
    GW_WAVEFORM_SFCW, /* stepped frequency: gpr */
    GW_WAVEFORM_PULSE /* pulse induction: md */
} gw_waveform;
/* From GW_ROLE_PART on: in-phase and quadrature of tone 0, of tone 1, ... */
typedef enum {
    GW_ROLE_NONE,
    GW_ROLE_RECEIVE,
    GW_ROLE_TRANSMIT_CURRENT,
    GW_ROLE_GATE, /* mean over a gate after a pulse */
    GW_ROLE_PART,
    GW_ROLE_PART_LAST = GW_ROLE_PART + 31
} gw_role;
typedef enum {
    GW_FIELD_NONE,
    GW_FIELD_ALONG_MM,
    GW_FIELD_CROSS_MM,
    GW_FIELD_LAT_1E7DEG,
    GW_FIELD_LON_1E7DEG,
    GW_FIELD_HEIGHT_MM,
    GW_FIELD_SCAN_SEQ, /* from here on: of the index of a radar's scans */
    GW_FIELD_TIME_S,
    GW_FIELD_TIME_NS,
    GW_FIELD_FLAGS
} gw_field;

/* Word of a kind as recordings and messages use it: "gpr", "md", "pose". */
const char *gw_kind_name(gw_kind kind);

/* Word of a field ("along_mm", ...) and back; GW_FIELD_NONE when the word is unknown. */
const char *gw_field_name(gw_field field);
gw_field gw_field_parse(const char *word);

/* Word of an MD channel's role ("receive", "transmit_current", "gate", "i0", "q0", ...; "unknown")
 * and back. */
const char *gw_role_name(gw_role role);
gw_role gw_role_parse(const char *word);
/* Role of one part of a tone's response. */
gw_role gw_role_part(size_t tone, bool is_quadrature);

/* Word of a waveform ("impulse", "cw", "sfcw", "pi"; "unknown") and back. */
const char *gw_waveform_name(gw_waveform waveform);
gw_waveform gw_waveform_parse(const char *word);

#endif
