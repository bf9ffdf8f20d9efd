/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/config.h"

#include <stddef.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/gnss_uri.h"
#include "dsp/speed.h"

enum { IPC_PATH_MAX = 107 /* bytes a socket's path may have (unix(7)) */ };

static gw_status wrong(gw_error *error, const char *key, const char *cause)
{
    return gw_error_set(error, GW_ECONFIG, "%s: %s", key, cause);
}

/* The bounds in decimal, as people write them. */
static void decimal_print(char *text, size_t size, double value)
{
    int n = snprintf(text, size, "%.6f", value);
    while (n > 1 && text[n - 1] == '0')
        n--;
    n -= n > 1 && text[n - 1] == '.';
    text[n] = 0;
}

static gw_status range_check(const char *key, double value, double least, double most,
                             gw_error *error)
{
    char from[32], to[32];
    if (value >= least && value <= most)
        return GW_OK;
    decimal_print(from, sizeof from, least);
    decimal_print(to, sizeof to, most);
    return gw_error_set(error, GW_ECONFIG, "%s: %.9g is not in %s..%s", key, value, from, to);
}

static bool is_printable(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            return false;
    return true;
}

static const char *device_wrong(const char *device)
{
    if (!*device)
        return "is empty";
    if (device[strspn(device, "abcdefghijklmnopqrstuvwxyz0123456789-")])
        return "only a-z, 0-9 and - are allowed";
    return NULL;
}

static const char *ipc_wrong(const char *path)
{
    if (path[0] != '/')
        return "an ipc endpoint needs an absolute path: ipc:///run/groundwatch/live";
    if (strlen(path) > IPC_PATH_MAX)
        return "the path of an ipc endpoint has at most 107 bytes";
    return NULL;
}

static bool is_address(const char *host, const char *least)
{
    unsigned a, b, c, d;
    char rest;
    return strspn(host, "0123456789.") == strlen(host) && strlen(host) < 16 &&
           strncmp(host, least, strlen(least)) == 0 &&
           sscanf(host, "%3u.%3u.%3u.%3u%c", &a, &b, &c, &d, &rest) == 4 && a < 256 && b < 256 &&
           c < 256 && d < 256;
}

/* What a socket can be bound to: an address, not a name. */
static bool is_bindable(const char *host)
{
    size_t n = strlen(host);
    return strcmp(host, "*") == 0 || is_address(host, "") ||
           (n > 3 && host[0] == '[' && host[n - 1] == ']' &&
            strspn(host + 1, "0123456789abcdefABCDEF:.") == n - 2);
}

static const char *tcp_wrong(const char *place, bool is_secured)
{
    char host[64];
    const char *colon = strrchr(place, ':');
    if (!colon || colon - place >= (ptrdiff_t)sizeof host)
        return "a tcp endpoint is tcp://127.0.0.1:PORT";
    snprintf(host, sizeof host, "%.*s", (int)(colon - place), place);
    if (!is_secured && !is_address(host, "127.") && strcmp(host, "[::1]") != 0)
        return "without encryption tcp is served on loopback only (127.x.x.x, [::1]): make keys "
               "with "
               "`groundwatch keys create`, and name them under `security:` (docs/security.md)";
    if (!is_bindable(host))
        return "an address of this machine expected (or * for all), not a name";
    size_t n_digits = strspn(colon + 1, "0123456789");
    long port = n_digits && n_digits <= 5 && !colon[1 + n_digits] ? atol(colon + 1) : 0;
    return port >= 1 && port <= 65535 ? NULL : "the port must be a number, 1..65535";
}

const char *gw_config_endpoint_wrong(const char *endpoint, bool is_secured)
{
    if (!is_printable(endpoint))
        return "has control characters";
    if (strncmp(endpoint, "ipc://", 6) == 0)
        return ipc_wrong(endpoint + 6);
    if (strncmp(endpoint, "tcp://", 6) == 0)
        return tcp_wrong(endpoint + 6, is_secured);
    return "only ipc:// and tcp:// endpoints are known";
}

static gw_status endpoints_check(const gw_config *config, bool is_live, gw_error *error)
{
    char key[32];
    size_t n = is_live ? config->n_live : config->n_replay;
    for (size_t k = 0; k < n; k++) {
        const char *endpoint = is_live ? config->live[k] : config->replay[k];
        const char *cause = gw_config_endpoint_wrong(endpoint, config->secret_key[0] != 0);
        snprintf(key, sizeof key, "%s[%zu]", is_live ? "live" : "replay", k);
        if (cause)
            return gw_error_set(error, GW_ECONFIG, "%s: '%.120s': %s", key, endpoint, cause);
    }
    return GW_OK;
}

static gw_status source_check(const gw_config_source *source, size_t index, gw_error *error)
{
    char key[40];
    const char *const texts[][2] = {
        {"uri", source->uri}, {"device", source->device}, {"channels", source->channels}};
    for (size_t k = 0; k < 3; k++) {
        snprintf(key, sizeof key, "sources[%zu].%s", index, texts[k][0]);
        if (!is_printable(texts[k][1]))
            return wrong(error, key, "has control characters");
    }
    snprintf(key, sizeof key, "sources[%zu].uri", index);
    if (!source->uri[0])
        return wrong(error, key, "is empty");
    snprintf(key, sizeof key, "sources[%zu].kind", index);
    if ((source->device[0] || source->channels[0]) && source->kind == GW_KIND_COUNT)
        return wrong(error, key, "is needed where device or channels are named");
    snprintf(key, sizeof key, "sources[%zu].block_ms", index);
    return range_check(key, source->block_ms, 0.1, 1000, error);
}

