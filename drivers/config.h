/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/config.h -- the configuration of the daemon and of `groundwatch detect -c`, in YAML.
 *
 * docs/configuration.md says what each key means. A plain struct: copy it, nothing to free.
 */
#ifndef GW_DRIVERS_CONFIG_H
#define GW_DRIVERS_CONFIG_H

#include <stdio.h>

#include "drivers/fixes.h"
#include "dsp/balance.h"
#include "dsp/array.h"
#include "dsp/frame.h"
#include "dsp/status.h"

enum {
    GW_CONFIG_SOURCES_MAX = 8,
    GW_CONFIG_ENDPOINTS_MAX = 4,
    GW_CONFIG_TEXT_MAX = 1024, /* bytes of a URI or path, its end included */
    GW_CONFIG_DEVICE_MAX = 33,
    GW_CONFIG_OPERATOR_MAX = 129
};

typedef struct gw_config_source {
    char uri[GW_CONFIG_TEXT_MAX];
    gw_kind kind;                   /* GW_KIND_COUNT: every kind that is found there */
    char device[GW_NAME_MAX];       /* "": found by name and channels */
    char channels[GW_NAME_MAX * 4]; /* "": by convention */
    double block_ms;                /* 0.1..1000 */
} gw_config_source;

typedef struct gw_config_gnss {
    char uri[GW_CONFIG_TEXT_MAX]; /* gpsd:ADDRESS[:PORT]; "": none */
    gw_lever lever_arm;           /* of the antenna, -100..100 m */
} gw_config_gnss;

/* How the head has to be held and moved; beyond it the state is DEGRADED, beyond twice BLIND. */
typedef struct gw_config_survey {
    double height_max_m;  /* 0.01..5 */
    double speed_max_m_s; /* 0.05..50; 0: as fast as the sensors can follow */
} gw_config_survey;

typedef struct gw_config {
    char device[GW_CONFIG_DEVICE_MAX];
    char operator_name[GW_CONFIG_OPERATOR_MAX]; /* "": not told */
    size_t n_sources, n_live, n_replay;
    gw_config_source sources[GW_CONFIG_SOURCES_MAX];
    char live[GW_CONFIG_ENDPOINTS_MAX][GW_CONFIG_TEXT_MAX];
    char replay[GW_CONFIG_ENDPOINTS_MAX][GW_CONFIG_TEXT_MAX];
    char journal[GW_CONFIG_TEXT_MAX];
    char secret_key[GW_CONFIG_TEXT_MAX], clients[GW_CONFIG_TEXT_MAX]; /* security; "": none */
    char alarm_socket[GW_CONFIG_TEXT_MAX];                            /* "": none */
    char calibration[GW_CONFIG_TEXT_MAX];                             /* file; "": uncalibrated */
    double far_per_m;
    double speed_m_per_ns; /* of the wave in the ground; 0: assumed (dsp/speed.h) */
    gw_config_survey survey;
    gw_arm arms[GW_KIND_COUNT]; /* of md and gpr, over what their streams say; -10..10 m */
    gw_balance balance;
    gw_array_way array;
    gw_config_gnss gnss;
    gw_origin origin; /* of the lane, over what its stream says */
} gw_config;

/* What holds where a file says nothing: device "detector", far_per_m 0.1, height_max_m 0.15;
 * endpoints and the journal are "" until gw_config_complete. */
void gw_config_default(gw_config *config);

/* Set what the file says, over what is there. GW_ENOENT, GW_EIO, GW_ECONFIG with "FILE:LINE:
 * KEY.PATH: cause". */
gw_status gw_config_load(const char *path, gw_config *config, gw_error *error);
/* The same from memory; `path` only names it in messages. */
gw_status gw_config_parse(const char *path, const unsigned char *text, size_t n_text,
                          gw_config *config, gw_error *error);

/* Check every value. GW_ECONFIG with "KEY.PATH: cause". */
gw_status gw_config_check(const gw_config *config, gw_error *error);

/* Fill in the default endpoints and journal (of this user and machine) where none is given.
 * GW_ECONFIG: no folder can be named. */
gw_status gw_config_complete(gw_config *config, gw_error *error);

/* Default endpoint "live" or "replay" of this user: what `groundwatch watch` connects to.
 * GW_EUSAGE: `size` is too small. */
gw_status gw_config_endpoint(const char *which, char *text, size_t size, gw_error *error);

/* NULL, or why this daemon refuses an endpoint. is_secured: with keys, tcp may be on any address.
 */
const char *gw_config_endpoint_wrong(const char *endpoint, bool is_secured);

/* As YAML that gw_config_parse reads back to the same values. */
void gw_config_print(const gw_config *config, FILE *to);

#endif
