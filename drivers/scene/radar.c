/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/scene/radar.h"

#include <math.h>
#include <stdlib.h>

#include "drivers/scene/scatter.h"

static const double SPREAD_M = 0.1;    /* path whose mirror image equals the direct wave */
static const double TARGET_GAIN = 1.5; /* a face and its far edges add up; set by full-wave runs */
static const double POINT_STEP_M = 0.02; /* between the points that stand for a face */
static const double REACH_M = 0.60;      /* echoes from farther aside are left out */
static const double WIDEST_M = 0.25;     /* half of the widest object */
static const double DRIFT_M = 5;         /* correlation length of noise.time_drift_samples */

struct gw_scene_radar {
    const gw_scene *scene;
    uint64_t scan_key, drift_key;
    gw_scene_window *window;
    gw_scene_scatter *volume, *surface; /* NULL: none */
    scene_echo_sink *sink;
    void *user;
};

/* Both legs of a way down to a point and up. */
typedef struct ray_pair {
    double optical, soil, path, beam;
    double spread; /* product of the legs' straight lengths */
    double steep;  /* sum of the cosines of the angles from the vertical */
} ray_pair;

/* Where the way is at its least, by Newton from the small angles on; then 1e-9 m of it is missing.
 */
double gw_ray_optical_m(const gw_ray *ray, double *soil_m)
{
    double h = ray->lift_m, d = ray->depth_m, r = ray->distance_m, n = ray->index;
    double hh = h * h, ndd = n * d * d, x = r * n * h / (d + n * h);
    *soil_m = 0;
    if (!(d > 0)) /* on the surface */
        return sqrt(hh + r * r);
    for (int k = 0; k < 4; k++) {
        double rest = r - x, air = sqrt(hh + x * x), soil = sqrt(d * d + rest * rest);
        double wrong = x / air - n * rest / soil;
        double slope = hh / (air * air * air) + ndd / (soil * soil * soil);
        double next = x - wrong / slope;
        next = next < 0 ? 0 : next > r ? r : next;
        bool is_there = next - x < 1e-5 && x - next < 1e-5;
        x = next;
        if (is_there)
            break;
    }
    *soil_m = sqrt(d * d + (r - x) * (r - x));
    return sqrt(hh + x * x) + n * *soil_m;
}

double gw_reflection(double index_above, double index_below)
{
    return (index_above - index_below) / (index_above + index_below);
}

double gw_scene_time_zero_s(const gw_scene *scene)
{
    return 1.5 / scene->gpr.center_hz;
}

double gw_cylinder_seen_m(double radius_m, double k_m)
{
    double wave = 0.8905 * k_m * radius_m;
    if (wave >= 1)
        return radius_m;
    double thin = M_PI / (k_m * (log(wave) * log(wave) + M_PI * M_PI / 4));
    return fmax(radius_m, thin);
}

gw_status gw_scene_radar_create(const gw_scene *scene, gw_scene_radar **out)
{
    gw_scene_radar *radar = calloc(1, sizeof *radar);
    const gw_scene_window_config config = {.scene = scene};
    *out = NULL;
    if (!radar)
        return GW_ENOMEM;
    radar->scene = scene;
    radar->scan_key = gw_random_key(scene->seed, SCENE_GPR_SCAN);
    radar->drift_key = radar->scan_key + 2;
    gw_status status = gw_scene_window_create(&config, &radar->window);
    if (status == GW_OK && scene->soil.scatter > 0)
        status = gw_scene_scatter_create(scene, false, &radar->volume);
    if (status == GW_OK && scene->soil.roughness_m > 0)
        status = gw_scene_scatter_create(scene, true, &radar->surface);
    if (status != GW_OK) {
        gw_scene_radar_destroy(radar);
        return status;
    }
    *out = radar;
    return GW_OK;
}

void gw_scene_radar_destroy(gw_scene_radar *radar)
{
    if (!radar)
        return;
    gw_scene_window_destroy(radar->window);
    gw_scene_scatter_destroy(radar->volume);
    gw_scene_scatter_destroy(radar->surface);
    free(radar);
}

