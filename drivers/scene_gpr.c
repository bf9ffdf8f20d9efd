/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every echo is a Ricker pulse, placed at a fraction of a sample by a table of its phases.
 */
#include "drivers/scene_impl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PHASES = 32 };

static const double LIGHT_M_S = 299792458.0;
static const double PEAK_COUNTS = 20000; /* of the direct wave */
static const double SPREAD_M = 0.1;      /* path whose mirror image equals the direct wave */
static const double TARGET_GAIN = 1.5; /* a face and its far edges add up; set by full-wave runs */
static const double POINT_STEP_M = 0.02; /* between the points that stand for a face */
static const double REACH_M = 0.60;      /* echoes from farther aside are left out */
static const double CELL_M = 0.02;       /* one volume scatterer a cell of soil */
static const double VOLUME_REACH_M = 0.26, VOLUME_DEPTH_M = 0.36;
static const double VOLUME_GAIN = 0.075; /* times soil variation: reflectivity of one cell */

struct gw_scene_gpr {
    const gw_scene *scene;
    size_t n_samples;
    long half; /* samples of the pulse to each side */
    double rate_hz;
    uint64_t noise_key, scan_key, volume_key;
    gw_sines gain;
    float *trace;  /* [n_samples] */
    float pulse[]; /* [PHASES + 1][2 half + 1], then the trace */
};

/* One position of the antennas. */
typedef struct scan_place {
    double along_m, cross_m, lift_m, eps_r, index, jitter_samples;
    double loss; /* nepers a metre of soil, one way */
} scan_place;

typedef struct scan_point {
    double along_m, cross_m, depth_m, reflectivity;
} scan_point;

double gw_ray_optical_m(const gw_ray *ray, double *soil_m)
{
    double h = ray->lift_m, d = ray->depth_m, r = ray->distance_m, n = ray->index;
    double x = r * n * h / (d + n * h); /* where it meets the surface, by small angles */
    for (int k = 0; k < 4; k++) {
        double air = sqrt(h * h + x * x), soil = sqrt(d * d + (r - x) * (r - x));
        double wrong = x / air - n * (r - x) / fmax(soil, 1e-9);
        double slope = h * h / (air * air * air) + n * d * d / fmax(soil * soil * soil, 1e-12);
        x = fmin(fmax(x - wrong / slope, 0), r);
    }
    *soil_m = sqrt(d * d + (r - x) * (r - x));
    return sqrt(h * h + x * x) + n * *soil_m;
}

double gw_scene_time_zero_s(const gw_scene *scene)
{
    return 1.5 / scene->center_hz;
}

size_t gw_scene_gpr_rows(const gw_scene *scene)
{
    double last = scene->scan_rate_hz > 0 ? scene->duration_s * scene->scan_rate_hz
                                          : scene->length_m / scene->spacing_m + 1e-9;
    return (size_t)last + 1;
}

static void pulse_fill(gw_scene_gpr *gpr)
{
    long taps = 2 * gpr->half + 1;
    for (long phase = 0; phase <= PHASES; phase++)
        for (long k = 0; k < taps; k++) {
            double t = ((double)(k - gpr->half) - (double)phase / PHASES) / gpr->rate_hz;
            double a = M_PI * gpr->scene->center_hz * t;
            gpr->pulse[phase * taps + k] = (float)((1 - 2 * a * a) * exp(-a * a));
        }
}

gw_status gw_scene_gpr_create(const gw_scene *scene, gw_scene_gpr **out)
{
    double rate_hz = scene->n_samples / (scene->window_ns * 1e-9);
    size_t half = (size_t)(1.42 * rate_hz / scene->center_hz) + 2; /* 1e-7 of the peak is left */
    size_t n_pulse = (PHASES + 1) * (2 * half + 1), n_samples = (size_t)scene->n_samples;
    gw_scene_gpr *gpr = calloc(1, sizeof *gpr + (n_pulse + n_samples) * sizeof(float));
    *out = gpr;
    if (!gpr)
        return GW_ENOMEM;
    gpr->scene = scene;
    gpr->n_samples = n_samples;
    gpr->half = (long)half;
    gpr->rate_hz = rate_hz;
    gpr->noise_key = gw_random_key(scene->seed, SCENE_GPR_NOISE);
    gpr->scan_key = gw_random_key(scene->seed, SCENE_GPR_SCAN);
    gpr->volume_key = gw_random_key(scene->seed, SCENE_VOLUME);
    gw_sines_draw(&gpr->gain, gpr->scan_key + 1, scene->gain_rms, 3.0);
    gpr->trace = gpr->pulse + n_pulse;
    pulse_fill(gpr);
    return GW_OK;
}

