/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/yaml.h"

/* What libcyaml fills; NULL where the file says nothing. */
typedef struct raw_source {
    char *uri, *device, *channels;
    gw_kind *kind;
    double *block_ms;
} raw_source;

typedef struct raw_config {
    char *device, *operator, * journal, *calibration;
    raw_source *sources;
    char **live, **replay;
    unsigned sources_count, live_count, replay_count;
    struct raw_origin {
        double *lat, *lon, *heading_deg;
    } * origin;
    struct raw_gnss {
        char *uri;
        struct raw_lever {
            double *forward, *right;
        } * lever_arm_m;
    } * gnss;
    struct raw_arms {
        struct raw_arm {
            double *forward, *right, *up;
        } * gpr, *md;
    } * lever_arm_m;
    struct raw_alarm {
        char *socket;
    } * alarm;
    struct raw_security {
        char *secret_key, *clients;
    } * security;
    struct raw_survey {
        double *height_max_m, *speed_max_m_s;
    } * survey;
    struct raw_detect {
        double *far_per_m, *speed_m_per_ns;
        gw_balance_mode *balance;
        double *ground_phase_deg;
        unsigned ground_phase_deg_count;
        gw_array_way *array;
    } * detect;
} raw_config;

enum { TEXT_MAX = GW_CONFIG_TEXT_MAX - 1, OPTIONAL = CYAML_FLAG_OPTIONAL };

static const cyaml_strval_t kinds[] = {
    {"gpr", GW_KIND_GPR}, {"md", GW_KIND_MD}, {"pose", GW_KIND_POSE}};

static const cyaml_strval_t arrays[] = {
    {"cube", GW_ARRAY_CUBE}, {"lines", GW_ARRAY_LINES}, {"alone", GW_ARRAY_ALONE}};

static const cyaml_schema_field_t source_fields[] = {
    CYAML_FIELD_STRING_PTR("uri", CYAML_FLAG_POINTER, raw_source, uri, 1, TEXT_MAX),
    CYAML_FIELD_ENUM_PTR("kind", CYAML_FLAG_STRICT | OPTIONAL, raw_source, kind, kinds,
                         CYAML_ARRAY_LEN(kinds)),
    CYAML_FIELD_STRING_PTR("device", OPTIONAL, raw_source, device, 1, GW_NAME_MAX - 1),
    CYAML_FIELD_STRING_PTR("channels", OPTIONAL, raw_source, channels, 1, GW_NAME_MAX * 4 - 1),
    CYAML_FIELD_FLOAT_PTR("block_ms", OPTIONAL, raw_source, block_ms),
    CYAML_FIELD_END};

static const cyaml_schema_value_t source_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_source, source_fields)};
static const cyaml_schema_value_t text_value = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char *, 1, TEXT_MAX)};

static const cyaml_schema_field_t origin_fields[] = {
    CYAML_FIELD_FLOAT_PTR("lat", OPTIONAL, struct raw_origin, lat),
    CYAML_FIELD_FLOAT_PTR("lon", OPTIONAL, struct raw_origin, lon),
    CYAML_FIELD_FLOAT_PTR("heading_deg", OPTIONAL, struct raw_origin, heading_deg),
    CYAML_FIELD_END};
static const cyaml_schema_field_t lever_fields[] = {
    CYAML_FIELD_FLOAT_PTR("forward", OPTIONAL, struct raw_lever, forward),
    CYAML_FIELD_FLOAT_PTR("right", OPTIONAL, struct raw_lever, right), CYAML_FIELD_END};
static const cyaml_schema_field_t gnss_fields[] = {
    CYAML_FIELD_STRING_PTR("uri", CYAML_FLAG_POINTER, struct raw_gnss, uri, 1, TEXT_MAX),
    CYAML_FIELD_MAPPING_PTR("lever_arm_m", OPTIONAL, struct raw_gnss, lever_arm_m, lever_fields),
    CYAML_FIELD_END};