scan_place gw_scene_radar_place(const gw_scene_radar *radar, uint64_t row)
{
    const gw_scene *scene = radar->scene;
    scan_place place;
    place.along_m = scene->gpr.scan_rate_hz > 0
                        ? gw_scene_along_m(&scene->path, (double)row / scene->gpr.scan_rate_hz)
                        : (double)row * scene->gpr.spacing_m;
    place.cross_m = gw_scene_cross_m(&scene->path, place.along_m);
    place.lift_m = gw_scene_lift_m(&scene->path, place.along_m);
    scene_ground ground = gw_scene_ground_at(&scene->soil, place.along_m);
    place.index = sqrt(ground.eps_r);
    place.jitter_samples = scene->noise.jitter_samples * gw_random_normal(radar->scan_key, 2 * row);
    if (scene->noise.time_drift_samples > 0)
        place.jitter_samples +=
            scene->noise.time_drift_samples * gw_field_at(radar->drift_key, DRIFT_M, place.along_m);
    place.loss = 1636 * ground.sigma_s_m / place.index / 8.686; /* 1636 dB S^-1 */
    return place;
}

static void echo_give(const gw_scene_radar *radar, double optical, double amplitude, double soil)
{
    const scene_echo echo = {.optical_m = optical, .amplitude = amplitude, .soil_m = soil};
    radar->sink(radar->user, &echo);
}

/* Down to a depth from antennas whose distances aside are given. */
static ray_pair rays_of(const scan_place *place, double depth_m, const double aside[2])
{
    ray_pair pair = {.beam = 1, .spread = 1};
    double down = place->lift_m + depth_m;
    for (int leg = 0; leg < 2; leg++) {
        double inside, straight = sqrt(down * down + aside[leg] * aside[leg]);
        gw_ray ray = {place->lift_m, depth_m, aside[leg], place->index};
        pair.optical += gw_ray_optical_m(&ray, &inside);
        pair.soil += inside;
        pair.path += straight;
        pair.beam *= down / straight;
        pair.spread *= straight;
        pair.steep += down / straight;
    }
    return pair;
}

static double strength(const scan_place *place, const ray_pair *pair)
{
    double gamma = gw_reflection(1, place->index);
    return (1 - gamma * gamma) * SPREAD_M / pair->path * pair->beam *
           exp(-place->loss * pair->soil);
}

static ray_pair rays_to(const gw_scene_radar *radar, const scan_place *place,
                        const scan_point *point)
{
    double dx = point->along_m - place->along_m, dy = point->cross_m - place->cross_m;
    double half = 0.5 * radar->scene->gpr.offset_m;
    double aside[2] = {sqrt((dx - half) * (dx - half) + dy * dy),
                       sqrt((dx + half) * (dx + half) + dy * dy)};
    return rays_of(place, point->depth_m, aside);
}

static void point_look(const gw_scene_radar *radar, const scan_place *place,
                       const scan_point *point)
{
    ray_pair pair = rays_to(radar, place, point);
    echo_give(radar, pair.optical, point->reflectivity * strength(place, &pair), pair.soil);
}

/* ---- the surface and what scatters at random ---- */

static void surface_look(const gw_scene_radar *radar, const scan_place *place)
{
    double offset = radar->scene->gpr.offset_m, half = 0.5 * offset;
    double way = 2 * sqrt(place->lift_m * place->lift_m + half * half);
    echo_give(radar, offset, radar->scene->device.coupling, 0);
    echo_give(radar, way, gw_reflection(1, place->index) * SPREAD_M / way, 0);
}

/* For a calibration: nothing else has to be near (soil of eps_r 1). */
static void plate_look(const gw_scene_radar *radar)
{
    double plate = radar->scene->gpr.plate_m, half = 0.5 * radar->scene->gpr.offset_m;
    double way = 2 * sqrt(plate * plate + half * half);
    if (plate > 0)
        echo_give(radar, way, -SPREAD_M / way, 0);
}

/* Physical optics to the first order of the height z: gamma dA cos z (cos1 + cos2) / (2 pi c^2 r1
 * r2) times the pulse's second derivative, cos the mean of both; a whole plane raised by z arrives
 * 2 z / c earlier (unit.scene_radar). */
static void facet_look(const gw_scene_radar *radar, const scan_place *place,
                       const scan_point *facet, double fade)
{
    const scan_point ground = {facet->along_m, facet->cross_m, 0, 0};
    ray_pair pair = rays_to(radar, place, &ground);
    double wave_m = 299792458.0 / radar->scene->gpr.center_hz; /* (2 pi f / c)^2 of the order */
    double gamma = gw_reflection(1, place->index);
    const scene_echo echo = {.optical_m = pair.optical,
                             .amplitude = fade * gamma * SPREAD_M * facet->reflectivity * 0.5 *
                                          pair.steep * facet->depth_m * pair.steep * 2 * M_PI /
                                          (wave_m * wave_m * pair.spread),
                             .order = 2};
    radar->sink(radar->user, &echo);
}

