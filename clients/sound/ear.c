/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/sound/ear.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clients/picture.h"

enum { TONE_MS = 500, CLICK_MS = 1500 };

void gw_ear_reset(gw_ear *ear)
{
    *ear = (gw_ear){.voices = {.md_tone = NAN, .gpr_depth_m = NAN, .fault = GW_SYNTH_BLIND},
                    .pinpoint = NAN,
                    .tone_ms = INT64_MIN,
                    .click_ms = INT64_MIN};
}

static void scope_take(gw_ear *ear, const gw_client_event *event, int64_t now_ms)
{
    gw_picture picture;
    if (!gw_picture_decode(event->message, event->bytes, event->n_bytes, &picture) ||
        picture.sensor != GW_PICTURE_MD)
        return;
    float most = 0;
    for (size_t row = 0; row < picture.n_rows; row++) {
        float value = gw_picture_value(&picture, row, 0);
        most = value > most ? value : most;
    }
    ear->voices.md_tone = most;
    ear->pinpoint = picture.pinpoint;
    ear->tone_ms = now_ms;
}

static void clicks_take(gw_ear *ear, const json_t *data, bool is_alarm, int64_t now_ms)
{
    const json_t *depth = json_object_get(data, "depth_m");
    double far_per_m = json_number_value(json_object_get(data, "far_per_m"));
    double confidence = far_per_m > 0 ? -log10(far_per_m) / 4 : 1;
    confidence = fmin(1, fmax(confidence, is_alarm ? 0.5 : 0.05));
    bool is_sounding = ear->click_ms != INT64_MIN && now_ms - ear->click_ms < CLICK_MS;
    if (is_sounding && (double)ear->voices.gpr_confidence > confidence)
        return;
    ear->click_ms = now_ms;
    ear->voices.gpr_confidence = (float)confidence;
    ear->voices.gpr_depth_m = json_is_number(depth) ? (float)json_number_value(depth) : NAN;
}

static void detection_take(gw_ear *ear, const gw_client_event *event, int64_t now_ms)
{
    const json_t *data = json_object_get(event->message, "data");
    const json_t *pass = json_object_get(data, "pass");
    const char *sensor = json_string_value(json_object_get(data, "sensor"));
    bool is_alarm = json_is_true(json_object_get(pass ? pass : data, "alarm"));
    /* An update of an alarm that was heard before: acknowledged, closed. What a later pass says is
     * heard as it is, for the head stands over it now. */
    const char *status = json_string_value(json_object_get(data, "status"));
    bool is_pass = status && strcmp(status, "updated") == 0;
    bool is_update = status && !is_pass && strcmp(status, "new") != 0;
    bool is_old = event->replayed && (!ear->is_begun || event->kind_seq <= ear->old_to);
    if (!sensor || is_update || is_old)
        return;
    if (strcmp(sensor, "gpr") == 0)
        clicks_take(ear, pass ? pass : data, is_alarm, now_ms);
    static const char *const kinds[GW_SYNTH_ALARMS] = {"md", "gpr", "fused"};
    for (unsigned kind = 0; is_alarm && kind < GW_SYNTH_ALARMS; kind++)
        ear->voices.n_alarms[kind] += strcmp(sensor, kinds[kind]) == 0;
}

static void heartbeat_take(gw_ear *ear, const gw_client_event *event)
{
    const json_t *data = json_object_get(event->message, "data"), *one;
    const char *newest =
        json_string_value(json_object_get(json_object_get(data, "newest"), "detection"));
    size_t k;
    ear->has_md = false;
    json_array_foreach(json_object_get(data, "sensors"), k, one)
    {
        const char *sensor = json_string_value(json_object_get(one, "sensor"));
        ear->has_md |= sensor && strcmp(sensor, "md") == 0;
    }
    if (!ear->is_begun && newest) {
        ear->old_to = strtoull(newest, NULL, 10);
        ear->is_begun = true;
    }
}

void gw_ear_take(gw_ear *ear, const gw_client_event *event, int64_t now_ms)
{
    if (event->type == GW_CLIENT_SCOPE) {
        scope_take(ear, event, now_ms);
    } else if (event->type == GW_CLIENT_RECORD && strcmp(event->kind, "detection") == 0) {
        detection_take(ear, event, now_ms);
    } else if (event->type == GW_CLIENT_HEARTBEAT) {
        heartbeat_take(ear, event);
    } else if (event->type == GW_CLIENT_STREAM) { /* its numbers start afresh: all of it is new */
        ear->old_to = 0;
        ear->is_begun = true;
    }
}

bool gw_ear_is_toneless(const gw_ear *ear, int64_t now_ms)
{
    return ear->has_md && (ear->tone_ms == INT64_MIN || now_ms - ear->tone_ms >= TONE_MS);
}

void gw_ear_voices(gw_ear *ear, gw_synth_fault shown, bool is_muted, int64_t now_ms,
                   gw_synth_voices *out)
{
    *out = ear->voices;
    out->is_muted = is_muted;
    out->fault = shown;
    if (ear->is_pinpoint && isfinite(ear->pinpoint)) /* above the hum as soon as it is on */
        out->md_tone = ear->pinpoint > 0
                           ? (float)GW_SYNTH_FLOOR + (1 - (float)GW_SYNTH_FLOOR) * ear->pinpoint
                           : 0;
    if (ear->tone_ms == INT64_MIN || now_ms - ear->tone_ms >= TONE_MS)
        out->md_tone = NAN;
    if (ear->click_ms == INT64_MIN || now_ms - ear->click_ms >= CLICK_MS)
        out->gpr_confidence = 0;
    if (gw_ear_is_toneless(ear, now_ms) && shown == GW_SYNTH_NO_FAULT)
        out->fault = GW_SYNTH_MILD;
    if (shown == GW_SYNTH_BLIND) {
        out->md_tone = NAN;
        out->gpr_confidence = 0;
    }
}
