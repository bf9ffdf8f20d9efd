/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/iio/match.h"

#include <stdio.h>
#include <string.h>

/* Numbers of a stream by the attribute that people know them by. */
static const struct {
    const char *name;
    size_t offset;
} numbers[] = {{"offset", offsetof(gw_stream, offset)},
               {"scale (V)", offsetof(gw_stream, scale_v)},
               {"sample rate (Hz)", offsetof(gw_stream, sample_rate_hz)},
               {"row rate (Hz)", offsetof(gw_stream, row_rate_hz)},
               {"scan_spacing_m", offsetof(gw_stream, scan_spacing_m)},
               {"prf", offsetof(gw_stream, play_rate_hz)},
               {"channel_spacing_m", offsetof(gw_stream, channel_spacing_m)},
               {"transmit_receive_offset_m", offsetof(gw_stream, transmit_receive_offset_m)},
               {"center_frequency", offsetof(gw_stream, center_hz)},
               {"start_frequency", offsetof(gw_stream, start_hz)},
               {"frequency_step", offsetof(gw_stream, step_hz)},
               {"coil_radius_m", offsetof(gw_stream, coil_radius_m)},
               {"origin_lat_deg", offsetof(gw_stream, origin.lat_deg)},
               {"origin_lon_deg", offsetof(gw_stream, origin.lon_deg)},
               {"origin_heading_deg", offsetof(gw_stream, origin.heading_deg)}};

static bool words_differ(const char *name, const char *was, const char *is, char *text,
                         size_t n_text)
{
    if (strcmp(was, is) == 0)
        return false;
    snprintf(text, n_text, "%s was %s and is %s", name, was[0] ? was : "unknown",
             is[0] ? is : "unknown");
    return true;
}

static bool sizes_differ(const char *name, size_t was, size_t is, char *text, size_t n_text)
{
    if (was == is)
        return false;
    snprintf(text, n_text, "%s was %zu and is %zu", name, was, is);
    return true;
}

static bool numbers_differ(const gw_stream *was, const gw_stream *is, char *text, size_t n_text)
{
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
        double a, b;
        memcpy(&a, (const char *)was + numbers[k].offset, sizeof a);
        memcpy(&b, (const char *)is + numbers[k].offset, sizeof b);
        if (memcmp(&a, &b, sizeof a) == 0)
            continue;
        snprintf(text, n_text, "%s was %.9g and is %.9g", numbers[k].name, a, b);
        return true;
    }
    return false;
}

static bool lists_differ(const gw_stream *was, const gw_stream *is, char *text, size_t n_text)
{
    if (sizes_differ("number of tones", was->n_tones, is->n_tones, text, n_text))
        return true;
    for (size_t k = 0; k < was->n_tones; k++)
        if (memcmp(&was->tones_hz[k], &is->tones_hz[k], sizeof was->tones_hz[k]) != 0) {
            snprintf(text, n_text, "tone %zu was %.9g Hz and is %.9g Hz", k + 1, was->tones_hz[k],
                     is->tones_hz[k]);
            return true;
        }
    for (size_t k = 0; k <= GW_GATES_MAX; k++)
        if (memcmp(&was->gate_edges_s[k], &is->gate_edges_s[k], sizeof was->gate_edges_s[k])) {
            snprintf(text, n_text, "gate %zu was at %.9g s and is at %.9g s", k,
                     was->gate_edges_s[k], is->gate_edges_s[k]);
            return true;
        }
    for (size_t k = 0; k < was->n_channels; k++)
        if (words_differ("role of a channel", gw_role_name(was->roles[k]),
                         gw_role_name(is->roles[k]), text, n_text) ||
            words_differ("field of a channel", gw_field_name(was->fields[k]),
                         gw_field_name(is->fields[k]), text, n_text))
            return true;
    return false;
}

bool gw_iio_stream_differs(const gw_stream *was, const gw_stream *is, char *text, size_t n_text)
{
    static const char *const sources[] = {"a real device", "an emulated one"};
    return words_differ("it", sources[was->emulated], sources[is->emulated], text, n_text) ||
           words_differ("name", was->name, is->name, text, n_text) ||
           words_differ("serial", was->serial, is->serial, text, n_text) ||
           words_differ("waveform", gw_waveform_name(was->waveform), gw_waveform_name(is->waveform),
                        text, n_text) ||
           sizes_differ("number of channels", was->n_channels, is->n_channels, text, n_text) ||
           sizes_differ("scan_length", was->n_samples, is->n_samples, text, n_text) ||
           sizes_differ("scan_marks", was->n_marks, is->n_marks, text, n_text) ||
           numbers_differ(was, is, text, n_text) || lists_differ(was, is, text, n_text) ||
           words_differ("content's hash", was->hash, is->hash, text, n_text);
}

bool gw_iio_match_differs(const gw_iio_match *was, const gw_iio_match *is, char *text,
                          size_t n_text)
{
    for (size_t k = 0; k < was->n_samples && k < is->n_samples; k++)
        if (words_differ("format of a channel", was->formats[k], is->formats[k], text, n_text))
            return true;
    return sizes_differ("number of channels", was->n_samples, is->n_samples, text, n_text) ||
           sizes_differ("bits of its counter", was->sequence_bits, is->sequence_bits, text,
                        n_text) ||
           sizes_differ("number of timestamp channels", was->timestamp >= 0, is->timestamp >= 0,
                        text, n_text) ||
           sizes_differ("number of wheel channels", was->wheel >= 0, is->wheel >= 0, text, n_text);
}