/* Fades out towards the rim. */
static void scatter_look(const gw_scene_radar *radar, const scan_place *place,
                         gw_scene_scatter *scatter)
{
    int64_t first, last;
    double reach = scatter ? gw_scene_scatter_reach_m(scatter) : 0;
    bool is_surface = scatter == radar->surface;
    if (!scatter)
        return;
    gw_scene_scatter_span(scatter, place->along_m, &first, &last);
    for (int64_t slice = first; slice <= last; slice++) {
        scan_points near = gw_scene_scatter_slice(scatter, slice, place->cross_m);
        for (size_t k = 0; k < near.n; k++) {
            scan_point point = near.points[k];
            double rim = (point.along_m - place->along_m) / reach;
            double aside = (point.cross_m - place->cross_m) / reach;
            bool is_wide = is_surface || radar->scene->gpr.n_channels > 1;
            double fade = 1 - rim * rim - (is_wide ? aside * aside : 0);
            if (fade <= 0)
                continue;
            if (is_surface) {
                facet_look(radar, place, &point, fade * fade);
            } else {
                point.reflectivity *= fade * fade;
                point_look(radar, place, &point);
            }
        }
    }
}

/* ---- objects ---- */

/* A face as points, each with its share of the first Fresnel zone. */
static void face_look(const gw_scene_radar *radar, const scan_place *place,
                      const gw_scene_object *object, scan_point face)
{
    const gw_truth *truth = &object->truth;
    double wave_m = 299792458.0 / (radar->scene->gpr.center_hz * place->index);
    double zone_m2 = M_PI * 0.5 * wave_m * (place->lift_m + face.depth_m);
    int n = (int)ceil(truth->diameter_m / POINT_STEP_M), n_in = 0;
    double step = truth->diameter_m / n,
           area_m2 = M_PI * 0.25 * truth->diameter_m * truth->diameter_m;
    for (int pass = 0; pass < 2; pass++) /* count first, so that their areas sum to the face's */
        for (int k = 0; k < n * n; k++) {
            double u = (k % n + 0.5) * step - 0.5 * truth->diameter_m;
            double v = ((double)(k / n) + 0.5) * step - 0.5 * truth->diameter_m;
            if (u * u + v * v > 0.25 * truth->diameter_m * truth->diameter_m)
                continue;
            if (pass == 0) {
                n_in++;
                continue;
            }
            scan_point point = {truth->along_m + u, truth->cross_m + v, face.depth_m,
                                face.reflectivity * area_m2 / (n_in * zone_m2)};
            point_look(radar, place, &point);
        }
}

static double cylinder_gain(const gw_scene_radar *radar, const scan_place *place, double radius_m,
                            double path_m)
{
    double k_m = 2 * M_PI * radar->scene->gpr.center_hz * place->index / 299792458.0;
    double seen = gw_cylinder_seen_m(radius_m, k_m);
    return sqrt(seen / (seen + 0.5 * path_m));
}

/* A root or a nail: the point of its axis nearest to the antennas; beyond an end it fades. */
static void long_look(const gw_scene_radar *radar, const scan_place *place,
                      const gw_scene_object *object, double gamma)
{
    const gw_truth *truth = &object->truth;
    double cosine = cos(object->heading_rad), sine = sin(object->heading_rad);
    double reach = 0.5 * object->length_m;
    double s =
        (place->along_m - truth->along_m) * cosine + (place->cross_m - truth->cross_m) * sine;
    double on = fmin(fmax(s, -reach), reach);
    scan_point point = {truth->along_m + on * cosine, truth->cross_m + on * sine, truth->depth_m,
                        1};
    ray_pair pair = rays_to(radar, place, &point);
    double wave_m = 299792458.0 / (radar->scene->gpr.center_hz * place->index);
    double zone_m = sqrt(0.25 * wave_m * pair.path), beyond = (s - on) / zone_m;
    double share = fmin(object->length_m / zone_m, 1) * exp(-beyond * beyond);
    double gain = gamma * share * cylinder_gain(radar, place, 0.5 * truth->diameter_m, pair.path);
    echo_give(radar, pair.optical, gain * strength(place, &pair), pair.soil);
}

