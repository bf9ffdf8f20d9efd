/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/sound/synth.h"

#include <math.h>

/* Peak levels: while not blind md + clicks + tick + alarms + mild fault, while blind alarms + siren
 * stay below 1 together, so that nothing ever clips. */
static const double hum_level = 0.008, tone_level = 0.24, click_level = 0.10, tick_level = 0.08,
                    alarm_level = 0.12, mild_level = 0.16, siren_level = 0.55, full_scale = 32000;

static const double tau = 6.283185307179586, sample_s = 1.0 / GW_SYNTH_RATE_HZ;
static const double smooth_s = 0.010, gate_s = 0.005;
static const double base_hz = 220, octaves = 2.5;
static const double note_s = 0.10, edge_s = 0.008;

/* 0: end. */
static const double alarm_notes_hz[GW_SYNTH_ALARMS][6] = {
    {880, 1175, 880, 1175}, {1568, 0.01, 1568, 0.01, 1568}, {784, 988, 1175, 1568}};

/* A cycle with a third harmonic: harder than the sine of the md voice, peak at most 1. */
static double cycle_hard(double cycles)
{
    double x = tau * cycles;
    return sin(x) + sin(3 * x) / 3;
}

static double cycles_wrap(double cycles)
{
    return cycles - floor(cycles);
}

static double above_floor(double value)
{
    double u = (value - GW_SYNTH_FLOOR) / (1 - GW_SYNTH_FLOOR);
    return u > 0 ? (u < 1 ? u : 1) : 0;
}

double gw_synth_tone_hz(double value)
{
    return base_hz * exp2(octaves * above_floor(value));
}

/* Rises and falls in edge_s, so that no note begins or ends with a click. */
static double note_shape(double at_s, double length_s)
{
    double edge = at_s < length_s - at_s ? at_s : length_s - at_s;
    if (edge >= edge_s)
        return 1;
    return edge > 0 ? 0.5 - 0.5 * cos(0.5 * tau * edge / edge_s) : 0;
}

static double gate_step(double gate, bool is_on)
{
    double step = sample_s / gate_s;
    gate += is_on ? step : -step;
    return gate > 0 ? (gate < 1 ? gate : 1) : 0;
}

static double tone_next(gw_synth *s)
{
    const gw_synth_voices *v = &s->voices;
    bool is_known = v->md_tone == v->md_tone;
    s->tone_gate = gate_step(s->tone_gate, is_known && !v->is_muted);
    if (is_known)
        s->tone += ((double)v->md_tone - s->tone) * (sample_s / smooth_s);
    s->tone_cycles = cycles_wrap(s->tone_cycles + gw_synth_tone_hz(s->tone) * sample_s);
    double level = hum_level + (tone_level - hum_level) * above_floor(s->tone);
    return s->tone_gate * level * sin(tau * s->tone_cycles);
}

static double depth_hz(float depth_m)
{
    if (!(depth_m == depth_m))
        return 2000;
    return depth_m < 0.08F ? 2600 : depth_m < 0.20F ? 2000 : 1500;
}

/* A struck string: starts at 0, so that it may start at any time. */
static double strike(double at_s, double hz, double fall_s)
{
    return exp(-at_s / fall_s) * sin(tau * hz * at_s);
}

static double click_next(gw_synth *s)
{
    double confidence = (double)s->voices.gpr_confidence;
    if (confidence > 0 && !s->voices.is_muted) {
        s->click_cycles += (2 + 18 * (confidence < 1 ? confidence : 1)) * sample_s;
        if (s->click_cycles >= 1) {
            s->click_cycles = 0;
            s->click_s = 0;
            s->click_hz = depth_hz(s->voices.gpr_depth_m);
        }
    } else {
        s->click_cycles = 1; /* the first one comes at once */
    }
    double y = s->click_s < 0.05 ? click_level * strike(s->click_s, s->click_hz, 0.004) : 0;
    s->click_s += sample_s;
    return y;
}

