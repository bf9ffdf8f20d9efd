/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/formats/axes.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *key;
    size_t offset;
    double most;
} keys[] = {{"scan_spacing_m", offsetof(gw_stream, scan_spacing_m), 100},
            {"scan_rate_hz", offsetof(gw_stream, row_rate_hz), 1e6},
            {"sample_rate_hz", offsetof(gw_stream, sample_rate_hz), 1e13},
            {"center_hz", offsetof(gw_stream, center_hz), 1e12},
            {"start_hz", offsetof(gw_stream, start_hz), 1e12},
            {"step_hz", offsetof(gw_stream, step_hz), 1e12},
            {"transmit_receive_offset_m", offsetof(gw_stream, transmit_receive_offset_m), 100},
            {"channel_spacing_m", offsetof(gw_stream, channel_spacing_m), 100}};

static void number_take(const gw_header_text *axes, size_t k, gw_stream *stream, gw_flat *flat)
{
    char text[128];
    double value = 0, *field = (double *)(void *)((char *)stream + keys[k].offset);
    if (!gw_header_text_find(axes, keys[k].key, text))
        return;
    if (gw_header_text_number(axes, keys[k].key, &value) && value > 0 && value <= keys[k].most)
        *field = value;
    else
        gw_note(flat->notes, "axes: %s '%.40s' is no number in 0..%g", keys[k].key, text,
                keys[k].most);
}

void gw_axes_take(const gw_header_text *axes, gw_stream *stream, gw_flat *flat)
{
    double window_ns = 0;
    if (!axes->n_text)
        return;
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
        number_take(axes, k, stream, flat);
    if (gw_header_text_number(axes, "time_window_ns", &window_ns) && window_ns > 0 &&
        window_ns < 1e9)
        stream->sample_rate_hz = (double)stream->n_samples / (window_ns * 1e-9);
    gw_header_text_facts(axes, flat->facts);
}

/* The text of NAME.axes beside `path`, malloc'd; *text NULL where there is none. */
static gw_status axes_load(const char *path, char **text, size_t *n_text, gw_error *error)
{
    char name[1024];
    *text = NULL;
    *n_text = 0;
    if (!gw_path_beside(path, ".axes", name))
        return GW_OK;
    *text = malloc(GW_TEXT_MAX);
    if (!*text)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", name);
    return gw_text_read(name, *text, n_text, error);
}

gw_status gw_axes_beside(gw_stream *stream, gw_flat *flat, gw_error *error)
{
    char *text;
    gw_header_text axes = {.separator = ':'};
    gw_status status = axes_load(flat->rows.path, &text, &axes.n_text, error);
    axes.text = text;
    if (status == GW_OK)
        gw_axes_take(&axes, stream, flat);
    free(text);
    return status;
}

bool gw_axes_turned(const char *path)
{
    char *text, word[128] = "";
    gw_error ignored;
    gw_header_text axes = {.separator = ':'};
    axes_load(path, &text, &axes.n_text, &ignored);
    axes.text = text;
    gw_header_text_find(&axes, "lines", word);
    free(text);
    return strcmp(word, "samples") == 0;
}
