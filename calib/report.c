/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "calib/report.h"

#include <math.h>

static const double rates[] = {0.02, 0.05, 0.1, 0.2, 0.5, 1};
static const char *const groups[] = {"class", "name", "soil"};

double gw_report_rate(size_t k)
{
    return k < sizeof rates / sizeof *rates ? rates[k] : 0;
}

static gw_score_filter filter_of(int which, const char *word)
{
    return (gw_score_filter){.class_name = which == 0 ? word : NULL,
                             .name = which == 1 ? word : NULL,
                             .soil = which == 2 ? word : NULL};
}

/* ---- table ---- */

static void found_print(const gw_score_found *found, FILE *to)
{
    if (found->n)
        fprintf(to, "%4zu/%-4zu %.2f [%.2f, %.2f]", found->n_found, found->n, found->pd,
                found->limits.low, found->limits.high);
    else
        fputs("   0/0", to);
}

/* unit: "m ", or of arrays "m2" */
static void rates_table(const gw_score *score, gw_sensor sensor, const char *unit, FILE *to)
{
    static const gw_score_filter all = {0};
    for (size_t k = 0; gw_report_rate(k) > 0; k++) {
        gw_score_found found = unit[1] == '2'
                                   ? gw_score_at_rate_m2(score, sensor, gw_report_rate(k), &all)
                                   : gw_score_at_rate(score, sensor, gw_report_rate(k), &all);
        fprintf(to, "  ROC at %4.2f false/%s    ", gw_report_rate(k), unit);
        found_print(&found, to);
        fputc('\n', to);
    }
}

static void unlikely_table(const gw_score *score, FILE *to)
{
    gw_score_metal all = gw_score_md_alarms(score), marked = gw_score_unlikely(score);
    fprintf(to,
            "  md alarms marked unlikely %zu of %zu: on mines %zu of %zu, on scrap %zu of %zu, "
            "elsewhere %zu of %zu; none is muted\n",
            marked.n, all.n, marked.n_targets, all.n_targets, marked.n_metals, all.n_metals,
            marked.n - marked.n_targets - marked.n_metals, all.n - all.n_targets - all.n_metals);
}

static void sensor_table(const gw_report *report, gw_sensor sensor, FILE *to)
{
    static const gw_score_filter all = {0};
    gw_score_found heard = gw_score_heard(report->score, sensor, &all);
    gw_score_false wrong = gw_score_false_alarms(report->score, sensor, NULL);
    gw_score_errors place = gw_score_place(report->score, sensor);
    gw_score_errors depth = gw_score_depth(report->score, sensor);
    fputs("  heard (alarm)          ", to);
    found_print(&heard, to);
    fprintf(to, "   %zu false on %.1f m: %.3f/m [%.3f, %.3f]\n", wrong.n, wrong.searched_m,
            wrong.per_m, wrong.per_m_limits.low, wrong.per_m_limits.high);
    if (sensor == GW_SENSOR_FUSED)
        unlikely_table(report->score, to);
    if (!isnan(wrong.per_m2))
        fprintf(to, "  an array, scored along and across: %.3f false/m2 [%.3f, %.3f] on %.1f m2\n",
                wrong.per_m2, wrong.per_m2_limits.low, wrong.per_m2_limits.high, wrong.searched_m2);
    rates_table(report->score, sensor, isnan(wrong.per_m2) ? "m " : "m2", to);
    if (place.n)
        fprintf(to, "  place: rms %.3f m, bias %+.3f m (%zu)\n", place.rms_m, place.bias_m,
                place.n);
    gw_score_found near = gw_score_depth_near(report->score, sensor);
    if (depth.n)
        fprintf(to,
                "  depth: rms %.3f m, bias %+.3f m (%zu); within 2 cm + 10 %%: %zu/%zu %.2f "
                "[%.2f, %.2f]\n",
                depth.rms_m, depth.bias_m, depth.n, near.n_found, near.n, near.pd, near.limits.low,
                near.limits.high);
}