static void object_look(const gw_scene_radar *radar, const scan_place *place,
                        const gw_scene_object *object)
{
    double inner = sqrt(object->eps_r);
    double gamma = object->eps_r > 0 ? gw_reflection(place->index, inner) : -1;
    if (object->length_m > 0) {
        long_look(radar, place, object, gamma);
        return;
    }
    scan_point top = {.depth_m = object->truth.depth_m, .reflectivity = TARGET_GAIN * gamma};
    face_look(radar, place, object, top);
    if (object->eps_r == 0)
        return;
    /* The bottom echo crosses the object at its own speed, twice. */
    scan_point bottom = {.depth_m = top.depth_m + object->height_m * inner / place->index,
                         .reflectivity = -top.reflectivity * (1 - gamma * gamma)};
    face_look(radar, place, object, bottom);
}

static void objects_look(const gw_scene_radar *radar, const scan_place *place)
{
    double reach = REACH_M + WIDEST_M;
    size_t n = gw_scene_window_seek(radar->window, place->along_m - reach, place->along_m + reach);
    for (size_t k = 0; k < n; k++) {
        const gw_scene_object *object = gw_scene_window_object(radar->window, k);
        const gw_truth *truth = &object->truth;
        double half = 0.5 * fmax(truth->diameter_m, object->length_m);
        if (fabs(truth->along_m - place->along_m) - half < REACH_M &&
            fabs(truth->cross_m - place->cross_m) - half < REACH_M)
            object_look(radar, place, object);
    }
}

/* ---- straight conductors ---- */

static void wire_look(const gw_scene_radar *radar, const scan_place *place, double depth_m,
                      double radius_m, const double aside[2])
{
    const double distance[2] = {fabs(aside[0]), fabs(aside[1])};
    ray_pair pair = rays_of(place, depth_m, distance);
    double gain = cylinder_gain(radar, place, radius_m, pair.path);
    echo_give(radar, pair.optical, -gain * strength(place, &pair), pair.soil);
}

static void mesh_look(const gw_scene_radar *radar, const scan_place *place, const scene_mesh *mesh)
{
    double half = 0.5 * radar->scene->gpr.offset_m, spacing = mesh->spacing_m;
    double first = fmax(ceil((place->along_m - REACH_M - mesh->from_m) / spacing), 0);
    for (double k = first;; k++) {
        double dx = mesh->from_m + k * spacing - place->along_m;
        const double aside[2] = {dx - half, dx + half};
        if (dx > REACH_M || mesh->from_m + k * spacing > mesh->to_m)
            break;
        wire_look(radar, place, mesh->depth_m, 0.5 * mesh->bar_m, aside);
    }
    if (place->along_m < mesh->from_m || place->along_m > mesh->to_m)
        return;
    for (double k = ceil((place->cross_m - REACH_M) / spacing);
         k * spacing <= place->cross_m + REACH_M; k++) {
        double dy = hypot(k * spacing - place->cross_m, half);
        const double aside[2] = {dy, dy};
        wire_look(radar, place, mesh->depth_m + mesh->bar_m, 0.5 * mesh->bar_m, aside);
    }
}

static void wires_look(const gw_scene_radar *radar, const scan_place *place)
{
    const gw_scene *scene = radar->scene;
    double half = 0.5 * scene->gpr.offset_m;
    for (size_t k = 0; k < scene->n_wires; k++) {
        const scene_wire *wire = &scene->wires[k];
        double skew = wire->skew_deg * M_PI / 180;
        double middle = (wire->along_m - place->along_m) * cos(skew) - place->cross_m * sin(skew);
        const double aside[2] = {middle - half * cos(skew), middle + half * cos(skew)};
        if (fabs(middle) < REACH_M)
            wire_look(radar, place, wire->depth_m, 0.5 * wire->diameter_m, aside);
    }
    for (size_t k = 0; k < scene->n_meshes; k++)
        mesh_look(radar, place, &scene->meshes[k]);
}

void gw_scene_radar_look(gw_scene_radar *radar, const scan_place *place, size_t channel,
                         scene_echo_sink *sink, void *user)
{
    scan_place here = *place;
    here.cross_m += (double)channel * radar->scene->gpr.channel_spacing_m;
    radar->sink = sink;
    radar->user = user;
    surface_look(radar, &here);
    plate_look(radar);
    scatter_look(radar, &here, radar->volume);
    if (radar->surface)
        scatter_look(radar, &here, radar->surface);
    objects_look(radar, &here);
    wires_look(radar, &here);
}
