/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/console/view_impl.h"

#include <string.h>

/* Five rows of five columns a letter, the leftmost the highest bit. */
static const struct {
    char letter;
    unsigned char rows[BANNER_ROWS];
} letters[] = {
    {'A', {0x0e, 0x11, 0x1f, 0x11, 0x11}}, {'B', {0x1e, 0x11, 0x1e, 0x11, 0x1e}},
    {'C', {0x0f, 0x10, 0x10, 0x10, 0x0f}}, {'D', {0x1e, 0x11, 0x11, 0x11, 0x1e}},
    {'E', {0x1f, 0x10, 0x1e, 0x10, 0x1f}}, {'G', {0x0f, 0x10, 0x13, 0x11, 0x0f}},
    {'H', {0x11, 0x11, 0x1f, 0x11, 0x11}}, {'I', {0x0e, 0x04, 0x04, 0x04, 0x0e}},
    {'L', {0x10, 0x10, 0x10, 0x10, 0x1f}}, {'M', {0x11, 0x1b, 0x15, 0x11, 0x11}},
    {'N', {0x11, 0x19, 0x15, 0x13, 0x11}}, {'R', {0x1e, 0x11, 0x1e, 0x12, 0x11}},
    {'S', {0x0f, 0x10, 0x0e, 0x01, 0x1e}},
};

static void letter_draw(gw_canvas *canvas, int y, int x, gw_style style, char letter)
{
    uint32_t full = canvas->is_utf8 ? 0x2588 : '#';
    for (size_t k = 0; k < sizeof letters / sizeof *letters; k++)
        for (int row = 0; letters[k].letter == letter && row < BANNER_ROWS; row++)
            for (int column = 0; column < 5; column++)
                if (letters[k].rows[row] >> (4 - column) & 1)
                    gw_canvas_put(canvas, y + row, x + column, style, full);
}

void view_banner(const view_page *page, int y)
{
    gw_canvas *canvas = page->canvas;
    gw_style style = (gw_style)page->state;
    const char *word = gw_shown_word(page->state);
    int n = (int)strlen(word), right = canvas->width - 22, x = (right - 6 * n) / 2;
    for (int row = 0; row < BANNER_ROWS; row++)
        gw_canvas_fill(canvas, y + row, 0, style, ' ');
    for (int k = 0; k < n && right > 6 * n; k++)
        letter_draw(canvas, y, x + 6 * k, style, word[k]);
    if (right <= 6 * n)
        right = 1;
    gw_canvas_format(canvas, (gw_spot){y, right, style}, "%s", page->wall);
    gw_canvas_format(canvas, (gw_spot){y + 1, right, style}, "%s", word);
    if (page->console->emulated)
        gw_canvas_text(canvas, y + 2, right, style, "EMULATED:");
    if (page->console->emulated)
        gw_canvas_text(canvas, y + 3, right, style, "no real ground");
    size_t n_open = gw_alarms_n_open(&page->console->alarms);
    if (n_open)
        gw_canvas_format(canvas, (gw_spot){y + 4, right, style}, "%zu alarm%s to see to", n_open,
                         n_open == 1 ? "" : "s");
}
