/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What changes with the head is computed once a millisecond and interpolated; carriers and hum
 * come from tables of one period of 40 rows and of one millisecond.
 */
#include "drivers/scene_impl.h"

#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/loop_field.h"

enum { CELL_ROWS = 64, PERIOD_ROWS = 40, N_HUM = 4, IMPULSE_ROWS = 300 };

const double gw_scene_tones_hz[GW_SCENE_TONES] = {1600, 4800, 11200, 24000};

static const double RECEIVE_M = 0.10, REACH_M = 1.5;
static const double CHI_HZ = 10e3;      /* where soil.chi is said */
static const double IMBALANCE_M = 3e-4; /* residual coupling of the coils, over mu0 */
static const double FULL_SCALE_M = 6e-3, FULL_COUNTS = 30000, TRANSMIT_COUNTS = 30000 / 3.2;
static const double TRANSMIT_NOISE_COUNTS = 3;
static const double tone_weight[GW_SCENE_TONES] = {1, 0.8, 0.6, 0.45};
static const double tone_phase[GW_SCENE_TONES] = {0, 1.1, 2.3, 0.7};
static const double hum_hz[N_HUM] = {50.03, 150.09, 250.15, 350.21};
static const double hum_ratio[N_HUM] = {1, 0.375, 0.2, 0.075};

typedef double _Complex complex_t;

/* <complex.h> has I in float only, and not every compiler has CMPLX. */
static complex_t complex_of(double real, double imaginary)
{
    const double parts[2] = {real, imaginary};
    complex_t value;
    memcpy(&value, parts, sizeof value);
    return value;
}

static complex_t turn_by(double angle_rad)
{
    return complex_of(cos(angle_rad), sin(angle_rad));
}

/* The slow part at the head of one millisecond. */
typedef struct md_slow {
    complex_t receive[GW_SCENE_TONES], transmit, hum[N_HUM];
} md_slow;

struct gw_scene_md {
    const gw_scene *scene;
    uint64_t noise_key, impulse_key;
    complex_t carrier[PERIOD_ROWS][GW_SCENE_TONES], current[PERIOD_ROWS];
    complex_t hum_turn[CELL_ROWS][N_HUM];
    complex_t imbalance[GW_SCENE_TONES], drift[GW_SCENE_TONES], chi[GW_SCENE_TONES];
    complex_t device[GW_SCENE_TONES]; /* factor of the receive path */
    double hum_phase[N_HUM];
    uint64_t cell; /* whose head is slow[0] and end slow[1] */
    bool has_cell;
    md_slow slow[2];
    complex_t spectrum[][GW_SCENE_TONES]; /* [n_objects] */
};

/* chi' falls by chi_drop a decade; chi'' = -(pi / 2) d chi' / d ln f = 0.682 chi_drop chi'. */
void gw_scene_chi(const gw_scene *scene, double tone_hz, double *real, double *imaginary)
{
    *real = scene->chi * (1 - scene->chi_drop * log10(tone_hz / CHI_HZ));
    *imaginary = -scene->chi * scene->chi_drop * M_PI / (2 * log(10));
}

/* A = 2 pi a^3 (2 mur - g) / (mur + g), g = z^2 / (1 - z cot z) - 1, z = a sqrt(-j w mu0 mur sigma)
 * with Im z < 0 [Wait1951]. cot z = j (1 + e) / (1 - e), e = exp(-2 j z): no overflow. */
void gw_scene_ball(double radius_m, double hz, double *real, double *imaginary)
{
    const double mur = 100, sigma_s_m = 4.5e6, mu0 = 4e-7 * M_PI; /* 100Cr6 */
    double turn = sqrt(2 * M_PI * hz * mu0 * mur * sigma_s_m / 2) * radius_m;
    complex_t z = complex_of(turn, -turn), e = cexp(complex_of(-2 * turn, -2 * turn));
    complex_t cot = complex_of(0, 1) * (1 + e) / (1 - e);
    complex_t g = z * z / (1 - z * cot) - 1;
    complex_t a = -2 * M_PI * (2 * mur - g) / (mur + g);
    *real = creal(a);
    *imaginary = cimag(a);
}

static void ball_fill(double radius_m, complex_t spectrum[GW_SCENE_TONES])
{
    for (int k = 0; k < GW_SCENE_TONES; k++) {
        double real, imaginary;
        gw_scene_ball(radius_m, gw_scene_tones_hz[k], &real, &imaginary);
        spectrum[k] = pow(radius_m, 3) * complex_of(real, imaginary);
    }
}

static void spectrum_fill(const gw_polarisability *metal, complex_t spectrum[GW_SCENE_TONES])
{
    for (int k = 0; k < GW_SCENE_TONES; k++) {
        complex_t sum = complex_of(metal->c0, 0);
        for (int r = 0; r < GW_SCENE_RELAXATIONS && metal->scale_m3 > 0; r++) {
            complex_t ratio = complex_of(0, gw_scene_tones_hz[k] / metal->relax_hz[r]);
            sum += metal->weight[r] * ratio / (1 + ratio);
        }
        spectrum[k] = metal->scale_m3 * sum;
    }
}

