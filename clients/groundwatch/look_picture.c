/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "clients/groundwatch/look.h"
#include "clients/plot/curve.h"

static const gw_color red = {230, 40, 40}, yellow = {200, 150, 0}, grey = {140, 140, 140},
                      blue = {40, 90, 200};
static const double noise_score = 0.1; /* the axis of the scores begins here at the latest */

/* From red over green to blue, by the order of the tones. */
static gw_color tone_color(size_t t, size_t n_tones)
{
    double part = n_tones > 1 ? (double)t / (double)(n_tones - 1) : 0;
    double left = fmax(0, 1 - 2 * part), right = fmax(0, 2 * part - 1);
    return (gw_color){(unsigned char)(210 * left + 20), (unsigned char)(150 * (1 - left - right)),
                      (unsigned char)(210 * right + 20)};
}

static void tone_text(const look *l, size_t t, char text[40])
{
    if (l->tones_hz[t] > 0)
        snprintf(text, 40, "%.5g Hz", l->tones_hz[t]);
    else
        snprintf(text, 40, "pair %zu of the decay", t + 1);
}

static void tones_fill(const look *l, const double (*values)[LOOK_CELLS_MAX], gw_curve *curves)
{
    for (size_t t = 0; t < l->n_tones; t++) {
        curves[t] = (gw_curve){.values = values[t], .color = tone_color(t, l->n_tones)};
        tone_text(l, t, curves[t].text);
    }
}

gw_status look_draw(const look *l, const char *name, const char *path, gw_error *error)
{
    const gw_detection *decision = &l->decision;
    const char *unit = decision->is_in_balls ? "10 mm balls" : "ratio";
    gw_curve heard[GW_TONES_MAX], over[GW_TONES_MAX];
    const gw_curve scores[2] = {{l->score_all, grey, "of all that is there"},
                                {l->score, blue, "as judged"}};
    gw_curve_panel panels[3] = {
        {"as heard: amplitude of each tone; gaps: leapt over, or with interference", unit, false,
         (double)NAN, heard, l->n_tones, (double)NAN, "", (double)NAN, ""},
        {"over the ground: amplitude of each tone", unit, true, (double)NAN, over, l->n_tones,
         (double)NAN, "", (double)NAN, ""},
        {"whitened score (1: ground alone); as judged: the nearest candidate, all that is stronger "
         "taken out",
         "score", true, noise_score, scores, 2, l->score_least, "", decision->score, ""}};
    char title[300];
    tones_fill(l, l->heard, heard);
    tones_fill(l, l->over, over);
    snprintf(panels[2].level_text, sizeof panels[2].level_text, "alarm from %.4g on",
             l->score_least);
    snprintf(panels[2].mark_text, sizeof panels[2].mark_text, "%.5g", decision->score);
    snprintf(title, sizeof title, "%.120s, metal detector   decided at %.3f m: score %.5g, %s",
             name, l->at_m, decision->score, decision->alarm ? "alarm (red)" : "no alarm (yellow)");
    const gw_curve_figure figure = {
        .title = title,
        .along = l->along_m,
        .n = l->n,
        .along_unit = isfinite(decision->along_m) ? "m" : "m, by an assumed speed",
        .panels = panels,
        .n_panels = 3,
        .at = l->at_m,
        .color = decision->alarm ? red : yellow};
    return gw_curve_save(&figure, path, error);
}
