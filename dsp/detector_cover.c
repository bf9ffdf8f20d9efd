/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ground that the chains have finished with, on its way to the sink: where the pose tells the
 * head's height or place across, it waits for the pose of its time, so that it is the same however
 * the streams interleave. Radar scans by distance that have no times get those at which the pose
 * came to their places. A gap, an end, and a full queue let it go as it is. What lies between two
 * scans next to each other is searched: what the radar says begins where it ended before, unless
 * scans are missing.
 */
#include "dsp/detector_cover.h"

#include <math.h>

static const double ball_radius_m = 0.005;
static const double at_metal_m = 0.03; /* of the mine's metal under its top */
/* The radar's antennas are this high at most where depths of reference were fitted. */
static const double height_fitted_m = 0.08;
static const double speed_over_m = 0.5; /* as where scans have times (dsp/gpr_coverage.c) */
static const double end_near_m = 0.1, scans_next = 1.5;

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

static bool is_by_place(const gw_detector *detector, const gw_coverage *coverage)
{
    return coverage->sensor == GW_SENSOR_GPR && detector->how == SCANS_SPACED &&
           coverage->to_ns == 0 && detector->has[GW_KIND_POSE];
}

/* When the head was where the radar's scan says; antennas lie before it. */
static gw_place_answer head_reach(const gw_detector *detector, double along_m, int64_t *time_ns)
{
    return gw_place_reach(&detector->place, along_m - detector->streams[GW_KIND_GPR].arm.forward_m,
                          time_ns);
}

/* The last scan may lie beyond the last reading. */
static bool end_reach(const gw_detector *detector, double along_m, int64_t *time_ns)
{
    return head_reach(detector, along_m, time_ns) == GW_PLACE_KNOWN ||
           head_reach(detector, along_m - end_near_m, time_ns) == GW_PLACE_KNOWN;
}

/* When the head was there is not kept any more. */
static bool is_forgotten(const gw_detector *detector, const gw_coverage *coverage)
{
    int64_t time_ns;
    if (coverage->to_ns != 0)
        return detector->has_head && gw_place_is_forgotten(&detector->place, coverage->from_ns);
    return is_by_place(detector, coverage) &&
           head_reach(detector, coverage->to_m, &time_ns) == GW_PLACE_NEVER &&
           gw_place_has_forgotten(&detector->place);
}

static void times_tell(const gw_detector *detector, gw_coverage *coverage)
{
    double first_m = fmin(coverage->from_m + detector->spacing_m, coverage->to_m); /* its scan */
    double before_m = fmin(coverage->from_m, coverage->to_m - speed_over_m);
    int64_t from_ns, to_ns, before_ns;
    if (!end_reach(detector, first_m, &from_ns) || !end_reach(detector, coverage->to_m, &to_ns))
        return;
    coverage->from_ns = from_ns;
    coverage->to_ns = to_ns;
    if (head_reach(detector, before_m, &before_ns) != GW_PLACE_KNOWN) {
        before_m = first_m;
        before_ns = from_ns;
    }
    if (to_ns > before_ns)
        coverage->speed_m_s = (coverage->to_m - before_m) / (1e-9 * (double)(to_ns - before_ns));
}

static void cover_tell(gw_detector *detector, gw_coverage *coverage)
{
    if (is_by_place(detector, coverage))
        times_tell(detector, coverage);
    coverage->is_head_forgotten = is_forgotten(detector, coverage);
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

/* Its pose is not there yet. */
static bool is_early(const gw_detector *detector, const gw_coverage *coverage)
{
    double along_m;
    int64_t time_ns;
    if (detector->has_ended[GW_KIND_POSE])
        return false;
    if (is_by_place(detector, coverage))
        return head_reach(detector, coverage->to_m, &time_ns) == GW_PLACE_EARLY;
    return detector->has_head &&
           gw_place_find(&detector->place, coverage->to_ns, &along_m) == GW_PLACE_EARLY;
}

void detector_cover_settle(gw_detector *detector)
{
    while (is_waiting(detector)) {
        if (is_early(detector, detector->covers + detector->n_covers_out % DETECTOR_COVERS_WAITING))
            return;
        oldest_tell(detector);
    }
}

void detector_cover_flush(gw_detector *detector)
{
    while (is_waiting(detector))
        oldest_tell(detector);
}

/* from_m of what is told next: where it ended, if that is the scan before. */
static double ground_join(gw_detector *detector, const gw_coverage *coverage)
{
    double end_m = detector->covered_m, way_m = coverage->from_m - end_m;
    bool is_next = way_m > 0 && way_m <= scans_next * detector->spacing_m;
    detector->covered_m = coverage->to_m;
    return is_next ? end_m : coverage->from_m;
}

/* Scans between the places of the grid, before the first and after the last belong to the ground:
 * the head stood, or was less than a step away. */
static void rows_join(const gw_detector *detector, gw_coverage *coverage)
{
    uint64_t begin = coverage->first_row, end = begin + coverage->n_rows;
    begin = detector->grid_row < begin ? detector->grid_row : begin;
    end = detector->is_grid_over && detector->grid_end > end ? detector->grid_end : end;
    coverage->first_row = begin;
    coverage->n_rows = end - begin;
}

/* By the metal detector's times, of which the pose is known in whatever order the streams come:
 * its coils and the radar's antennas were over this ground while the head was too high. */
void detector_height_watch(gw_detector *detector, const gw_md_hop *hop)
{
    const gw_arm *radar = &detector->streams[GW_KIND_GPR].arm;
    double ahead_m = radar->forward_m - detector->streams[GW_KIND_MD].arm.forward_m;
    if (!detector->fuse || !detector->has_head)
        return;
    double height_m = gw_place_height(&detector->place, hop->time_ns, hop->time_ns) + radar->up_m;
    if (height_m > height_fitted_m)
        gw_fuse_lift(detector->fuse, detector->pass[GW_SENSOR_MD], hop->along_m + fmin(ahead_m, 0),
                     hop->along_m + fmax(ahead_m, 0));
}

void detector_cover(gw_detector *detector, const gw_coverage *coverage)
{
    bool is_valid = coverage->tells && !(coverage->height_m > height_fitted_m);
    if (detector->fuse && coverage->sensor == GW_SENSOR_GPR && is_valid)
        gw_fuse_cover(detector->fuse, detector->pass[GW_SENSOR_GPR], coverage->from_m,
                      coverage->to_m);
    if (!detector->sink.coverage)
        return;
    if (detector->n_covers_in - detector->n_covers_out == DETECTOR_COVERS_WAITING)
        oldest_tell(detector);
    gw_coverage *waiting = &detector->covers[detector->n_covers_in++ % DETECTOR_COVERS_WAITING];
    *waiting = *coverage;
    if (coverage->sensor == GW_SENSOR_GPR) {
        waiting->from_m = ground_join(detector, coverage);
        if (detector->how == SCANS_PLACED)
            rows_join(detector, waiting);
        detector->grid_row = waiting->first_row + waiting->n_rows;
        if (!detector->are_scans_timed)
            waiting->from_ns = waiting->to_ns = 0;
    }
    waiting->reckoned_s = detector_reckoned_s(detector, coverage->sensor, coverage->to_ns);
    detector_cover_settle(detector);
}