void gw_scene_gpr_destroy(gw_scene_gpr *gpr)
{
    free(gpr);
}

/* Add one echo at `delay`, samples from the head of the scan. */
static void pulse_add(gw_scene_gpr *gpr, double delay, double amplitude)
{
    double whole = floor(delay), phase = (delay - whole) * PHASES;
    if (!(whole > -1e6 && whole < (double)gpr->n_samples + (double)gpr->half))
        return;
    long taps = 2 * gpr->half + 1, row = (long)phase, first = (long)whole - gpr->half;
    long from = first < 0 ? -first : 0, to = (long)gpr->n_samples - first;
    const float *low = gpr->pulse + row * taps, *high = low + taps;
    float part = (float)(phase - (double)row), a = (float)amplitude;
    float a_high = a * part, a_low = a - a_high;
    to = to < taps ? to : taps;
    for (long k = from; k < to; k++)
        gpr->trace[first + k] += a_low * low[k] + a_high * high[k];
}

static double delay_samples(const gw_scene_gpr *gpr, const scan_place *place, double optical_m)
{
    double time_s = gw_scene_time_zero_s(gpr->scene) + optical_m / LIGHT_M_S;
    return time_s * gpr->rate_hz + place->jitter_samples + gpr->scene->device.time_zero_samples;
}

/* Echo of a point: two legs, each by Snell's law; transmission, spreading, loss, beam. */
static void point_add(gw_scene_gpr *gpr, const scan_place *place, const scan_point *point)
{
    double dx = point->along_m - place->along_m, dy = point->cross_m - place->cross_m;
    double half = 0.5 * gpr->scene->offset_m, down = place->lift_m + point->depth_m;
    double optical = 0, soil = 0, beam = 1, path = 0;
    for (int leg = 0; leg < 2; leg++) {
        double aside = leg ? dx + half : dx - half, r2 = aside * aside + dy * dy, inside;
        gw_ray ray = {place->lift_m, point->depth_m, sqrt(r2), place->index};
        optical += gw_ray_optical_m(&ray, &inside);
        soil += inside;
        path += sqrt(down * down + r2);
        beam *= down / sqrt(down * down + r2);
    }
    double gamma = (1 - place->index) / (1 + place->index);
    double amplitude = point->reflectivity * (1 - gamma * gamma) * SPREAD_M / path * beam *
                       exp(-place->loss * soil);
    pulse_add(gpr, delay_samples(gpr, place, optical), amplitude);
}

/* A face as points, each with its share of the first Fresnel zone. */
static void face_add(gw_scene_gpr *gpr, const scan_place *place, const gw_scene_object *object,
                     scan_point face)
{
    const gw_truth *truth = &object->truth;
    double wave_m = LIGHT_M_S / (gpr->scene->center_hz * place->index);
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
            point_add(gpr, place, &point);
        }
}

static void object_add(gw_scene_gpr *gpr, const scan_place *place, const gw_scene_object *object)
{
    double inner = sqrt(object->eps_r);
    double gamma = object->eps_r > 0 ? (place->index - inner) / (place->index + inner) : -1;
    scan_point top = {.depth_m = object->truth.depth_m, .reflectivity = TARGET_GAIN * gamma};
    face_add(gpr, place, object, top);
    if (object->eps_r == 0)
        return;
    /* The bottom echo crosses the object at its own speed, twice. */
    scan_point bottom = {.depth_m = top.depth_m + object->height_m * inner / place->index,
                         .reflectivity = -top.reflectivity * (1 - gamma * gamma)};
    face_add(gpr, place, object, bottom);
}

