/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calib/report.h"

enum { WIDTH = 640, HEIGHT = 360, LEFT = 56, RIGHT = 16, TOP = 16, BOTTOM = 44 };

static const double rate_least = 0.005, rate_most = 5; /* of the axis */
/* Okabe, Ito: told apart by eyes of every kind; each sensor has its dash as well. */
static const char *const colours[GW_SENSOR_COUNT] = {"#0072b2", "#d55e00", "#009e73"};
static const char *const dashes[GW_SENSOR_COUNT] = {"", "7 4", "2 3"};

static double x_of(double rate)
{
    double part = log(fmax(rate, rate_least) / rate_least) / log(rate_most / rate_least);
    return LEFT + fmin(part, 1) * (WIDTH - LEFT - RIGHT);
}

static double y_of(double pd)
{
    return HEIGHT - BOTTOM - pd * (HEIGHT - TOP - BOTTOM);
}

static void text_print(const char *text, FILE *to)
{
    for (; *text; text++)
        switch (*text) {
        case '<':
            fputs("&lt;", to);
            break;
        case '&':
            fputs("&amp;", to);
            break;
        case '"':
            fputs("&quot;", to);
            break;
        default:
            fputc(*text, to);
        }
}

static void axes_draw(FILE *to)
{
    static const double ticks[] = {0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5};
    for (size_t k = 0; k < sizeof ticks / sizeof *ticks; k++)
        fprintf(to,
                "<line class=g x1=%.1f y1=%d x2=%.1f y2=%d /><text x=%.1f y=%d "
                "text-anchor=middle>%g</text>\n",
                x_of(ticks[k]), TOP, x_of(ticks[k]), HEIGHT - BOTTOM, x_of(ticks[k]),
                HEIGHT - BOTTOM + 16, ticks[k]);
    for (int k = 0; k <= 5; k++)
        fprintf(to,
                "<line class=g x1=%d y1=%.1f x2=%d y2=%.1f /><text x=%d y=%.1f "
                "text-anchor=end>%.1f</text>\n",
                LEFT, y_of(0.2 * k), WIDTH - RIGHT, y_of(0.2 * k), LEFT - 6, y_of(0.2 * k) + 4,
                0.2 * k);
    fprintf(to, "<text x=%d y=%d text-anchor=middle>false alarms per metre</text>\n",
            (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8);
    fprintf(to,
            "<text transform='translate(14 %d) rotate(-90)' text-anchor=middle>probability of "
            "detection</text>\n",
            (TOP + HEIGHT - BOTTOM) / 2);
}

/* The curve as steps, and what was heard as a cross of its limits. */
static void curve_draw(const gw_report *report, gw_sensor sensor, FILE *to)
{
    enum { POINTS_MAX = 4096 };
    static const gw_score_filter all = {0};
    gw_score_point *points = malloc(POINTS_MAX * sizeof *points);
    size_t n = points ? gw_score_curve(report->score, sensor, points, POINTS_MAX) : 0;
    fprintf(to, "<path fill=none stroke='%s' stroke-width=2 stroke-dasharray='%s' d='",
            colours[sensor], dashes[sensor]);
    for (size_t k = 0; k < n; k++)
        if (k)
            fprintf(to, "H%.1fV%.1f", x_of(points[k].false_per_m), y_of(points[k].pd));
        else
            fprintf(to, "M%.1f %.1f", x_of(0), y_of(points[k].pd));
    fputs("' />\n", to);
    free(points);
    gw_score_found heard = gw_score_heard(report->score, sensor, &all);
    gw_score_false wrong = gw_score_false_alarms(report->score, sensor, NULL);
    if (!heard.n || !(wrong.searched_m > 0))
        return;
    fprintf(to,
            "<g stroke='%s' stroke-width=1.5><line x1=%.1f y1=%.1f x2=%.1f y2=%.1f /><line "
            "x1=%.1f y1=%.1f x2=%.1f y2=%.1f /></g><circle cx=%.1f cy=%.1f r=4 fill='%s' />\n",
            colours[sensor], x_of(wrong.per_m_limits.low), y_of(heard.pd),
            x_of(wrong.per_m_limits.high), y_of(heard.pd), x_of(wrong.per_m),
            y_of(heard.limits.low), x_of(wrong.per_m), y_of(heard.limits.high), x_of(wrong.per_m),
            y_of(heard.pd), colours[sensor]);
}

static void roc_draw(const gw_report *report, FILE *to)
{
    fprintf(to,
            "<h2>Found against false alarms</h2><svg viewBox='0 0 %d %d' role=img "
            "aria-label='ROC'>\n",
            WIDTH, HEIGHT);
    axes_draw(to);
    int row = 0;
    for (int s = 0; s < GW_SENSOR_COUNT; s++) {
        if (!report->is_shown[s])
            continue;
        curve_draw(report, (gw_sensor)s, to);
        double y = HEIGHT - BOTTOM - 14 - 18 * row++;
        fprintf(to,
                "<line x1=%d y1=%.1f x2=%d y2=%.1f stroke='%s' stroke-width=2 "
                "stroke-dasharray='%s' /><text x=%d y=%.1f>%s</text>\n",
                WIDTH - 130, y, WIDTH - 96, y, colours[s], dashes[s], WIDTH - 90, y + 4,
                gw_sensor_name((gw_sensor)s));
    }
    fputs("</svg><p>Lines: every detection by its score. Dots: what was heard as alarms, with 95 "
          "% limits both ways.</p>\n",
          to);
}

/* One bar a word and sensor, from 0 to 1, with its limits as a whisker. */
static void bars_draw(const gw_report *report, int which, const char *heading, FILE *to)
{
    const char *word;
    double y = 6;
    size_t n_words = 0, n_sensors = 0;
    while (gw_score_word(report->score, which, n_words))
        n_words++;
    for (int s = 0; s < GW_SENSOR_COUNT; s++)
        n_sensors += report->is_shown[s];
    fprintf(to, "<h2>%s</h2><svg viewBox='0 0 %d %.0f' role=img aria-label='%s'>\n", heading, WIDTH,
            12 + (double)n_words * (double)(n_sensors * 14 + 8), heading);
    for (size_t k = 0; (word = gw_score_word(report->score, which, k)); k++, y += 8) {
        fprintf(to, "<text x=0 y=%.1f>", y + 11);
        text_print(word, to);
        fputs("</text>\n", to);
        for (int s = 0; s < GW_SENSOR_COUNT; s++) {
            gw_score_filter filter = {.class_name = which == 0 ? word : NULL,
                                      .name = which == 1 ? word : NULL,
                                      .soil = which == 2 ? word : NULL};
            if (!report->is_shown[s])
                continue;
            gw_score_found found = gw_score_heard(report->score, (gw_sensor)s, &filter);
            double scale = WIDTH - 330, pd = found.n ? found.pd : 0;
            fprintf(to,
                    "<rect x=110 y=%.1f width=%.1f height=10 fill='%s' opacity=.75 /><line "
                    "x1=%.1f y1=%.1f x2=%.1f y2=%.1f stroke=currentColor /><text x=%.1f "
                    "y=%.1f>%s %zu of %zu</text>\n",
                    y, pd * scale, colours[s], 110 + scale * found.limits.low, y + 5,
                    110 + scale * found.limits.high, y + 5, 120 + scale, y + 9,
                    gw_sensor_name((gw_sensor)s), found.n_found, found.n);
            y += 14;
        }
    }
    fputs("</svg>\n", to);
}

static void figures_print(const gw_report *report, FILE *to)
{
    static const gw_score_filter all = {0};
    fputs(
        "<h2>Heard</h2><table><tr><th>sensor<th>found<th>Pd [95 %]<th>false alarms<th>ground "
        "searched<th>per metre [95 %]<th>place rms, bias<th>depth rms, bias<th>depth within 2 cm + "
        "10 % [95 %]</tr>\n",
        to);
    for (int s = 0; s < GW_SENSOR_COUNT; s++) {
        if (!report->is_shown[s])
            continue;
        gw_score_found heard = gw_score_heard(report->score, (gw_sensor)s, &all);
        gw_score_false wrong = gw_score_false_alarms(report->score, (gw_sensor)s, NULL);
        gw_score_errors place = gw_score_place(report->score, (gw_sensor)s);
        gw_score_errors depth = gw_score_depth(report->score, (gw_sensor)s);
        gw_score_found near = gw_score_depth_near(report->score, (gw_sensor)s);
        fprintf(to,
                "<tr><td>%s<td>%zu of %zu<td>%.2f [%.2f, %.2f]<td>%zu<td>%.1f m<td>%.3f [%.3f, "
                "%.3f]<td>%.3f, %+.3f m",
                gw_sensor_name((gw_sensor)s), heard.n_found, heard.n, heard.pd, heard.limits.low,
                heard.limits.high, wrong.n, wrong.searched_m, wrong.per_m, wrong.per_m_limits.low,
                wrong.per_m_limits.high, place.rms_m, place.bias_m);
        if (depth.n)
            fprintf(to, "<td>%.3f, %+.3f m (%zu)<td>%zu of %zu, %.2f [%.2f, %.2f]", depth.rms_m,
                    depth.bias_m, depth.n, near.n_found, near.n, near.pd, near.limits.low,
                    near.limits.high);
        else
            fputs("<td>unknown<td>unknown", to);
        fputs("</tr>\n", to);
    }
    fputs("</table>\n", to);
}

void gw_report_page(const gw_report *report, FILE *to)
{
    bool is_calibrated = report->calibration && strcmp(report->calibration, "uncalibrated") != 0;
    fputs(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport "
        "content='width=device-width'><title>Groundwatch: score</title>\n<style>body{font:15px/"
        "1.45 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;"
        "background:#fff}svg{width:100%;font:12px system-ui,sans-serif;fill:currentColor}.g{"
        "stroke:#ddd}table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:."
        "25rem "
        ".5rem;border-bottom:1px solid #ddd}h2{margin:2rem 0 .5rem;font-size:1.1rem}</style>\n<h1>",
        to);
    text_print(report->title, to);
    fprintf(to,
            "</h1><p>%zu recordings. Wanted: %.3g false alarms a metre and sensor. Groundwatch "
            "%s%s%s.</p>\n",
            gw_score_lanes(report->score), report->far_per_m, GW_VERSION,
            is_calibrated ? ", calibration " : ", ",
            report->calibration ? report->calibration : "detections of a file");
    figures_print(report, to);
    roc_draw(report, to);
    bars_draw(report, 1, "By mine", to);
    bars_draw(report, 0, "By class", to);
    bars_draw(report, 2, "By soil", to);
    fputs("<p>Simulated lanes and test beds say how the software works, not what it finds in a "
          "field. Groundwatch is not certified for clearance.</p></html>\n",
          to);
}