static const cyaml_schema_field_t arm_fields[] = {
    CYAML_FIELD_FLOAT_PTR("forward", OPTIONAL, struct raw_arm, forward),
    CYAML_FIELD_FLOAT_PTR("right", OPTIONAL, struct raw_arm, right),
    CYAML_FIELD_FLOAT_PTR("up", OPTIONAL, struct raw_arm, up), CYAML_FIELD_END};
static const cyaml_schema_field_t arms_fields[] = {
    CYAML_FIELD_MAPPING_PTR("gpr", OPTIONAL, struct raw_arms, gpr, arm_fields),
    CYAML_FIELD_MAPPING_PTR("md", OPTIONAL, struct raw_arms, md, arm_fields), CYAML_FIELD_END};
static const cyaml_schema_field_t alarm_fields[] = {
    CYAML_FIELD_STRING_PTR("socket", OPTIONAL, struct raw_alarm, socket, 1, TEXT_MAX),
    CYAML_FIELD_END};
static const cyaml_schema_field_t security_fields[] = {
    CYAML_FIELD_STRING_PTR("secret_key", CYAML_FLAG_POINTER, struct raw_security, secret_key, 1,
                           TEXT_MAX),
    CYAML_FIELD_STRING_PTR("clients", CYAML_FLAG_POINTER, struct raw_security, clients, 1,
                           TEXT_MAX),
    CYAML_FIELD_END};
static const cyaml_schema_field_t survey_fields[] = {
    CYAML_FIELD_FLOAT_PTR("height_max_m", OPTIONAL, struct raw_survey, height_max_m),
    CYAML_FIELD_FLOAT_PTR("speed_max_m_s", OPTIONAL, struct raw_survey, speed_max_m_s),
    CYAML_FIELD_END};
static const cyaml_strval_t balances[] = {{"tracking", GW_BALANCE_TRACKING},
                                          {"one-shot", GW_BALANCE_ONE_SHOT},
                                          {"manual", GW_BALANCE_MANUAL}};
static const cyaml_schema_value_t phase_value = {CYAML_VALUE_FLOAT(CYAML_FLAG_DEFAULT, double)};
static const cyaml_schema_field_t detect_fields[] = {
    CYAML_FIELD_FLOAT_PTR("far_per_m", OPTIONAL, struct raw_detect, far_per_m),
    CYAML_FIELD_FLOAT_PTR("speed_m_per_ns", OPTIONAL, struct raw_detect, speed_m_per_ns),
    CYAML_FIELD_ENUM_PTR("balance", CYAML_FLAG_STRICT | OPTIONAL, struct raw_detect, balance,
                         balances, CYAML_ARRAY_LEN(balances)),
    CYAML_FIELD_SEQUENCE("ground_phase_deg", CYAML_FLAG_POINTER | OPTIONAL, struct raw_detect,
                         ground_phase_deg, &phase_value, 1, GW_TONES_MAX),
    CYAML_FIELD_ENUM_PTR("array", CYAML_FLAG_STRICT | OPTIONAL, struct raw_detect, array, arrays,
                         CYAML_ARRAY_LEN(arrays)),
    CYAML_FIELD_END};