static void tables_fill(gw_scene_md *md)
{
    for (int n = 0; n < PERIOD_ROWS; n++)
        for (int k = 0; k < GW_SCENE_TONES; k++) {
            double turn = 2 * M_PI * gw_scene_tones_hz[k] / GW_SCENE_MD_RATE_HZ;
            complex_t unit = turn_by(turn * n + tone_phase[k]) * tone_weight[k];
            md->current[n] += unit;
            /* The coil's voltage is the derivative; its amplifier takes out half of the slope. */
            md->carrier[n][k] = complex_of(0, 1) * unit *
                                sqrt(gw_scene_tones_hz[k] / gw_scene_tones_hz[0]) / FULL_SCALE_M;
        }
    for (int n = 0; n < CELL_ROWS; n++)
        for (int k = 0; k < N_HUM; k++)
            md->hum_turn[n][k] = turn_by(2 * M_PI * hum_hz[k] * n / GW_SCENE_MD_RATE_HZ);
}

/* Coils are out of balance in their own way: a device with a serial number in the same way in every
 * scene. */
static uint64_t device_key(const gw_scene *scene)
{
    uint64_t key = gw_random_key(scene->seed, SCENE_MD_SLOW);
    if (scene->device.serial[0])
        key = gw_random_key(0, SCENE_MD_SLOW);
    for (const char *at = scene->device.serial; *at; at++)
        key = gw_random_bits(key, (uint64_t)(unsigned char)*at);
    return key;
}

gw_status gw_scene_md_create(const gw_scene *scene, gw_scene_md **out)
{
    gw_scene_md *md = calloc(1, sizeof *md + scene->n_objects * sizeof md->spectrum[0]);
    *out = md;
    if (!md)
        return GW_ENOMEM;
    uint64_t key = device_key(scene);
    md->scene = scene;
    md->noise_key = gw_random_key(scene->seed, SCENE_MD_NOISE);
    md->impulse_key = gw_random_key(scene->seed, SCENE_IMPULSE);
    for (uint64_t k = 0; k < GW_SCENE_TONES; k++) {
        double real, imaginary, gain, phase_deg;
        gw_scene_device_tone(&scene->device, gw_scene_tones_hz[k], &gain, &phase_deg);
        md->device[k] = gain * turn_by(phase_deg * M_PI / 180);
        gw_scene_chi(scene, gw_scene_tones_hz[k], &real, &imaginary);
        md->chi[k] = complex_of(real, imaginary);
        md->imbalance[k] = IMBALANCE_M * (0.5 + gw_random_uniform(key, 8 * k)) *
                           turn_by(2 * M_PI * gw_random_uniform(key, 8 * k + 1));
        md->drift[k] = scene->md_drift * (0.3 + 0.7 * gw_random_uniform(key, 8 * k + 2)) *
                       turn_by(gw_random_uniform(key, 8 * k + 3) - 0.5);
    }
    for (uint64_t k = 0; k < N_HUM; k++)
        md->hum_phase[k] = 2 * M_PI * gw_random_uniform(key, 100 + k);
    for (size_t k = 0; k < scene->n_objects; k++) {
        const gw_scene_object *object = &scene->objects[k];
        if (object->ball_m > 0)
            ball_fill(object->ball_m, md->spectrum[k]);
        else
            spectrum_fill(&object->metal, md->spectrum[k]);
    }
    tables_fill(md);
    return GW_OK;
}

void gw_scene_md_destroy(gw_scene_md *md)
{
    free(md);
}

/* Products of both loops' fields at the metal: how strongly its dipole is felt, 1/m^2. */
static double dipole_weight(const gw_scene_object *object, double along, double cross, double lift)
{
    double dx = along - object->truth.along_m, dy = cross - object->truth.cross_m;
    double rho = sqrt(dx * dx + dy * dy), z = lift + object->metal_depth_m;
    gw_loop_field sent = gw_loop_field_at(GW_SCENE_COIL_M, rho, z);
    gw_loop_field felt = gw_loop_field_at(RECEIVE_M, rho, z);
    return sent.radial * felt.radial + sent.axial * felt.axial;
}

