/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "drivers/iio/source.h"
#include "drivers/iio/source_impl.h"

static const double default_block_s = 0.010;

/* What the kernel or the server holds for us, s: more than any hiccup of this process. */
static const double kernel_buffer_s = 4;

enum {
    TIMEOUT_LEAST_MS = 1000,
    TIMEOUT_MOST_MS = 600000, /* an emulator a hundred times slower than its recording */
    BUFFERS_LEAST = 4,
    BUFFERS_MOST = 512
};

int64_t iio_monotonic_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

gw_status iio_list(const char *address, unsigned *kinds, gw_error *error)
{
    gw_iio_survey *survey = NULL;
    gw_error inner;
    gw_status status = gw_iio_survey_create(address, &survey, error);
    *kinds = 0;
    if (status != GW_OK)
        return status;
    for (size_t d = 0; status == GW_OK && d < survey->n_devices; d++) {
        gw_kind kind = gw_iio_device_kind(&survey->devices[d]);
        gw_iio_match match;
        gw_stream stream;
        if (kind == GW_KIND_COUNT)
            continue;
        /* a device of ours that cannot serve is said, not passed over: half a detector is none */
        status = gw_iio_device_match(&survey->devices[d], kind, NULL, &match, &stream, &inner);
        if (status == GW_OK)
            *kinds |= 1u << kind;
    }
    free(survey);
    if (status != GW_OK)
        return gw_error_set(error, status, "iio:%s: %.400s", address, inner.text);
    if (!*kinds)
        return gw_error_set(error, GW_ENODEV,
                            "iio:%s: no device named gw-gpr, gw-md or gw-pose; `groundwatch info "
                            "iio:%s` shows what is there and how to name it",
                            address, address);
    return GW_OK;
}

/* ---- one connection ---- */

void iio_disconnect(iio_state *state)
{
    pthread_mutex_lock(&state->lock);
    iio_link *link = state->link;
    state->link = NULL; /* from here on nobody else cancels it */
    pthread_mutex_unlock(&state->lock);
    iio_link_close(link);
    state->n_samples = state->next = 0;
}

static void context_attrs_take(const iio_state *state, gw_stream *stream)
{
    const char *emulated = iio_link_attr(state->link, "emulated");
    const char *hash = iio_link_attr(state->link, "emulated_hash");
    const char *name = iio_link_attr(state->link, "emulated_name");
    stream->emulated = emulated && strcmp(emulated, "1") == 0;
    if (!stream->emulated)
        return;
    if (hash)
        snprintf(stream->hash, sizeof stream->hash, "%.128s", hash);
    if (name) {
        memset(stream->name, 0, sizeof stream->name);
        snprintf(stream->name, sizeof stream->name, "%.127s", name);
    }
}

/* The device that comes back must be the one that went: else its numbers would pass for ours. */
static gw_status device_verify(iio_state *state, const gw_iio_match *match, const gw_stream *stream,
                               gw_error *error)
{
    char text[256];
    if (state->epoch == 0) {
        state->match = *match;
        state->stream = *stream;
        return GW_OK;
    }
    if (!gw_iio_stream_differs(&state->stream, stream, text, sizeof text) &&
        !gw_iio_match_differs(&state->match, match, text, sizeof text)) {
        state->match = *match; /* its channels may have moved */
        return GW_OK;
    }
    return gw_error_set(error, GW_EFORMAT, "another device came back: %s: not taken for the same",
                        text);
}

/* An emulator may play faster or slower than the attributes say. */
static double speed_of(const iio_state *state)
{
    const char *text = iio_link_attr(state->link, "emulated_speed");
    double speed = text && state->stream.emulated ? strtod(text, NULL) : 1;
    return speed >= 0.01 && speed <= 1000 ? speed : 1;
}

static gw_status buffer_start(iio_state *state, gw_error *error)
{
    const gw_stream *stream = &state->stream;
    double rate = stream->row_rate_hz > 0 ? stream->row_rate_hz : stream->play_rate_hz;
    state->block_rows = source_block_rows(stream, rate, state->block_s);
    double block_s = (double)state->block_rows / (rate * speed_of(state));
    state->timeout_ms = (unsigned)fmin(fmax(4e3 * block_s, TIMEOUT_LEAST_MS), TIMEOUT_MOST_MS);
    const iio_start start = {
        .address = state->address,
        .match = &state->match,
        .block_samples = state->block_rows * stream->n_samples,
        .n_buffers =
            (unsigned)fmin(fmax(ceil(kernel_buffer_s / block_s), BUFFERS_LEAST), BUFFERS_MOST),
        .timeout_ms = state->timeout_ms};
    return iio_link_start(state->link, &start, error);
}