static const cyaml_schema_field_t config_fields[] = {
    CYAML_FIELD_STRING_PTR("device", OPTIONAL, raw_config, device, 1, TEXT_MAX),
    CYAML_FIELD_STRING_PTR("operator", OPTIONAL, raw_config, operator, 1,
                           GW_CONFIG_OPERATOR_MAX - 1),
    CYAML_FIELD_SEQUENCE("sources", CYAML_FLAG_POINTER | OPTIONAL, raw_config, sources,
                         &source_value, 1, GW_CONFIG_SOURCES_MAX),
    CYAML_FIELD_SEQUENCE("live", CYAML_FLAG_POINTER | OPTIONAL, raw_config, live, &text_value, 1,
                         GW_CONFIG_ENDPOINTS_MAX),
    CYAML_FIELD_SEQUENCE("replay", CYAML_FLAG_POINTER | OPTIONAL, raw_config, replay, &text_value,
                         1, GW_CONFIG_ENDPOINTS_MAX),
    CYAML_FIELD_STRING_PTR("journal", OPTIONAL, raw_config, journal, 1, TEXT_MAX),
    CYAML_FIELD_STRING_PTR("calibration", OPTIONAL, raw_config, calibration, 1, TEXT_MAX),
    CYAML_FIELD_MAPPING_PTR("origin", OPTIONAL, raw_config, origin, origin_fields),
    CYAML_FIELD_MAPPING_PTR("gnss", OPTIONAL, raw_config, gnss, gnss_fields),
    CYAML_FIELD_MAPPING_PTR("lever_arm_m", OPTIONAL, raw_config, lever_arm_m, arms_fields),
    CYAML_FIELD_MAPPING_PTR("alarm", OPTIONAL, raw_config, alarm, alarm_fields),
    CYAML_FIELD_MAPPING_PTR("security", OPTIONAL, raw_config, security, security_fields),
    CYAML_FIELD_MAPPING_PTR("survey", OPTIONAL, raw_config, survey, survey_fields),
    CYAML_FIELD_MAPPING_PTR("detect", OPTIONAL, raw_config, detect, detect_fields),
    CYAML_FIELD_END};

static const cyaml_schema_value_t config_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, raw_config, config_fields)};

/* The schema bounds every length below the size of the field. */
static void text_take(char *to, size_t size, const char *from)
{
    if (from)
        snprintf(to, size, "%s", from);
}

static void source_take(gw_config_source *to, const raw_source *from)
{
    memset(to, 0, sizeof *to);
    text_take(to->uri, sizeof to->uri, from->uri);
    text_take(to->device, sizeof to->device, from->device);
    text_take(to->channels, sizeof to->channels, from->channels);
    to->kind = from->kind ? *from->kind : GW_KIND_COUNT;
    to->block_ms = from->block_ms ? *from->block_ms : 10;
}

static void list_take(char to[][GW_CONFIG_TEXT_MAX], size_t *n, char **from, unsigned n_from)
{
    for (unsigned k = 0; k < n_from; k++)
        text_take(to[k], GW_CONFIG_TEXT_MAX, from[k]);
    if (n_from)
        *n = n_from;
}

/* A half that is missing becomes NAN, for the check to name. */
static gw_origin origin_take(const struct raw_origin *raw)
{
    return (gw_origin){.is_known = true,
                       .lat_deg = raw->lat ? *raw->lat : (double)NAN,
                       .lon_deg = raw->lon ? *raw->lon : (double)NAN,
                       .heading_deg = raw->heading_deg ? *raw->heading_deg : 0};
}

static void gnss_take(gw_config_gnss *to, const struct raw_gnss *from)
{
    const struct raw_lever *lever = from->lever_arm_m;
    text_take(to->uri, sizeof to->uri, from->uri);
    to->lever_arm = (gw_lever){.forward_m = lever && lever->forward ? *lever->forward : 0,
                               .right_m = lever && lever->right ? *lever->right : 0};
}

static void arm_take(gw_arm *to, const struct raw_arm *from)
{
    if (from)
        *to = (gw_arm){.is_known = true,
                       .forward_m = from->forward ? *from->forward : 0,
                       .right_m = from->right ? *from->right : 0,
                       .up_m = from->up ? *from->up : 0};
}

