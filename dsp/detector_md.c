/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/detector_cover.h"

#include <math.h>
#include <stdlib.h>

/* Sweep speed taken where there is no pose: the middle of what an operator does. */
static const double assumed_speed_m_s = 0.5;

/* Blank ground under decays gave so many times what dsp/far.h says (docs/numerics.md). */
static const double decays_far = 3;

/* The same under a device that demodulates few tones; of many the rates were measured under such
 * devices (tests/heavy_balls.py). Means over two hops without a window share one of them with the
 * next: the noise of many of them has 1 + 2 / 2 times the variance. */
static const double responses_far = 2, responses_alike = 2;
enum { TONES_FEW = 5 };

static bool is_of_few_responses(const gw_detector *detector)
{
    return gw_front_is_demodulated(detector->front) &&
           detector->streams[GW_KIND_MD].n_tones <= TONES_FEW;
}

static double far_scale_of(const gw_detector *detector)
{
    const gw_calibration_md *calibration = &detector->md_calibration;
    double own = calibration->far_scale > 0 ? calibration->far_scale : 1;
    if (detector->streams[GW_KIND_MD].waveform == GW_WAVEFORM_PULSE)
        return own * decays_far;
    return is_of_few_responses(detector) ? own * responses_far : own;
}

/* Refuse a balance that lacks what it needs. */
static gw_status balance_check(const gw_detector *detector, gw_error *error)
{
    const gw_stream *stream = &detector->streams[GW_KIND_MD];
    const gw_balance *balance = &detector->config.balance;
    const gw_ground *ground = &detector->md_calibration.ground;
    if (balance->mode == GW_BALANCE_ONE_SHOT && !ground->n_tones)
        return gw_error_set(error, GW_ECONFIG,
                            "%s: balance one-shot: no ground was learnt: `groundwatch calibrate "
                            "ground`, and name the calibration",
                            stream->name);
    if (balance->mode == GW_BALANCE_ONE_SHOT && ground->n_tones != stream->n_tones)
        return gw_error_set(error, GW_ECONFIG, "%s: balance one-shot: the ground is of %zu tones",
                            stream->name, ground->n_tones);
    if (balance->mode == GW_BALANCE_MANUAL && stream->waveform == GW_WAVEFORM_PULSE)
        return gw_error_set(error, GW_ECONFIG, "%s: balance manual: decays have no phase",
                            stream->name);
    if (balance->mode == GW_BALANCE_MANUAL && balance->n_phases != 1 &&
        balance->n_phases != stream->n_tones)
        return gw_error_set(error, GW_ECONFIG,
                            "%s: balance manual: %zu phases for %zu tones: one, or one a tone",
                            stream->name, balance->n_phases, stream->n_tones);
    return GW_OK;
}

gw_status detector_md_create(gw_detector *detector, gw_error *error)
{
    gw_stream *stream = &detector->streams[GW_KIND_MD];
    detector->is_md_placed = detector->has[GW_KIND_POSE];
    gw_status status = gw_front_create(stream, &detector->front, error);
    if (status != GW_OK)
        return status;
    stream->n_tones = gw_front_tones(detector->front); /* of decays: pairs, without a frequency */
    const gw_calibration_md *calibration = &detector->md_calibration;
    bool is_pulsed = stream->waveform == GW_WAVEFORM_PULSE;
    if (calibration->n_tones && (is_pulsed || calibration->n_tones != stream->n_tones))
        return gw_error_set(error, GW_EINVAL, "%s: the calibration is for other tones",
                            stream->name);
    status = balance_check(detector, error);
    if (status != GW_OK)
        return status;
    const gw_md_config config = {.n_tones = stream->n_tones,
                                 .tones_hz = stream->tones_hz,
                                 .coil_radius_m = stream->coil_radius_m,
                                 .is_in_balls = calibration->n_tones && calibration->has_gain,
                                 .ball_m = calibration->n_tones ? calibration->ball_m : 0,
                                 .far_scale = far_scale_of(detector),
                                 .alike = is_of_few_responses(detector) ? responses_alike : 0,
                                 .is_place_known = detector->is_md_placed,
                                 .far_per_m = detector->config.far_per_m,
                                 .balance = detector->config.balance,
                                 .ground = &calibration->ground,
                                 .is_learning = detector->config.is_learning,
                                 .show = detector->sink.cell,
                                 .show_user = detector->sink.user};
    status = gw_md_create(&config, &detector->md);
    detector->hops = calloc(DETECTOR_HOPS_WAITING, sizeof *detector->hops);
    if (status == GW_OK && !detector->hops)
        status = GW_ENOMEM;
    return status == GW_OK
               ? GW_OK
               : gw_error_set(error, status, "%s: %s", stream->name, gw_status_text(status));
}

static void chain_drain(gw_detector *detector)
{
    gw_detection detection;
    gw_coverage coverage;
    while (gw_md_pop(detector->md, &detection))
        detector_emit(detector, &detection);
    while (gw_md_coverage(detector->md, &coverage))
        detector_cover(detector, &coverage);
    detector_passed(detector, GW_SENSOR_MD, gw_md_done_m(detector->md));
}

