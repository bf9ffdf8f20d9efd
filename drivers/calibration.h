/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/calibration.h -- a device's calibration file (docs/calibration.md,
 * docs/schemas/calibration.json): one JSON object, sealed by the SHA-256 of its own content.
 *
 * Uncertainties (_sd) are standard ones, k = 1. A section that was not measured has date_ns 0.
 */
#ifndef GW_DRIVERS_CALIBRATION_H
#define GW_DRIVERS_CALIBRATION_H

#include "drivers/calibration_steps.h"
#include "dsp/calibration.h"
#include "dsp/status.h"

enum {
    GW_CALIBRATION_RECORDINGS_MAX = 16,
    GW_CALIBRATION_TEXT_MAX = 512,
    GW_CALIBRATION_CONTENT_MAX = 192 << 10, /* bytes; more is not kept as text */
    GW_CALIBRATION_DAYS = 30 /* a calibration holds so long after its oldest section */
};

typedef struct gw_measured {
    double value, sd;
} gw_measured;

typedef struct gw_calibration_air {
    int64_t date_ns; /* UTC; 0: not measured */
    uint64_t n_scans;
    size_t n_channels, n_samples;
    double sample_rate_hz, center_hz, offset_m; /* 0 unknown */
    double noise_counts;
    gw_measured time_zero_samples[GW_CHANNELS_MAX];
    float *coupling; /* [n_channels][n_samples] */
} gw_calibration_air;

typedef struct gw_calibration_null {
    int64_t date_ns;
    uint64_t n_hops;
    size_t n_tones;
    double tones_hz[GW_TONES_MAX];
    double imbalance[GW_TONES_MAX][2], imbalance_sd[GW_TONES_MAX]; /* sd: of each part */
    double noise[GW_TONES_MAX];                                    /* rms of one hop, ratio */
} gw_calibration_null;

typedef struct gw_calibration_ball {
    int64_t date_ns;
    uint64_t n_passes;
    size_t n_tones; /* those of the null */
    gw_measured distance_m, diameter_m;
    gw_measured gain[GW_TONES_MAX];      /* balls a unit of response */
    gw_measured phase_deg[GW_TONES_MAX]; /* of the gain: what turns the ball to 0 */
} gw_calibration_ball;

typedef struct gw_calibration_noise_sensor {
    double length_m; /* of blank ground; 0: the sensor was not there */
    uint64_t n_candidates;
    double far_scale, far_scale_low, far_scale_high; /* 95 % */
    double floor; /* gpr: residual, counts; md: balls, or ratio without a ball */
} gw_calibration_noise_sensor;

typedef struct gw_calibration_noise {
    int64_t date_ns;
    double far_per_m; /* at which candidates were counted */
    gw_calibration_noise_sensor gpr, md;
} gw_calibration_noise;

typedef struct gw_calibration_recording {
    char step[8], kind[8], uri[GW_CALIBRATION_TEXT_MAX], hash[GW_HASH_MAX];
    uint64_t n_rows;
} gw_calibration_recording;

typedef struct gw_calibration_file {
    char hash[GW_CALIBRATION_HASH_MAX]; /* of the content as loaded or saved */
    char *content;              /* as loaded, the text that was hashed; NULL: longer than is kept */
    char serial[GW_SERIAL_MAX]; /* "": the device tells none */
    char name[GW_NAME_MAX];
    bool emulated;
    int64_t valid_until_ns; /* UTC; set by save */
    gw_calibration_air air;
    gw_calibration_steps open, plate; /* stepped frequency: air shot, counts; factors, 1 */
    gw_calibration_null null;
    gw_calibration_ball ball;
    gw_calibration_noise noise;
    struct {
        int64_t date_ns;
        gw_ground ground; /* in balls squared, or ratio squared without a ball */
    } ground;
    size_t n_recordings;
    gw_calibration_recording recordings[GW_CALIBRATION_RECORDINGS_MAX];
} gw_calibration_file;

/* An empty one; NULL: out of memory. */
gw_calibration_file *gw_calibration_file_create(void);
void gw_calibration_file_destroy(gw_calibration_file *file);

/* GW_ENOENT, GW_EIO, GW_ENOMEM; GW_ECONFIG with "FILE: cause" for what is no calibration, was
 * edited, is of a later version, or has a value that cannot be. On error *out is NULL. */
gw_status gw_calibration_file_load(const char *path, gw_calibration_file **out, gw_error *error);
/* The same from memory; `path` only names it in messages. */
gw_status gw_calibration_file_parse(const char *path, const void *text, size_t n_text,
                                    gw_calibration_file **out, gw_error *error);

/* Seal it and put it at `path` in one step: a reader sees the old file or the new one. Sets hash
 * and valid_until_ns. GW_EIO, GW_ENOMEM. */
gw_status gw_calibration_file_save(gw_calibration_file *file, const char *path, gw_error *error);

/* What the chains take; borrows coupling and plate. */
void gw_calibration_values(const gw_calibration_file *file, gw_calibration *out);

/* Can it be applied to these streams at all (NULL: there is none)? GW_ECONFIG: says why not. */
gw_status gw_calibration_fit(const char *path, const gw_calibration_file *file,
                             const gw_stream *const streams[GW_KIND_COUNT], gw_error *error);

/* False and "" when it is in date and was made with this device; else says what is wrong, on one
 * line. now_ns: UTC. */
bool gw_calibration_doubt(const gw_calibration_file *file,
                          const gw_stream *const streams[GW_KIND_COUNT], int64_t now_ns,
                          char text[GW_CALIBRATION_TEXT_MAX]);

#endif