static void group_table(const gw_report *report, int which, FILE *to)
{
    const char *word;
    fprintf(to, "\n%-14s", which == 1 ? "mine" : groups[which]);
    for (int s = 0; s < GW_SENSOR_COUNT; s++)
        if (report->is_shown[s])
            fprintf(to, "  %-29s", gw_sensor_name((gw_sensor)s));
    fputc('\n', to);
    for (size_t k = 0; (word = gw_score_word(report->score, which, k)); k++) {
        gw_score_filter filter = filter_of(which, word);
        fprintf(to, "%-14.14s", word);
        for (int s = 0; s < GW_SENSOR_COUNT; s++) {
            if (!report->is_shown[s])
                continue;
            gw_score_found found = gw_score_heard(report->score, (gw_sensor)s, &filter);
            fputs("  ", to);
            found_print(&found, to);
            if (which == 2) {
                gw_score_false wrong = gw_score_false_alarms(report->score, (gw_sensor)s, word);
                fprintf(to, " %.2f/m", wrong.per_m);
            } else {
                fputs("   ", to);
            }
        }
        fputc('\n', to);
    }
}

void gw_report_table(const gw_report *report, bool has_colour, FILE *to)
{
    const char *bold = has_colour ? "\033[1m" : "", *plain = has_colour ? "\033[0m" : "";
    fprintf(to,
            "%s%zu recordings%s; wanted %.3g false alarms a metre and sensor; brackets: exact "
            "95 %% limits\n",
            bold, gw_score_lanes(report->score), plain, report->far_per_m);
    for (int s = 0; s < GW_SENSOR_COUNT; s++) {
        if (!report->is_shown[s])
            continue;
        fprintf(to, "\n%s%s%s\n", bold, gw_sensor_name((gw_sensor)s), plain);
        sensor_table(report, (gw_sensor)s, to);
    }
    for (int which = 0; which < 3; which++)
        group_table(report, which, to);
    fputs("\nSimulated lanes and test beds say how the software works, not what it finds in a "
          "field.\n",
          to);
}

/* ---- JSON ---- */

static void real_set(json_t *object, const char *key, double value)
{
    if (isfinite(value))
        json_object_set_new(object, key, json_real(value));
}

static json_t *found_encode(const gw_score_found *found)
{
    json_t *object = json_pack("{s:I, s:I}", "targets", (json_int_t)found->n, "found",
                               (json_int_t)found->n_found);
    real_set(object, "pd", found->pd);
    real_set(object, "pd_low", found->limits.low);
    real_set(object, "pd_high", found->limits.high);
    return object;
}

static json_t *false_encode(const gw_score_false *wrong)
{
    json_t *object = json_pack("{s:I}", "false_alarms", (json_int_t)wrong->n);
    real_set(object, "searched_m", wrong->searched_m);
    real_set(object, "false_per_m", wrong->per_m);
    real_set(object, "false_per_m_low", wrong->per_m_limits.low);
    real_set(object, "false_per_m_high", wrong->per_m_limits.high);
    real_set(object, "searched_m2", wrong->searched_m2);
    real_set(object, "false_per_m2", wrong->per_m2);
    real_set(object, "false_per_m2_low", wrong->per_m2_limits.low);
    real_set(object, "false_per_m2_high", wrong->per_m2_limits.high);
    return object;
}

static json_t *errors_encode(const gw_score_errors *errors)
{
    json_t *object = json_pack("{s:I}", "n", (json_int_t)errors->n);
    real_set(object, "rms_m", errors->rms_m);
    real_set(object, "bias_m", errors->bias_m);
    return object;
}

static json_t *depth_encode(const gw_score *score, gw_sensor sensor)
{
    gw_score_errors depth = gw_score_depth(score, sensor);
    gw_score_found near = gw_score_depth_near(score, sensor);
    json_t *object = errors_encode(&depth);
    json_object_set_new(object, "near", json_integer((json_int_t)near.n_found));
    real_set(object, "near_share", near.pd);
    real_set(object, "near_low", near.limits.low);
    real_set(object, "near_high", near.limits.high);
    return object;
}

