/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ground that the chains have finished with, on its way to the sink: where the pose tells the
 * head's height or place across, it waits for the pose of its time, so that it is the same however
 * the streams interleave. A gap, an end, and a full queue let it go as it is.
 */
#include "dsp/detector_impl.h"

#include <math.h>

static const double ball_radius_m = 0.005;
static const double at_metal_m = 0.03; /* of the mine's metal under its top */
/* The radar's antennas are this high at most where depths of reference were fitted. */
static const double height_fitted_m = 0.08;

/* Where the head's height is told, of a distance under the coils. */
static double depth_under(double coil_m, double height_m, double middle_m)
{
    return isnan(coil_m) || isnan(height_m) ? (double)NAN : fmax(coil_m - height_m - middle_m, 0);
}

static void reference_tell(gw_coverage *coverage)
{
    double height_m = coverage->height_m;
    if (coverage->sensor == GW_SENSOR_MD) {
        coverage->ball_depth_m = depth_under(coverage->ball_coil_m, height_m, ball_radius_m);
        coverage->named[GW_NAMED_AT_320].depth_m =
            depth_under(coverage->at_coil_m, height_m, at_metal_m);
        if (isnan(height_m) && coverage->untold == GW_UNTOLD_NOT)
            coverage->untold = GW_UNTOLD_HEIGHT;
    } else if (height_m > height_fitted_m) {
        for (int body = 0; body < GW_NAMED_COUNT; body++)
            coverage->named[body] = (gw_reference_depth){(double)NAN, (double)NAN};
        coverage->untold = GW_UNTOLD_HEIGHT;
    }
}

static void cover_tell(gw_detector *detector, gw_coverage *coverage)
{
    if (detector->has_head && coverage->to_ns != 0) { /* else nothing is known of its time */
        double height_m = gw_place_height(&detector->place, coverage->from_ns, coverage->to_ns);
        gw_kind kind = coverage->sensor == GW_SENSOR_MD ? GW_KIND_MD : GW_KIND_GPR;
        const gw_arm *arm = &detector->streams[kind].arm;
        coverage->height_m = isfinite(height_m) ? height_m + arm->up_m : coverage->height_m;
        coverage->height_most_m =
            gw_place_height_most(&detector->place, coverage->from_ns, coverage->to_ns) + arm->up_m;
        coverage->cross_m =
            gw_place_across(&detector->place, coverage->from_ns, coverage->to_ns) + arm->right_m;
    }
    reference_tell(coverage);
    detector->sink.coverage(detector->sink.user, coverage);
}

static void oldest_tell(gw_detector *detector)
{
    cover_tell(detector, detector->covers + detector->n_covers_out++ % DETECTOR_COVERS_WAITING);
}

static bool is_waiting(const gw_detector *detector)
{
    return detector->n_covers_out < detector->n_covers_in;
}

void detector_cover_settle(gw_detector *detector)
{
    double along_m;
    while (is_waiting(detector)) {
        const gw_coverage *oldest =
            detector->covers + detector->n_covers_out % DETECTOR_COVERS_WAITING;
        bool has_ended = detector->has_ended[GW_KIND_POSE] || !detector->has_head;
        if (!has_ended &&
            gw_place_find(&detector->place, oldest->to_ns, &along_m) == GW_PLACE_EARLY)
            return;
        oldest_tell(detector);
    }
}

void detector_cover_flush(gw_detector *detector)
{
    while (is_waiting(detector))
        oldest_tell(detector);
}

void detector_cover(gw_detector *detector, const gw_coverage *coverage)
{
    if (detector->fuse && coverage->sensor == GW_SENSOR_GPR)
        gw_fuse_cover(detector->fuse, detector->pass[GW_SENSOR_GPR], coverage->from_m,
                      coverage->to_m);
    if (!detector->sink.coverage)
        return;
    if (detector->n_covers_in - detector->n_covers_out == DETECTOR_COVERS_WAITING)
        oldest_tell(detector);
    gw_coverage *waiting = &detector->covers[detector->n_covers_in++ % DETECTOR_COVERS_WAITING];
    *waiting = *coverage;
    waiting->reckoned_s = detector_reckoned_s(detector, coverage->sensor, coverage->to_ns);
    detector_cover_settle(detector);
}