static double tick_next(gw_synth *s)
{
    double at_s = s->tick_samples * sample_s;
    if (++s->tick_samples == GW_SYNTH_RATE_HZ)
        s->tick_samples = 0;
    return at_s < 0.05 ? tick_level * strike(at_s, 3200, 0.004) : 0;
}

static double alarm_next(gw_synth *s, unsigned kind)
{
    if (s->alarm_s[kind] < 0 && s->is_alarm_due[kind]) {
        s->is_alarm_due[kind] = false;
        s->alarm_s[kind] = 0;
    }
    double at_s = s->alarm_s[kind];
    if (at_s < 0)
        return 0;
    size_t note = (size_t)(at_s / note_s);
    if (note >= 6 || alarm_notes_hz[kind][note] == 0) {
        s->alarm_s[kind] = -1;
        return 0;
    }
    s->alarm_s[kind] += sample_s;
    return alarm_level * note_shape(at_s - (double)note * note_s, note_s) *
           cycle_hard(alarm_notes_hz[kind][note] * at_s);
}

/* Two low notes at the start of every two seconds. */
static double mild_next(const gw_synth *s)
{
    double at_s = (double)(s->fault_samples % (2 * GW_SYNTH_RATE_HZ)) * sample_s;
    if (at_s >= 0.4)
        return 0;
    double from_s = at_s < 0.2 ? 0 : 0.2;
    return mild_level * note_shape(at_s - from_s, 0.18) *
           cycle_hard((at_s < 0.2 ? 330 : 262) * at_s);
}

static double siren_next(gw_synth *s)
{
    double hz = s->fault_samples / (GW_SYNTH_RATE_HZ / 4) % 2 ? 720 : 960;
    s->siren_cycles = cycles_wrap(s->siren_cycles + hz * sample_s);
    return siren_level * cycle_hard(s->siren_cycles);
}

static double sample_next(gw_synth *s)
{
    double alarms = 0;
    s->blind_gate = gate_step(s->blind_gate, s->voices.fault == GW_SYNTH_BLIND);
    s->alarm_gate = gate_step(s->alarm_gate, !s->voices.is_muted);
    double watched = tone_next(s) + click_next(s) + tick_next(s);
    for (unsigned kind = 0; kind < GW_SYNTH_ALARMS; kind++)
        alarms += alarm_next(s, kind);
    s->mild_gate = gate_step(s->mild_gate, s->voices.fault == GW_SYNTH_MILD);
    watched += s->mild_gate * mild_next(s);
    double siren = siren_next(s);
    s->fault_samples++;
    return (1 - s->blind_gate) * watched + s->alarm_gate * alarms + s->blind_gate * siren;
}

void gw_synth_reset(gw_synth *synth)
{
    *synth = (gw_synth){.voices = {.md_tone = NAN, .gpr_depth_m = NAN, .fault = GW_SYNTH_BLIND},
                        .click_cycles = 1,
                        .click_s = 1,
                        .alarm_gate = 1};
    for (unsigned kind = 0; kind < GW_SYNTH_ALARMS; kind++)
        synth->alarm_s[kind] = -1;
}

void gw_synth_set(gw_synth *synth, const gw_synth_voices *voices)
{
    for (unsigned kind = 0; kind < GW_SYNTH_ALARMS; kind++)
        synth->is_alarm_due[kind] |= voices->n_alarms[kind] != synth->voices.n_alarms[kind];
    if (voices->fault != synth->voices.fault)
        synth->fault_samples = 0;
    synth->voices = *voices;
    if (!(voices->md_tone >= 0))
        synth->voices.md_tone = NAN;
    else if (voices->md_tone > 1)
        synth->voices.md_tone = 1;
}

void gw_synth_process(gw_synth *synth, int16_t *out, size_t n)
{
    for (size_t t = 0; t < n; t++)
        out[t] = (int16_t)lrint(full_scale * sample_next(synth));
}