static void detect_take(gw_config *config, const struct raw_detect *raw)
{
    if (raw->far_per_m)
        config->far_per_m = *raw->far_per_m;
    if (raw->speed_m_per_ns)
        config->speed_m_per_ns =
            *raw->speed_m_per_ns != 0 ? *raw->speed_m_per_ns : (double)NAN; /* no speed */
    if (raw->balance)
        config->balance.mode = *raw->balance;
    for (unsigned k = 0; k < raw->ground_phase_deg_count; k++)
        config->balance.phase_deg[k] = raw->ground_phase_deg[k];
    if (raw->ground_phase_deg_count)
        config->balance.n_phases = raw->ground_phase_deg_count;
    if (raw->array)
        config->array = *raw->array;
}

static void config_take(gw_config *config, const raw_config *raw)
{
    text_take(config->device, sizeof config->device, raw->device);
    text_take(config->operator_name, sizeof config->operator_name, raw->operator);
    for (unsigned k = 0; k < raw->sources_count; k++)
        source_take(&config->sources[k], &raw->sources[k]);
    if (raw->sources_count)
        config->n_sources = raw->sources_count;
    list_take(config->live, &config->n_live, raw->live, raw->live_count);
    list_take(config->replay, &config->n_replay, raw->replay, raw->replay_count);
    text_take(config->journal, sizeof config->journal, raw->journal);
    text_take(config->calibration, sizeof config->calibration, raw->calibration);
    if (raw->origin)
        config->origin = origin_take(raw->origin);
    if (raw->gnss)
        gnss_take(&config->gnss, raw->gnss);
    if (raw->lever_arm_m) {
        arm_take(&config->arms[GW_KIND_GPR], raw->lever_arm_m->gpr);
        arm_take(&config->arms[GW_KIND_MD], raw->lever_arm_m->md);
    }
    if (raw->alarm)
        text_take(config->alarm_socket, sizeof config->alarm_socket, raw->alarm->socket);
    if (raw->security) {
        text_take(config->secret_key, sizeof config->secret_key, raw->security->secret_key);
        text_take(config->clients, sizeof config->clients, raw->security->clients);
    }
    if (raw->survey && raw->survey->height_max_m)
        config->survey.height_max_m = *raw->survey->height_max_m;
    if (raw->survey && raw->survey->speed_max_m_s)
        config->survey.speed_max_m_s = *raw->survey->speed_max_m_s;
    if (raw->detect)
        detect_take(config, raw->detect);
}

static gw_status place_add(const char *path, const unsigned char *text, size_t n_text,
                           gw_error *error)
{
    gw_error inner = *error;
    char key[128] = "";
    size_t n_key = strcspn(inner.text, ":");
    snprintf(key, sizeof key, "%.*s", (int)(n_key < 127 ? n_key : 127), inner.text);
    return gw_error_set(error, inner.status, "%s:%d: %s", path, gw_yaml_line(text, n_text, key),
                        inner.text);
}

gw_status gw_config_parse(const char *path, const unsigned char *text, size_t n_text,
                          gw_config *config, gw_error *error)
{
    gw_error local;
    void *raw = NULL;
    error = error ? error : &local;
    gw_status status = gw_yaml_parse(path, text, n_text, &config_value, GW_ECONFIG, &raw, error);
    if (status != GW_OK)
        return status;
    const raw_config *r = raw;
    /* Its field is shorter than what the schema lets through, so that the check can say why. */
    bool long_device = r->device && strlen(r->device) >= sizeof config->device;
    config_take(config, r);
    gw_yaml_free(&config_value, raw);
    status = gw_config_check(config, error);
    if (status == GW_OK && long_device)
        status = gw_error_set(error, GW_ECONFIG, "device: longer than 32 characters");
    return status == GW_OK ? GW_OK : place_add(path, text, n_text, error);
}

gw_status gw_config_load(const char *path, gw_config *config, gw_error *error)
{
    unsigned char *text = NULL;
    size_t n_text = 0;
    gw_status status = gw_yaml_slurp(path, GW_ECONFIG, &text, &n_text, error);
    if (status == GW_OK)
        status = gw_config_parse(path, text, n_text, config, error);
    free(text);
    return status;
}