static gw_status origin_check(const gw_origin *origin, gw_error *error)
{
    if (!origin->is_known)
        return GW_OK;
    if (isnan(origin->lat_deg) || isnan(origin->lon_deg))
        return wrong(error, "origin", "lat and lon are needed");
    gw_status status = range_check("origin.lat", origin->lat_deg, -90, 90, error);
    if (status == GW_OK)
        status = range_check("origin.lon", origin->lon_deg, -180, 180, error);
    return status == GW_OK
               ? range_check("origin.heading_deg", origin->heading_deg, -360, 360, error)
               : status;
}

static gw_status gnss_check(const gw_config_gnss *gnss, gw_error *error)
{
    if (!gnss->uri[0])
        return GW_OK;
    if (!is_printable(gnss->uri))
        return wrong(error, "gnss.uri", "has control characters");
    if (gw_gnss_uri_wrong(gnss->uri))
        return wrong(error, "gnss.uri", gw_gnss_uri_wrong(gnss->uri));
    gw_status status =
        range_check("gnss.lever_arm_m.forward", gnss->lever_arm.forward_m, -100, 100, error);
    return status == GW_OK
               ? range_check("gnss.lever_arm_m.right", gnss->lever_arm.right_m, -100, 100, error)
               : status;
}

static gw_status arms_check(const gw_arm arms[GW_KIND_COUNT], gw_error *error)
{
    static const char *const names[3] = {"forward", "right", "up"};
    gw_status status = GW_OK;
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        for (int k = 0; k < 3 && status == GW_OK; k++) {
            const double parts[3] = {arms[kind].forward_m, arms[kind].right_m, arms[kind].up_m};
            char key[48];
            snprintf(key, sizeof key, "lever_arm_m.%s.%s", gw_kind_name((gw_kind)kind), names[k]);
            status = range_check(key, parts[k], -10, 10, error);
        }
    return status;
}

static gw_status survey_check(const gw_config_survey *survey, gw_error *error)
{
    gw_status status = range_check("survey.height_max_m", survey->height_max_m, 0.01, 5, error);
    if (status != GW_OK || survey->speed_max_m_s == 0)
        return status;
    return range_check("survey.speed_max_m_s", survey->speed_max_m_s, 0.05, 50, error);
}

static gw_status balance_check(const gw_config *config, gw_error *error)
{
    const gw_balance *balance = &config->balance;
    gw_status status = GW_OK;
    if (balance->mode == GW_BALANCE_MANUAL && !balance->n_phases)
        return wrong(error, "detect.balance", "manual needs ground_phase_deg");
    if (balance->mode != GW_BALANCE_MANUAL && balance->n_phases)
        return wrong(error, "detect.ground_phase_deg", "goes with balance: manual");
    for (size_t k = 0; k < balance->n_phases && status == GW_OK; k++)
        status = range_check("detect.ground_phase_deg", balance->phase_deg[k], -360, 360, error);
    return status;
}

gw_status gw_config_check(const gw_config *config, gw_error *error)
{
    const char *cause = device_wrong(config->device);
    if (cause)
        return wrong(error, "device", cause);
    gw_status status = GW_OK;
    for (size_t k = 0; k < config->n_sources && status == GW_OK; k++)
        status = source_check(&config->sources[k], k, error);
    if (status == GW_OK)
        status = endpoints_check(config, true, error);
    if (status == GW_OK)
        status = endpoints_check(config, false, error);
    if (status != GW_OK)
        return status;
    if (!is_printable(config->operator_name))
        return wrong(error, "operator", "has control characters");
    if (!is_printable(config->journal))
        return wrong(error, "journal", "has control characters");
    if (!is_printable(config->calibration))
        return wrong(error, "calibration", "has control characters");
    if (!is_printable(config->secret_key) || !is_printable(config->clients))
        return wrong(error, "security", "has control characters");
    if (!config->secret_key[0] != !config->clients[0])
        return wrong(error, "security", "secret_key and clients go together");
    if (!is_printable(config->alarm_socket))
        return wrong(error, "alarm.socket", "has control characters");
    status = survey_check(&config->survey, error);
    if (status == GW_OK)
        status = arms_check(config->arms, error);
    if (status == GW_OK)
        status = origin_check(&config->origin, error);
    if (status == GW_OK)
        status = gnss_check(&config->gnss, error);
    if (status != GW_OK)
        return status;
    if (strlen(config->alarm_socket) > IPC_PATH_MAX)
        return wrong(error, "alarm.socket", "longer than 107 bytes");
    if (config->speed_m_per_ns != 0)
        status = range_check("detect.speed_m_per_ns", config->speed_m_per_ns, GW_SPEED_M_PER_NS_MIN,
                             GW_SPEED_M_PER_NS_MAX, error);
    if (status == GW_OK)
        status = balance_check(config, error);
    return status == GW_OK ? range_check("detect.far_per_m", config->far_per_m, 1e-6, 1e3, error)
                           : status;
}
