/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "clients/groundwatch/info.h"
#include "clients/plot/bscan.h"

enum { PANELS_MAX = 8, LINES = 20, COLUMNS = 80 };

static int terminal_width(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return COLUMNS;
}

/* The first channel as it is, then each channel less its median. */
static gw_status figure_make(gw_recording *recording, const char *png, gw_error *error)
{
    const gw_stream *stream = gw_recording_stream(recording);
    size_t n = stream->n_channels < PANELS_MAX - 1 ? stream->n_channels : PANELS_MAX - 1;
    gw_section *sections = calloc(n + 1, sizeof *sections);
    gw_panel panels[PANELS_MAX];
    char titles[PANELS_MAX][80], title[GW_NAME_MAX + 80];
    gw_status status = sections ? GW_OK : gw_error_set(error, GW_ENOMEM, "%s: out of memory", png);
    for (size_t k = 0; k <= n && status == GW_OK; k++) {
        size_t channel = k ? k - 1 : 0;
        status = gw_section_load(&sections[k], recording, channel, error);
        if (status == GW_OK && k && gw_section_level(&sections[k]) != GW_OK)
            status = gw_error_set(error, GW_ENOMEM, "%s: out of memory", png);
        snprintf(titles[k], sizeof titles[k], "channel %zu, %s", channel,
                 k ? "less the median of each sample, each by its own spread" : "as recorded");
        panels[k] = (gw_panel){.section = &sections[k],
                               .title = titles[k],
                               .shade = k ? GW_SHADE_ROWS : GW_SHADE_SIGNED};
    }
    snprintf(title, sizeof title, "%s, %s: %lld scans", stream->name,
             gw_recording_format(recording), (long long)stream->n_rows);
    const gw_figure figure = {.title = title, .panels = panels, .n_panels = n + 1};
    if (status == GW_OK)
        status = gw_figure_save(&figure, png, error);
    for (size_t k = 0; sections && k <= n; k++)
        gw_section_free(&sections[k]);
    free(sections);
    return status;
}

static gw_status text_make(gw_recording *recording, gw_error *error)
{
    gw_section section = {.n_columns = 0};
    gw_status status = gw_section_load(&section, recording, 0, error);
    if (status == GW_OK && gw_section_level(&section) == GW_OK) {
        puts("    picture                   channel 0, less the median of each sample");
        gw_section_print(&section, terminal_width(), LINES, stdout);
    }
    gw_section_free(&section);
    return status;
}

gw_status info_picture(const char *path, const char *png, bool is_printed, gw_error *error)
{
    unsigned kinds = 0;
    gw_recording *recording = NULL;
    gw_status status = gw_recording_list(path, &kinds, error);
    if (status != GW_OK)
        return status;
    if (!(kinds & 1u << GW_KIND_GPR))
        return png ? gw_error_set(error, GW_EFORMAT, "%s: no radar in it to draw", path) : GW_OK;
    status = gw_recording_open(path, GW_KIND_GPR, &recording, error);
    if (status == GW_OK && is_printed)
        status = text_make(recording, error);
    if (status == GW_OK && png)
        status = figure_make(recording, png, error);
    gw_recording_close(recording);
    return status;
}
