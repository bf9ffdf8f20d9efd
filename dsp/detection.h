/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/detection.h -- what the chains say: candidates (gw_detection) and the ground they searched
 * (gw_coverage).
 */
#ifndef GW_DSP_DETECTION_H
#define GW_DSP_DETECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "dsp/balance.h"

typedef enum { GW_SENSOR_GPR, GW_SENSOR_MD, GW_SENSOR_FUSED, GW_SENSOR_COUNT } gw_sensor;

/* What a fused detection rests on: the strongest candidate of each sensor at its place. */
typedef struct gw_evidence {
    double gpr_score, md_score;         /* NAN: none */
    double gpr_far_per_m, md_far_per_m; /* INFINITY: none */
    int64_t md_sample;                  /* ADC row; -1 none */
    int64_t gpr_first, gpr_last;        /* raw scans that the radar's candidate rests on; -1 none */
    int64_t md_first, md_last;          /* ADC rows that the metal detector's does; -1 none */
    bool is_radar_valid; /* the radar searched there, and what it did not see says something */
} gw_evidence;

typedef struct gw_detection {
    gw_sensor sensor;
    double along_m, cross_m;     /* centre of the target from the first scan; NAN unknown */
    int64_t scan;                /* gpr: apex in the raw data; -1 unknown */
    int32_t channel;             /* gpr; -1 unknown */
    int64_t sample;              /* gpr: fast-time sample of the apex; md: ADC row; -1 unknown */
    int64_t first_row, last_row; /* gpr, md: raw rows that it rests on; -1 unknown */
    double depth_m, depth_sd_m;  /* to the target's top; NAN unknown */
    double speed_m_per_ns, speed_sd_m_per_ns;   /* that depth_m is told by; NAN unknown */
    double width_m;                             /* gpr: of the body along the lane; NAN unknown */
    double amplitude, phase_deg, tone_hz;       /* md: response over the ground's; NAN unknown */
    double ferrous_probability, relaxation_s;   /* md: of what metal (dsp/md_kind.h); NAN unknown */
    double coil_distance_m, coil_distance_sd_m; /* md: under the coils; NAN unknown */
    bool is_in_balls; /* amplitude: 1 is the calibration's ball; else a ratio */
    double score;     /* > 0, higher is likelier, comparable within one sensor */
    double far_per_m; /* expected false alarms a metre of lane at this score */
    bool alarm;       /* far_per_m <= far of the configuration */
    bool unlikely; /* fused: an md alarm stands here, the radar is valid, and it is as scrap is */
    bool spacing_assumed;
    bool far_assumed;    /* gpr: far_per_m is that of radars that look for mines; this one is not */
    bool is_provisional; /* gpr: a cue (dsp/provisional.h): score 0..1, nothing is decided on it */
    gw_evidence evidence; /* fused */
    double reckoned_s;    /* so long before, the pose had told a place last; 0: it told this one */
    uint64_t pass;        /* over this ground, by the pose (dsp/turns.h); 0 where none tells */
    int64_t time_ns;      /* of the apex, stream's clock; 0 unknown */
} gw_detection;

/* Bodies by which it is told how deep one would have been found (docs/messages.md). */
typedef enum { GW_NAMED_PLASTIC_112, GW_NAMED_AT_320, GW_NAMED_COUNT } gw_named;

/* To its top; sd: of the wave's speed. 0: not at all; NAN unknown. */
typedef struct gw_reference_depth {
    double depth_m, sd_m;
} gw_reference_depth;

/* Why a depth of reference is unknown. */
typedef enum {
    GW_UNTOLD_NOT,      /* it is told */
    GW_UNTOLD_BALL,     /* no ball was calibrated at a known distance */
    GW_UNTOLD_WAVEFORM, /* of such devices it is not known what the body gives */
    GW_UNTOLD_SPEED,    /* the wave's speed is only assumed */
    GW_UNTOLD_GROUND,   /* the ground is unlike all that the model was fitted on */
    GW_UNTOLD_HEIGHT,   /* so are the head's height */
    GW_UNTOLD_LEARNING, /* too little was seen */
    GW_UNTOLD_MODEL,    /* the model is of other scores than the chain has */
    GW_UNTOLD_COUNT
} gw_untold;

/* A stretch of ground that one sensor's chain has finished with. */
typedef struct gw_coverage {
    gw_sensor sensor;
    uint64_t first_row, n_rows;
    double from_m, to_m;  /* NAN unknown */
    double noise;         /* gpr: residual, counts; md: response relative to the transmit current */
    double max_score;     /* highest score seen in the stretch, candidate or not */
    bool tells;           /* gpr: what it did not see says something (dsp/sight.h) */
    double speed_m_s;     /* mean; NAN unknown */
    double height_m;      /* mean, of the head over the ground; NAN unknown */
    double height_most_m; /* greatest; NAN unknown */
    double cross_m;       /* mean, of the head's middle in the lane's frame; NAN unknown */
    bool is_head_forgotten; /* how it was held there was told, and is not known any more */
    /* md: to which a 10 mm steel ball would have been found here with a probability of 0.9: of its
     * centre under the coils, of its top under the ground; 0: not at all; NAN unknown. */
    double ball_coil_m, ball_depth_m;
    gw_reference_depth named[GW_NAMED_COUNT]; /* the same, of these; of md plastic is unknown */
    double at_coil_m;                         /* md: of the metal's middle under the coils */
    gw_untold untold;                         /* why what is unknown of these is */
    double reckoned_s; /* as of its end; its places are by time and the last speed then; 0: not */
    int64_t from_ns, to_ns;
    gw_balance_mode balance;          /* md */
    double soil_db, soil_residual_db; /* md: over the receiver's noise, as it is heard and what is
                                         left in the scores; NAN unknown */
    double mesh_m, mesh_loss_db; /* md: a background that repeats itself so, NAN: there is none;
                                    metal is heard so much weaker over it */
    double
        stood_s;  /* md: so long the head stood still in the time of this stretch, or a metre on */
    double row_m; /* md: like metal objects lie so far apart in an equal row, and some of them may
                     have been taken for ground; NAN: there is no such row */
} gw_coverage;

/* Nothing is known but whose they are: what nobody fills in is unknown, never 0. */
gw_detection gw_detection_unknown(gw_sensor sensor);
gw_coverage gw_coverage_unknown(gw_sensor sensor);

/* "ball", "waveform", ...; NULL: it is told */
const char *gw_untold_name(gw_untold untold);

/* "gpr", "md", "fused" */
const char *gw_sensor_name(gw_sensor sensor);

#endif