static gw_status link_make(iio_state *state, gw_iio_device *about, gw_error *error)
{
    gw_stream stream;
    gw_iio_match match;
    iio_link *link = NULL;
    gw_status status = iio_link_open(state->address, &link, error);
    if (status != GW_OK)
        return status;
    pthread_mutex_lock(&state->lock);
    state->link = link;
    if (state->is_cancelled)
        iio_link_cancel(link);
    pthread_mutex_unlock(&state->lock);
    status = iio_link_find(link, state->device, state->kind, about, error);
    if (status == GW_OK)
        status = gw_iio_device_match(about, state->kind, state->channels, &match, &stream, error);
    if (status != GW_OK)
        return status;
    context_attrs_take(state, &stream);
    status = device_verify(state, &match, &stream, error);
    return status == GW_OK ? buffer_start(state, error) : status;
}

static void link_begin(iio_state *state)
{
    const gw_continuity_config continuity = {.by =
                                                 state->match.sequence >= 0 ? GW_CONTINUITY_COUNTER
                                                 : state->match.timestamp >= 0 ? GW_CONTINUITY_CLOCK
                                                                               : GW_CONTINUITY_RATE,
                                             .counter_bits = state->match.sequence_bits,
                                             .repeat_rows = 2 * state->block_rows,
                                             .rate_hz = state->stream.row_rate_hz};
    if (!state->is_first_block) /* an epoch without a block is none */
        state->epoch++;
    state->is_first_block = true;
    state->row_ns = iio_monotonic_ns();
    gw_assembler_reset(&state->assembler, &continuity);
    const gw_timeline_config timeline = {
        .speed = speed_of(state),
        .row_ns = state->stream.row_rate_hz > 0 ? 1e9 / state->stream.row_rate_hz : 0};
    gw_timeline_begin(&state->assembler.timeline, &timeline);
    state->assembler.has_time = state->match.timestamp >= 0;
    gw_quality_reset(&state->quality, &state->stream, state->match.bits);
}

gw_status iio_connect(iio_state *state, gw_error *error)
{
    gw_error inner = {.status = GW_OK};
    gw_iio_device *about = malloc(sizeof *about);
    if (!about)
        return gw_error_set(error, GW_ENOMEM, "iio:%s: out of memory", state->address);
    gw_status status = link_make(state, about, &inner);
    free(about);
    if (status == GW_OK) {
        link_begin(state);
        return GW_OK;
    }
    iio_disconnect(state);
    if (strncmp(inner.text, "iio:", 4) == 0)
        gw_error_set(error, status, "%s", inner.text);
    else
        gw_error_set(error, status, "iio:%.100s: %.370s", state->address, inner.text);
    return status;
}

/* ---- open, close ---- */

void iio_close(void *user)
{
    iio_state *state = user;
    iio_disconnect(state);
    pthread_mutex_destroy(&state->lock);
    pthread_cond_destroy(&state->wake);
    free(state->row);
    free(state);
}

static void locks_init(iio_state *state)
{
    pthread_condattr_t attr;
    pthread_mutex_init(&state->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&state->wake, &attr);
    pthread_condattr_destroy(&attr);
}

static bool text_copy(char *to, size_t n_to, const char *from)
{
    int n = snprintf(to, n_to, "%s", from ? from : "");
    return n >= 0 && (size_t)n < n_to;
}

gw_status iio_open(const char *address, const gw_source_config *config, void **out, gw_error *error)
{
    *out = NULL;
    iio_state *state = calloc(1, sizeof *state);
    if (!state)
        return gw_error_set(error, GW_ENOMEM, "iio:%s: out of memory", address);
    locks_init(state);
    gw_status status = GW_OK;
    if (!text_copy(state->address, sizeof state->address, address) ||
        !text_copy(state->channels, sizeof state->channels, config->channels) ||
        !text_copy(state->device, sizeof state->device, config->device))
        status = gw_error_set(error, GW_EUSAGE, "iio:%.100s: address, device or channels too long",
                              address);
    state->kind = config->kind;
    state->block_s = config->block_s > 0 ? config->block_s : default_block_s;
    state->backoff_ms = IIO_BACKOFF_LEAST_MS;
    state->assembler.stream = &state->stream;
    if (status == GW_OK)
        status = iio_connect(state, error);
    if (status == GW_OK) {
        state->row = malloc(gw_stream_row_counts(&state->stream) * sizeof *state->row);
        state->assembler.row = state->row;
        if (!state->row)
            status = gw_error_set(error, GW_ENOMEM, "iio:%s: out of memory", address);
    }
    if (status != GW_OK) {
        iio_close(state);
        return status;
    }
    *out = state;
    return GW_OK;
}