static void chain_finish(gw_detector *detector)
{
    gw_md_finish(detector->md);
    chain_drain(detector);
    gw_md_reset(detector->md);
}

static void chain_push(gw_detector *detector, const hop_waiting *waiting)
{
    if (detector_has_turned(detector, GW_SENSOR_MD, waiting->hop.time_ns) ||
        !gw_md_push(detector->md, waiting->response, waiting->noise, &waiting->hop)) {
        chain_finish(detector); /* the head was set down elsewhere, or goes back */
        detector_pass_begin(detector, GW_SENSOR_MD, waiting->hop.time_ns);
        gw_md_push(detector->md, waiting->response, waiting->noise, &waiting->hop);
    }
    detector_height_watch(detector, &waiting->hop);
    chain_drain(detector);
}

/* Place of a hop: true when it is known, or will never be known better. */
static bool head_place(gw_detector *detector, hop_waiting *waiting)
{
    gw_md_hop *hop = &waiting->hop;
    if (!detector->is_md_placed) {
        double seconds = (double)hop->row / detector->streams[GW_KIND_MD].sample_rate_hz;
        hop->along_m = seconds * assumed_speed_m_s;
        return true;
    }
    gw_place_answer answer = gw_place_find(&detector->place, hop->time_ns, &hop->along_m);
    if (answer == GW_PLACE_EARLY && detector->has_ended[GW_KIND_POSE]) {
        hop->along_m = gw_place_newest(&detector->place); /* the last place it was seen at */
        return true;
    }
    return answer != GW_PLACE_EARLY;
}

/* The same, of the coils. */
static bool hop_place(gw_detector *detector, hop_waiting *waiting)
{
    bool is_final = head_place(detector, waiting);
    if (is_final)
        waiting->hop.along_m += detector->streams[GW_KIND_MD].arm.forward_m;
    return is_final;
}

void detector_md_settle(gw_detector *detector)
{
    while (detector->n_hops_out < detector->n_hops_in) {
        hop_waiting *waiting = detector->hops + detector->n_hops_out % DETECTOR_HOPS_WAITING;
        if (!hop_place(detector, waiting))
            return;
        detector->n_hops_out++;
        if (!isnan(waiting->hop.along_m))
            chain_push(detector, waiting);
    }
}

static gw_complex response_correct(const gw_calibration_md *by, size_t tone, gw_complex response)
{
    if (!by->n_tones)
        return response;
    double re = (double)response.re - by->imbalance[tone][0];
    double im = (double)response.im - by->imbalance[tone][1];
    const double *gain = by->gain[tone];
    return (gw_complex){(float)(re * gain[0] - im * gain[1]), (float)(re * gain[1] + im * gain[0])};
}

static float noise_correct(const gw_calibration_md *by, size_t tone, float noise)
{
    const double *gain = by->gain[tone];
    return by->n_tones ? (float)((double)noise * hypot(gain[0], gain[1])) : noise;
}

void detector_md_push(gw_detector *detector, const gw_block *block)
{
    const gw_stream *stream = &detector->streams[GW_KIND_MD];
    uint64_t late = gw_front_late(detector->front);
    gw_complex response[GW_TONES_MAX];
    float noise[GW_TONES_MAX];
    for (size_t r = 0; r < block->n_rows; r++) {
        uint64_t row = block->row + r;
        const int32_t *counts = block->counts + r * stream->n_channels;
        if (!detector->has_front)
            detector->front_row = row;
        detector->has_front = true;
        if (!gw_front_process(detector->front, counts, response, noise))
            continue;
        if (detector->n_hops_in - detector->n_hops_out == DETECTOR_HOPS_WAITING)
            detector->n_hops_out++; /* the place never came: this ground is not covered */
        detector->md_trouble |= gw_front_trouble(detector->front);
        detector->md_trouble |= gw_md_is_mesh(detector->md) ? GW_TROUBLE_MESH : 0u;
        detector->md_trouble |= gw_md_is_row(detector->md) ? GW_TROUBLE_ROW : 0u;
        hop_waiting *waiting = detector->hops + detector->n_hops_in++ % DETECTOR_HOPS_WAITING;
        uint64_t middle = row - late; /* of the two hops that the response is made of */
        waiting->hop.row = (int64_t)middle;
        waiting->hop.n_rows = (int64_t)(middle - detector->front_row);
        detector->front_row = middle;
        waiting->hop.time_ns = detector_row_ns(stream, block, middle);
        for (size_t k = 0; k < stream->n_tones; k++)
            waiting->noise[k] = noise_correct(&detector->md_calibration, k, noise[k]);
        for (size_t k = 0; k < stream->n_tones; k++)
            waiting->response[k] = response_correct(&detector->md_calibration, k, response[k]);
        detector_md_show(detector, block, waiting);
        detector_md_settle(detector);
    }
}

void detector_md_finish(gw_detector *detector)
{
    detector_md_settle(detector);
    detector->n_hops_out = detector->n_hops_in;
    chain_finish(detector);
    gw_front_reset(detector->front);
    detector->has_front = false;
}

void detector_md_destroy(gw_detector *detector)
{
    gw_front_destroy(detector->front);
    gw_md_destroy(detector->md);
    free(detector->hops);
}