/* One small scatterer in each cell of soil near the antennas; fades out towards the rim. */
static void volume_add(gw_scene_gpr *gpr, const scan_place *place)
{
    long from = (long)floor((place->along_m - VOLUME_REACH_M) / CELL_M);
    long to = (long)ceil((place->along_m + VOLUME_REACH_M) / CELL_M);
    long n_deep = (long)(VOLUME_DEPTH_M / CELL_M);
    double gain = VOLUME_GAIN * gpr->scene->variation;
    for (long cell = from; cell < to && gain > 0; cell++)
        for (long deep = 0; deep < n_deep; deep++) {
            uint64_t key = gw_random_bits(gpr->volume_key, (uint64_t)(cell * n_deep + deep));
            double along = ((double)cell + gw_random_uniform(key, 0)) * CELL_M;
            double rim = (along - place->along_m) / VOLUME_REACH_M;
            double fade = fmax(1 - rim * rim, 0);
            scan_point point = {along, 0.16 * (gw_random_uniform(key, 1) - 0.5),
                                ((double)deep + gw_random_uniform(key, 2)) * CELL_M + 0.002,
                                gain * gw_random_normal(key, 3) * fade * fade};
            point_add(gpr, place, &point);
        }
}

static scan_place place_of(const gw_scene_gpr *gpr, uint64_t row)
{
    const gw_scene *scene = gpr->scene;
    scan_place place;
    place.along_m = scene->scan_rate_hz > 0
                        ? gw_scene_along_m(scene, (double)row / scene->scan_rate_hz)
                        : (double)row * scene->spacing_m;
    place.cross_m = gw_scene_cross_m(scene, place.along_m);
    place.lift_m = gw_scene_lift_m(scene, place.along_m);
    place.eps_r = fmax(scene->eps_r * (1 + 0.3 * gw_scene_soil(scene, place.along_m)), 1);
    place.index = sqrt(place.eps_r);
    place.jitter_samples = scene->jitter_samples * gw_random_normal(gpr->scan_key, 2 * row);
    place.loss = 1636 * scene->sigma_s_m / place.index / 8.686; /* 1636 dB S^-1 */
    return place;
}

static void counts_write(const gw_scene_gpr *gpr, uint64_t row, double gain, int32_t *counts)
{
    double noise = pow(10, gpr->scene->gpr_noise_db / 20);
    uint64_t key = gw_random_key(gpr->noise_key, row);
    for (size_t k = 0; k < gpr->n_samples; k++) {
        double value = (double)gpr->trace[k] * gain + noise * gw_random_normal(key, k);
        counts[k] = (int32_t)lrint(fmin(fmax(value * PEAK_COUNTS, -32768), 32767));
    }
}

void gw_scene_gpr_read(gw_scene_gpr *gpr, uint64_t row, int32_t *counts)
{
    const gw_scene *scene = gpr->scene;
    scan_place place = place_of(gpr, row);
    double half = 0.5 * scene->offset_m,
           surface_m = 2 * sqrt(place.lift_m * place.lift_m + half * half);
    memset(gpr->trace, 0, gpr->n_samples * sizeof *gpr->trace);
    pulse_add(gpr, delay_samples(gpr, &place, scene->offset_m), scene->device.coupling);
    pulse_add(gpr, delay_samples(gpr, &place, surface_m),
              (1 - place.index) / (1 + place.index) * SPREAD_M / surface_m);
    volume_add(gpr, &place);
    for (size_t k = gw_scene_object_from(scene, place.along_m - REACH_M - 0.25);
         k < scene->n_objects; k++) {
        const gw_truth *truth = &scene->objects[k].truth;
        double aside = fabs(truth->along_m - place.along_m) - 0.5 * truth->diameter_m;
        if (truth->along_m > place.along_m + REACH_M + 0.25)
            break;
        if (aside < REACH_M)
            object_add(gpr, &place, &scene->objects[k]);
    }
    double gain = 1 + scene->gain_rms * gw_random_normal(gpr->scan_key, 2 * row + 1) +
                  gw_sines_at(&gpr->gain, place.along_m);
    counts_write(gpr, row, gain * scene->device.radar_gain, counts);
}