static json_t *roc_encode(const gw_report *report, gw_sensor sensor, bool is_area)
{
    static const gw_score_filter all = {0};
    json_t *list = json_array();
    for (size_t k = 0; gw_report_rate(k) > 0; k++) {
        double rate = gw_report_rate(k);
        gw_score_found found = is_area ? gw_score_at_rate_m2(report->score, sensor, rate, &all)
                                       : gw_score_at_rate(report->score, sensor, rate, &all);
        json_t *point = found_encode(&found);
        real_set(point, is_area ? "false_per_m2" : "false_per_m", rate);
        json_array_append_new(list, point);
    }
    return list;
}

static json_t *group_encode(const gw_report *report, gw_sensor sensor, int which)
{
    json_t *object = json_object();
    const char *word;
    for (size_t k = 0; (word = gw_score_word(report->score, which, k)); k++) {
        gw_score_filter filter = filter_of(which, word);
        gw_score_found found = gw_score_heard(report->score, sensor, &filter);
        json_t *one = found_encode(&found);
        if (which == 2) {
            gw_score_false wrong = gw_score_false_alarms(report->score, sensor, word);
            json_t *more = false_encode(&wrong);
            json_object_update(one, more);
            json_decref(more);
        }
        json_object_set_new(object, word, one);
    }
    return object;
}

static json_t *metal_encode(gw_score_metal metal)
{
    size_t elsewhere = metal.n - metal.n_targets - metal.n_metals;
    return json_pack("{s:I, s:I, s:I, s:I}", "n", (json_int_t)metal.n, "mines",
                     (json_int_t)metal.n_targets, "scrap", (json_int_t)metal.n_metals, "elsewhere",
                     (json_int_t)elsewhere);
}

static json_t *sensor_encode(const gw_report *report, gw_sensor sensor)
{
    static const gw_score_filter all = {0};
    gw_score_found heard = gw_score_heard(report->score, sensor, &all);
    gw_score_false wrong = gw_score_false_alarms(report->score, sensor, NULL);
    gw_score_errors place = gw_score_place(report->score, sensor);
    json_t *object = found_encode(&heard), *more = false_encode(&wrong);
    json_object_update(object, more);
    json_decref(more);
    json_t *all_of_it =
        json_pack("{s:o, s:o, s:o, s:o}", "heard", object, "roc", roc_encode(report, sensor, false),
                  "place", errors_encode(&place), "depth", depth_encode(report->score, sensor));
    if (!isnan(wrong.per_m2))
        json_object_set_new(all_of_it, "roc_m2", roc_encode(report, sensor, true));
    if (sensor == GW_SENSOR_FUSED) {
        json_object_set_new(all_of_it, "md_alarms",
                            metal_encode(gw_score_md_alarms(report->score)));
        json_object_set_new(all_of_it, "unlikely", metal_encode(gw_score_unlikely(report->score)));
    }
    for (int which = 0; which < 3; which++)
        json_object_set_new(all_of_it, groups[which], group_encode(report, sensor, which));
    return all_of_it;
}

json_t *gw_report_encode(const gw_report *report)
{
    json_t *sensors = json_object();
    for (int s = 0; s < GW_SENSOR_COUNT; s++)
        if (report->is_shown[s])
            json_object_set_new(sensors, gw_sensor_name((gw_sensor)s),
                                sensor_encode(report, (gw_sensor)s));
    json_t *root = json_pack("{s:s, s:s, s:I, s:f, s:f, s:o}", "groundwatch", GW_VERSION, "title",
                             report->title, "recordings", (json_int_t)gw_score_lanes(report->score),
                             "far_per_m", report->far_per_m, "confidence", 1 - GW_SCORE_ALPHA,
                             "sensors", sensors);
    if (root && report->calibration)
        json_object_set_new(root, "calibration", json_string(report->calibration));
    return root;
}
