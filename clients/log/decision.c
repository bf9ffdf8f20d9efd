/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/log/decision.h"

#include <string.h>

#include "clients/log/database.h"

static json_t *data_load(const char *json)
{
    json_t *event = json ? json_loads(json, JSON_REJECT_DUPLICATES, NULL) : NULL;
    json_t *data = json_incref(json_object_get(event, "data"));
    json_decref(event);
    return data;
}

static bool is_of(const json_t *data, const char *key, const char *word)
{
    const char *text = json_string_value(json_object_get(data, key));
    return text && strcmp(text, word) == 0;
}

static void detection_take(gw_decision *out, json_t *data, const char *id)
{
    if (!is_of(data, "id", id))
        return;
    if (!out->detection) {
        out->detection = json_incref(data);
        return;
    }
    json_t *pass = json_object_get(data, "pass");
    if (is_of(data, "status", "updated") && out->passes)
        json_array_append(out->passes, pass ? pass : data);
    out->n_updates++;
}

/* In order of seq: the session that goes before the detection is the one that made it. */
static void row_take(gw_decision *out, gw_statement *row, const char *id)
{
    json_t *data = data_load(gw_statement_column_text(row, 1));
    const char *kind = gw_statement_column_text(row, 0);
    if (data && kind && strcmp(kind, "detection") == 0) {
        detection_take(out, data, id);
    } else if (data && is_of(data, "event", "start") && !out->detection) {
        json_decref(out->session);
        out->session = json_incref(data);
    }
    json_decref(data);
}

gw_status gw_decision_find(const char *journal, const char *id, gw_decision *out, gw_error *error)
{
    gw_database *database;
    gw_statement *all = NULL;
    *out = (gw_decision){.passes = json_array()};
    gw_status status = gw_database_open(journal, GW_DATABASE_READ, &database, error);
    if (status != GW_OK) {
        gw_decision_free(out);
        return status;
    }
    if (gw_statement_create(database,
                            "SELECT kind, json FROM record WHERE kind IN ('detection', 'session') "
                            "ORDER BY seq",
                            &all, NULL) != GW_OK)
        status = gw_error_set(error, GW_EFORMAT, "%s: no journal of Groundwatch", journal);
    while (status == GW_OK && gw_statement_step(all, &status, error))
        row_take(out, all, id);
    gw_statement_destroy(all);
    gw_database_close(database);
    if (status == GW_OK && !out->detection)
        status = gw_error_set(error, GW_ENOENT, "%s: no detection '%.64s'", journal, id);
    if (status != GW_OK)
        gw_decision_free(out);
    return status;
}

void gw_decision_free(gw_decision *decision)
{
    json_decref(decision->detection);
    json_decref(decision->session);
    json_decref(decision->passes);
    *decision = (gw_decision){.n_updates = 0};
}
