/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/sound/synth.h -- what the operator hears, as samples.
 *
 *     y(t) = (1 - b) (md + clicks + tick) + alarms + fault,   b: 1 while BLIND, else 0, in 5 ms
 *
 * md:     220 Hz * 2^(2.5 u), u the search tone value above its floor; loudness grows with u too.
 *         Below the floor a faint hum, which says that this voice works.
 * clicks: 2..20 a second with the radar's confidence; 2600, 2000 or 1500 Hz: shallow, middle, deep.
 * alarms: md two notes, gpr one note thrice, fused four rising notes; each kind is a voice of its
 *         own, so none mutes another.
 * tick:   3200 Hz for some milliseconds, once a second: program and sensors live.
 * fault:  mild, two low notes every two seconds; BLIND, a two-tone siren without end.
 *
 * Mute silences md, clicks and alarms; tick and faults never.
 *
 * State:  phases, times and smoothed values, a sample at a time: any block split gives the same.
 * Shapes: out [n], mono.   Units: 48000 samples a second, full scale 32767.
 * Cost:   some ten sines a sample. No allocation, cannot fail.
 */
#ifndef GW_CLIENTS_SOUND_SYNTH_H
#define GW_CLIENTS_SOUND_SYNTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GW_SYNTH_RATE_HZ = 48000, GW_SYNTH_ALARMS = 3 };

#define GW_SYNTH_FLOOR 0.1 /* search tone value below which there is only the hum */

typedef enum { GW_SYNTH_NO_FAULT, GW_SYNTH_MILD, GW_SYNTH_BLIND } gw_synth_fault;

/* What is to be heard from now on. */
typedef struct gw_synth_voices {
    float md_tone;        /* search tone value 0..1; NAN: unknown, this voice is silent */
    float gpr_confidence; /* 0..1; 0: no clicks */
    float gpr_depth_m;    /* NAN: unknown, the middle pitch */
    gw_synth_fault fault;
    bool is_muted;
    unsigned n_alarms[GW_SYNTH_ALARMS]; /* md, gpr, fused, since ever: one more starts a sound */
} gw_synth_voices;

typedef struct gw_synth {
    gw_synth_voices voices;
    double tone, tone_gate, tone_cycles;         /* md: smoothed value, on 0..1, phase */
    double click_cycles, click_s, click_hz;      /* of the rate; since its start; its pitch */
    double alarm_s[GW_SYNTH_ALARMS], alarm_gate; /* since its start; < 0: none */
    bool is_alarm_due[GW_SYNTH_ALARMS];          /* another one, when this has ended */
    double mild_gate, blind_gate, siren_cycles;
    unsigned long fault_samples; /* since this fault began */
    unsigned tick_samples;       /* since the last tick began */
} gw_synth;

/* Silence but for the tick; unknown, so BLIND until the first set. */
void gw_synth_reset(gw_synth *synth);

/* From the next sample on. */
void gw_synth_set(gw_synth *synth, const gw_synth_voices *voices);

/* The next n samples. */
void gw_synth_process(gw_synth *synth, int16_t *out, size_t n);

/* Pitch of the md voice at a search tone value. */
double gw_synth_tone_hz(double value);

#endif
