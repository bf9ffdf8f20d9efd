/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/console/alarms.h"

#include <math.h>
#include <string.h>

#include "clients/text.h"

bool gw_alarm_is_acknowledged(const gw_alarm *alarm)
{
    return strcmp(alarm->status, "acknowledged") == 0 || strcmp(alarm->status, "closed") == 0;
}

static double real_of(const json_t *data, const char *key)
{
    const json_t *value = json_object_get(data, key);
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

static gw_alarm *alarm_find(gw_alarms *alarms, const char *id)
{
    for (size_t k = 0; k < alarms->n; k++)
        if (strcmp(alarms->list[k].id, id) == 0)
            return &alarms->list[k];
    return NULL;
}

/* Room for one more. */
static void oldest_drop(gw_alarms *alarms)
{
    size_t at = alarms->n - 1;
    for (size_t k = alarms->n; k-- > 0;)
        if (gw_alarm_is_acknowledged(&alarms->list[k]) && k != alarms->selected) {
            at = k;
            break;
        }
    alarms->n_gone += !gw_alarm_is_acknowledged(&alarms->list[at]);
    memmove(&alarms->list[at], &alarms->list[at + 1],
            (alarms->n - at - 1) * sizeof alarms->list[0]);
    alarms->n--;
    if (alarms->selected > at || (alarms->selected == at && alarms->selected > 0))
        alarms->selected--;
}

static gw_alarm *alarm_insert(gw_alarms *alarms)
{
    if (alarms->n == GW_ALARMS_MAX)
        oldest_drop(alarms);
    memmove(&alarms->list[1], &alarms->list[0], alarms->n * sizeof alarms->list[0]);
    alarms->selected += alarms->selected > 0;
    alarms->n++;
    alarms->list[0] = (gw_alarm){.asking = GW_ALARM_OPEN};
    return &alarms->list[0];
}

static void alarm_fill(gw_alarm *alarm, const json_t *message)
{
    const json_t *data = json_object_get(message, "data");
    char time[32];
    gw_text_member(message, "time", time, sizeof time);
    if (strlen(time) >= 19)
        memcpy(alarm->time, time + 11, 8);
    gw_text_member(data, "id", alarm->id, sizeof alarm->id);
    gw_text_member(data, "sensor", alarm->sensor, sizeof alarm->sensor);
    alarm->along_m = real_of(data, "along_m");
    alarm->cross_m = real_of(data, "cross_m");
    alarm->depth_m = real_of(data, "depth_m");
    alarm->depth_sd_m = real_of(data, "depth_sd_m");
    alarm->score = real_of(data, "score");
    alarm->far_per_m = real_of(data, "far_per_m");
}

bool gw_alarms_take(gw_alarms *alarms, const json_t *message)
{
    const json_t *data = json_object_get(message, "data");
    char id[GW_ALARM_ID_MAX];
    gw_text_member(data, "id", id, sizeof id);
    gw_alarm *alarm = alarm_find(alarms, id);
    bool is_new = !alarm;
    if (!id[0] || (is_new && !json_is_true(json_object_get(data, "alarm"))))
        return false;
    if (is_new) {
        alarm = alarm_insert(alarms);
        alarm_fill(alarm, message);
    }
    const char *status = json_string_value(json_object_get(data, "status"));
    bool is_pass = status && strcmp(status, "updated") == 0;
    if (is_pass)
        alarm_fill(alarm, message);
    /* A later pass takes nobody's word back. */
    if (status && !(is_pass && gw_alarm_is_acknowledged(alarm))) {
        gw_text_member(data, "status", alarm->status, sizeof alarm->status);
        gw_text_member(data, "by", alarm->by, sizeof alarm->by);
    }
    return is_new;
}

void gw_alarms_select(gw_alarms *alarms, int step)
{
    if (step < 0 && alarms->selected > 0)
        alarms->selected--;
    if (step > 0 && alarms->selected + 1 < alarms->n)
        alarms->selected++;
}

gw_alarm *gw_alarms_selected(gw_alarms *alarms)
{
    return alarms->n ? &alarms->list[alarms->selected] : NULL;
}

gw_alarm *gw_alarms_of_request(gw_alarms *alarms, const char *request)
{
    for (size_t k = 0; request && request[0] && k < alarms->n; k++)
        if (strcmp(alarms->list[k].request, request) == 0)
            return &alarms->list[k];
    return NULL;
}

void gw_alarms_select_open(gw_alarms *alarms)
{
    for (size_t k = 0; k < alarms->n; k++)
        if (!gw_alarm_is_acknowledged(&alarms->list[k])) {
            alarms->selected = k;
            return;
        }
}

size_t gw_alarms_n_open(const gw_alarms *alarms)
{
    size_t n = 0;
    for (size_t k = 0; k < alarms->n; k++)
        n += !gw_alarm_is_acknowledged(&alarms->list[k]);
    return n;
}
