/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/likeness.h"

#include <math.h>

#include "dsp/likeness_fitted.h"
#include "dsp/likeness_stepped.h"

static const double depth_most_m = 0.20;

/* Products are of what is over the middle of the training lanes' blobs, of which the loudest had
 * this energy and the highest this depth. */
static const float middle_db = -25, middle_m = 0.10f, least_db = -35, most_db = -3, least_m = 0.04f;
static const float middle_cycles = 1.25f, cycles_least = 1, cycles_most = 1.5f;

/* An echo as loud as the direct wave itself, in phase over the most rows that dsp/gpr.c adds up
 * (129): nothing that the ground sends back is louder. */
static const double loudest_db = 21;

enum { ENERGY, DEPTH, WIDE = 5 + GW_BLOB_PROFILE - 1, LOUD = GW_LIKENESS_FEATURES - 1 };

/* Beyond the loudest of the lanes the square goes on straight, so that energy has no end. */
static float loud_square(float energy_db)
{
    float within_db = fminf(fmaxf(energy_db, least_db), most_db) - middle_db;
    float beyond_db = fminf(fmaxf(energy_db, most_db), (float)loudest_db) - most_db;
    return within_db * within_db + 2 * within_db * beyond_db;
}

void gw_likeness_features(const gw_blob_shape *shape, double depth_m, float direct,
                          float x[GW_LIKENESS_FEATURES])
{
    size_t n = 0;
    x[n++] = 10 * log10f(fmaxf(shape->energy / (direct + 1e-9f), 1e-12f));
    x[n++] = (float)fmin(depth_m, depth_most_m);
    x[n++] = shape->focus;
    x[n++] = shape->beside_db;
    x[n++] = shape->cycles;
    for (int q = 0; q < GW_BLOB_PROFILE; q++)
        if (q != GW_BLOB_ABOVE) /* the blob itself: 0 dB */
            x[n++] = shape->profile_db[q];
    x[n++] = shape->wide_cycles;
    float deeper_m = fmaxf(x[DEPTH], least_m) - middle_m;
    float louder_db = fminf(fmaxf(x[ENERGY], least_db), most_db) - middle_db;
    float faster = fminf(fmaxf(x[WIDE], cycles_least), cycles_most) - middle_cycles;
    x[n++] = deeper_m * deeper_m;
    x[n++] = louder_db * deeper_m;
    x[n++] = faster * faster;
    x[n++] = loud_square(x[ENERGY]);
}

double gw_likeness_odds(const float x[GW_LIKENESS_FEATURES], bool is_stepped)
{
    const likeness *model = is_stepped ? &stepped : &fitted;
    double sum = model->bias;
    for (int k = 0; k < GW_LIKENESS_FEATURES; k++) {
        const likeness_feature *f = &model->features[k];
        double most = k == ENERGY ? loudest_db : k == LOUD ? (double)x[k] : f->most;
        sum += f->weight * fmin(fmax((double)x[k], f->least), most);
    }
    return exp(sum);
}

double gw_likeness_print(void)
{
    static const float values[] = {-20, 0, 1};
    double sum = 0;
    for (int v = 0; v < 3; v++) {
        float x[GW_LIKENESS_FEATURES];
        for (int k = 0; k < GW_LIKENESS_FEATURES; k++)
            x[k] = values[v] * (1 + 0.01f * (float)k);
        sum += (v + 1) * log(gw_likeness_odds(x, false));
    }
    return sum;
}
