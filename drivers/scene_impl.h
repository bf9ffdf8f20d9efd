/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/scene_impl.h -- what the files of the scene reader share: the scene as parsed, and the
 * models that turn it into rows.
 */
#ifndef GW_DRIVERS_SCENE_IMPL_H
#define GW_DRIVERS_SCENE_IMPL_H

#include "drivers/random.h"
#include "drivers/scene.h"
#include "drivers/scene_device.h"
#include "drivers/scene_object.h"

enum { GW_SCENE_OBJECTS_MAX = 4096, GW_SCENE_TONES = 4 };

/* Streams of random numbers under the seed of a scene. */
enum {
    SCENE_HEIGHT,
    SCENE_SOIL,
    SCENE_SWAY,
    SCENE_SPEED,
    SCENE_CLUTTER,
    SCENE_VOLUME,
    SCENE_GPR_NOISE,
    SCENE_GPR_SCAN,
    SCENE_MD_NOISE,
    SCENE_MD_SLOW,
    SCENE_IMPULSE
};

typedef struct gw_scene {
    char name[64];
    uint64_t seed;
    double length_m;
    double eps_r, sigma_s_m, chi, chi_drop, variation;
    double lift_mean_m, lift_rms_m, lift_correlation_m;
    double speed_mean_m_s, speed_wobble, sway_rms_m;
    double gpr_noise_db, jitter_samples, gain_rms;
    double md_noise_counts, hum_counts, impulses_per_m;
    double n_samples, window_ns, center_hz, spacing_m, scan_rate_hz, offset_m;
    double md_drift, pose_rate_hz;
    double clutter_per_m[4];
    gw_origin origin;
    scene_device device;
    char device_file[256]; /* "": the device is in the scene */
    double duration_s;
    gw_sines height, soil, sway;
    double speed_phase_rad[3];
    size_t n_objects;
    gw_scene_object objects[GW_SCENE_OBJECTS_MAX]; /* ordered by along_m */
} gw_scene;

/* scene_config.c: the scene in YAML text; errors "PATH:LINE: KEY: cause". free(*out). */
gw_status gw_scene_parse(const char *path, const unsigned char *text, size_t n_text, gw_scene **out,
                         gw_error *error);

/* scene_catalogue.c */
const gw_mine *gw_mine_find(const char *name); /* NULL when there is none */
const char *gw_mine_names(void);               /* one line, for messages */
const char *gw_clutter_name(unsigned kind);    /* stone, root, void, metal: 0..3 */
void gw_scene_mine_add(gw_scene *scene, const gw_mine *mine, const gw_truth *place);
/* `key` decides what the metal is like. */
void gw_scene_clutter_add(gw_scene *scene, unsigned kind, const gw_truth *place, uint64_t key);
/* Random clutter by clutter_per_m, away from the targets; then order all by place. */
void gw_scene_clutter_draw(gw_scene *scene);

/* scene_path.c: how the head moves. Times from row 0. */
void gw_scene_path_init(gw_scene *scene);
double gw_scene_along_m(const gw_scene *scene, double time_s);
double gw_scene_lift_m(const gw_scene *scene, double along_m);
double gw_scene_cross_m(const gw_scene *scene, double along_m);
double gw_scene_soil(const gw_scene *scene, double along_m); /* relative change, mean 0 */
/* First object at or beyond along_m. */
size_t gw_scene_object_from(const gw_scene *scene, double along_m);

/* scene_gpr.c */
typedef struct gw_scene_gpr gw_scene_gpr;

/* One leg of a ray: from an antenna `lift_m` up to a point at depth_m, distance_m aside. */
typedef struct gw_ray {
    double lift_m, depth_m, distance_m, index; /* index: sqrt(eps_r) */
} gw_ray;

double gw_ray_optical_m(const gw_ray *ray, double *soil_m); /* length times index */
double gw_scene_time_zero_s(const gw_scene *scene);         /* direct wave left the antenna */
size_t gw_scene_gpr_rows(const gw_scene *scene);
gw_status gw_scene_gpr_create(const gw_scene *scene, gw_scene_gpr **out);
void gw_scene_gpr_read(gw_scene_gpr *gpr, uint64_t row, int32_t *counts);
void gw_scene_gpr_destroy(gw_scene_gpr *gpr);

/* scene_md.c */
typedef struct gw_scene_md gw_scene_md;
extern const double gw_scene_tones_hz[GW_SCENE_TONES];
#define GW_SCENE_MD_RATE_HZ 64000.0
#define GW_SCENE_COIL_M 0.13

/* Polarisability of a steel ball over its radius's cube, in the sign of gw_polarisability. */
void gw_scene_ball(double radius_m, double hz, double *real, double *imaginary);
void gw_scene_chi(const gw_scene *scene, double tone_hz, double *real, double *imaginary);
gw_status gw_scene_md_create(const gw_scene *scene, gw_scene_md **out);
void gw_scene_md_read(gw_scene_md *md, uint64_t row, size_t n_rows, int32_t *counts);
void gw_scene_md_destroy(gw_scene_md *md);

#endif
