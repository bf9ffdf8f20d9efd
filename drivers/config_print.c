/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void gw_config_default(gw_config *config)
{
    memset(config, 0, sizeof *config);
    snprintf(config->device, sizeof config->device, "detector");
    config->far_per_m = 0.1;
    config->survey.height_max_m = 0.15;
}

/* The runtime folder of this user: where systemd or the session says, else one of the own uid. */
gw_status gw_config_endpoint(const char *which, char *text, size_t size, gw_error *error)
{
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    int n;
    if (runtime && runtime[0] == '/')
        n = snprintf(text, size, "ipc://%s/groundwatch/%s", runtime, which);
    else if (geteuid() == 0)
        n = snprintf(text, size, "ipc:///run/groundwatch/%s", which);
    else
        n = snprintf(text, size, "ipc:///tmp/groundwatch-%u/%s", (unsigned)geteuid(), which);
    if (n < 0 || (size_t)n >= size)
        return gw_error_set(error, GW_EUSAGE, "%s: the runtime folder's name is too long", which);
    return GW_OK;
}

static gw_status journal_default(char *text, size_t size, gw_error *error)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    int n;
    if (state && state[0] == '/')
        n = snprintf(text, size, "%s/groundwatch/journal.sqlite", state);
    else if (home && home[0] == '/')
        n = snprintf(text, size, "%s/.local/state/groundwatch/journal.sqlite", home);
    else
        return gw_error_set(error, GW_ECONFIG, "journal: no HOME; say where with --journal FILE");
    if (n < 0 || (size_t)n >= size)
        return gw_error_set(error, GW_ECONFIG, "journal: the state folder's name is too long");
    return GW_OK;
}

gw_status gw_config_complete(gw_config *config, gw_error *error)
{
    gw_status status = GW_OK;
    if (!config->n_live) {
        status = gw_config_endpoint("live", config->live[0], sizeof config->live[0], error);
        config->n_live = 1;
    }
    if (status == GW_OK && !config->n_replay) {
        status = gw_config_endpoint("replay", config->replay[0], sizeof config->replay[0], error);
        config->n_replay = 1;
    }
    if (status == GW_OK && !config->journal[0])
        status = journal_default(config->journal, sizeof config->journal, error);
    if (status == GW_OK)
        status = gw_config_check(config, error);
    if (error && status != GW_OK)
        error->status = GW_ECONFIG;
    return status == GW_OK ? GW_OK : GW_ECONFIG;
}

/* Double quotes: the one style of YAML in which every text can stand. */
static void text_print(const char *key, const char *text, FILE *to)
{
    fprintf(to, "%s\"", key);
    for (; *text; text++)
        fprintf(to, *text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
    fputs("\"\n", to);
}

static void list_print(const char *key, const char list[][GW_CONFIG_TEXT_MAX], size_t n, FILE *to)
{
    if (n)
        fprintf(to, "%s:\n", key);
    for (size_t k = 0; k < n; k++)
        text_print("  - ", list[k], to);
}

static void arms_print(const gw_arm arms[GW_KIND_COUNT], FILE *to)
{
    bool has = false;
    for (int kind = 0; kind < GW_KIND_COUNT; kind++) {
        const gw_arm *arm = &arms[kind];
        if (!arm->is_known)
            continue;
        fprintf(to, "%s  %s: {forward: %.17g, right: %.17g, up: %.17g}\n",
                has ? "" : "lever_arm_m:\n", gw_kind_name((gw_kind)kind), arm->forward_m,
                arm->right_m, arm->up_m);
        has = true;
    }
}

void gw_config_print(const gw_config *config, FILE *to)
{
    text_print("device: ", config->device, to);
    if (config->operator_name[0])
        text_print("operator: ", config->operator_name, to);
    if (config->n_sources)
        fputs("sources:\n", to);
    for (size_t k = 0; k < config->n_sources; k++) {
        const gw_config_source *source = &config->sources[k];
        text_print("  - uri: ", source->uri, to);
        if (source->kind != GW_KIND_COUNT)
            fprintf(to, "    kind: %s\n", gw_kind_name(source->kind));
        if (source->device[0])
            text_print("    device: ", source->device, to);
        if (source->channels[0])
            text_print("    channels: ", source->channels, to);
        fprintf(to, "    block_ms: %.17g\n", source->block_ms);
    }
    list_print("live", config->live, config->n_live, to);
    list_print("replay", config->replay, config->n_replay, to);
    if (config->journal[0])
        text_print("journal: ", config->journal, to);
    if (config->calibration[0])
        text_print("calibration: ", config->calibration, to);
    if (config->secret_key[0]) {
        fputs("security:\n", to);
        text_print("  secret_key: ", config->secret_key, to);
        text_print("  clients: ", config->clients, to);
    }
    if (config->origin.is_known)
        fprintf(to, "origin:\n  lat: %.17g\n  lon: %.17g\n  heading_deg: %.17g\n",
                config->origin.lat_deg, config->origin.lon_deg, config->origin.heading_deg);
    if (config->gnss.uri[0]) {
        fputs("gnss:\n", to);
        text_print("  uri: ", config->gnss.uri, to);
        fprintf(to, "  lever_arm_m:\n    forward: %.17g\n    right: %.17g\n",
                config->gnss.lever_arm.forward_m, config->gnss.lever_arm.right_m);
    }
    arms_print(config->arms, to);
    if (config->alarm_socket[0]) {
        fputs("alarm:\n", to);
        text_print("  socket: ", config->alarm_socket, to);
    }
    static const char *const arrays[] = {"cube", "lines", "alone"};
    fprintf(to, "survey:\n  height_max_m: %.17g\n", config->survey.height_max_m);
    if (config->survey.speed_max_m_s > 0)
        fprintf(to, "  speed_max_m_s: %.17g\n", config->survey.speed_max_m_s);
    fprintf(to, "detect:\n  far_per_m: %.17g\n  array: %s\n", config->far_per_m,
            arrays[config->array]);
    if (config->speed_m_per_ns != 0)
        fprintf(to, "  speed_m_per_ns: %.17g\n", config->speed_m_per_ns);
    fprintf(to, "  balance: %s\n", gw_balance_name(config->balance.mode));
    if (config->balance.n_phases)
        fputs("  ground_phase_deg:\n", to);
    for (size_t k = 0; k < config->balance.n_phases; k++)
        fprintf(to, "    - %.17g\n", config->balance.phase_deg[k]);
}