static void response_fill(const gw_scene_md *md, double time_s, complex_t r[GW_SCENE_TONES])
{
    const gw_scene *scene = md->scene;
    double along = gw_scene_along_m(scene, time_s), cross = gw_scene_cross_m(scene, along);
    double lift = gw_scene_lift_m(scene, along);
    double soil = (1 + gw_scene_soil(scene, along)) * 0.5 *
                  gw_loop_mutual(GW_SCENE_COIL_M, RECEIVE_M, 2 * lift);
    double warm = 1 - exp(-time_s / 40);
    for (int k = 0; k < GW_SCENE_TONES; k++)
        r[k] = md->imbalance[k] * (1 + warm * md->drift[k]) + md->chi[k] * soil;
    for (size_t o = gw_scene_object_from(scene, along - REACH_M); o < scene->n_objects; o++) {
        const gw_scene_object *object = &scene->objects[o];
        if (object->truth.along_m > along + REACH_M)
            break;
        if (!object->truth.is_metal)
            continue;
        double weight = dipole_weight(object, along, cross, lift);
        for (int k = 0; k < GW_SCENE_TONES; k++)
            r[k] += md->spectrum[o][k] * weight;
    }
}

static void slow_fill(const gw_scene_md *md, uint64_t cell, md_slow *slow)
{
    double time_s = (double)cell * CELL_ROWS / GW_SCENE_MD_RATE_HZ;
    complex_t current = (1 + 0.5 * md->scene->md_drift * (1 - exp(-time_s / 25))) *
                        turn_by(md->scene->md_drift * (1 - exp(-time_s / 30)));
    response_fill(md, time_s, slow->receive);
    for (int k = 0; k < GW_SCENE_TONES; k++)
        slow->receive[k] *= current * md->device[k];
    slow->transmit = current;
    for (int k = 0; k < N_HUM; k++)
        slow->hum[k] = md->scene->hum_counts * hum_ratio[k] *
                       turn_by(2 * M_PI * fmod(hum_hz[k] * time_s, 1) + md->hum_phase[k]);
}

static void cell_seek(gw_scene_md *md, uint64_t cell)
{
    if (md->has_cell && md->cell == cell)
        return;
    if (md->has_cell && md->cell + 1 == cell)
        md->slow[0] = md->slow[1];
    else
        slow_fill(md, cell, &md->slow[0]);
    slow_fill(md, cell + 1, &md->slow[1]);
    md->cell = cell;
    md->has_cell = true;
}

/* Impulse number `slot`, if it is heard at `row`: one in each stretch of 1 / impulses_per_m. */
static double impulse_at(const gw_scene_md *md, uint64_t slot, uint64_t slot_rows, uint64_t row)
{
    uint64_t key = gw_random_bits(md->impulse_key, slot);
    uint64_t room = slot_rows - IMPULSE_ROWS;
    uint64_t start = slot * slot_rows + (uint64_t)((double)room * gw_random_uniform(key, 0));
    if (row < start || row - start >= IMPULSE_ROWS)
        return 0;
    double age = (double)(row - start), turn = 0.1 + 1.9 * gw_random_uniform(key, 2);
    return FULL_COUNTS * (0.01 + 0.07 * gw_random_uniform(key, 1)) * exp(-age / 60) *
           sin(age * turn);
}

static int32_t count_of(double value)
{
    return (int32_t)lrint(fmin(fmax(value, -32768), 32767));
}

static double real_product(complex_t a, complex_t b)
{
    return creal(a) * creal(b) - cimag(a) * cimag(b);
}

static void row_write(const gw_scene_md *md, uint64_t row, int32_t counts[2])
{
    const md_slow *a = &md->slow[0], *b = &md->slow[1];
    size_t within = row % CELL_ROWS, phase = row % PERIOD_ROWS;
    double part = (double)within / CELL_ROWS, receive = 0, hum = 0;
    for (int k = 0; k < GW_SCENE_TONES; k++)
        receive += real_product(a->receive[k] + part * (b->receive[k] - a->receive[k]),
                                md->carrier[phase][k]);
    for (int k = 0; k < N_HUM; k++)
        hum += real_product(a->hum[k], md->hum_turn[within][k]);
    complex_t current = a->transmit + part * (b->transmit - a->transmit);
    counts[0] = count_of(FULL_COUNTS * receive + hum +
                         md->scene->md_noise_counts * gw_random_normal(md->noise_key, 2 * row));
    counts[1] = count_of(TRANSMIT_COUNTS * real_product(current, md->current[phase]) +
                         TRANSMIT_NOISE_COUNTS * gw_random_normal(md->noise_key, 2 * row + 1));
}

void gw_scene_md_read(gw_scene_md *md, uint64_t row, size_t n_rows, int32_t *counts)
{
    double rows_per_m = GW_SCENE_MD_RATE_HZ / md->scene->speed_mean_m_s;
    uint64_t slot_rows =
        md->scene->impulses_per_m > 0 ? (uint64_t)(rows_per_m / md->scene->impulses_per_m) : 0;
    for (size_t k = 0; k < n_rows; k++, row++) {
        cell_seek(md, row / CELL_ROWS);
        row_write(md, row, counts + 2 * k);
        if (slot_rows) {
            double extra = impulse_at(md, row / slot_rows, slot_rows, row);
            counts[2 * k] = count_of((double)counts[2 * k] + nearbyint(extra));
        }
    }
}
