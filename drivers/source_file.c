/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/source_impl.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "drivers/quality.h"
#include "drivers/recording.h"

static const double default_block_s = 0.010;

typedef struct file_state {
    gw_recording *recording;
    const gw_stream *stream;
    gw_quality quality;
    size_t block_rows;
    uint64_t file_row;
    uint32_t n_epochs; /* after the first */
    atomic_bool is_cancelled;
} file_state;

static gw_status file_list(const char *address, unsigned *kinds, gw_error *error)
{
    return gw_recording_list(address, kinds, error);
}

static gw_status file_open(const char *address, const gw_source_config *config, void **out,
                           gw_error *error)
{
    file_state *state = calloc(1, sizeof *state);
    *out = NULL;
    if (!state)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", address);
    gw_status status = gw_recording_open(address, config->kind, &state->recording, error);
    if (status != GW_OK) {
        free(state);
        return status;
    }
    double block_s = config->block_s > 0 ? config->block_s : default_block_s;
    state->stream = gw_recording_stream(state->recording);
    state->block_rows = source_block_rows(state->stream, state->stream->row_rate_hz, block_s);
    gw_quality_reset(&state->quality, state->stream, 0);
    *out = state;
    return GW_OK;
}

static const gw_stream *file_describe(const void *state)
{
    return ((const file_state *)state)->stream;
}

static size_t file_block_rows(const void *state)
{
    return ((const file_state *)state)->block_rows;
}

static gw_status file_read(void *user, gw_block *block, gw_error *error)
{
    file_state *state = user;
    if (atomic_load(&state->is_cancelled))
        return gw_error_set(error, GW_ECANCELED, "%s: cancelled", state->stream->name);
    gw_status status =
        gw_recording_block(state->recording, state->file_row, state->block_rows, block, error);
    if (status != GW_OK)
        return status;
    if (block->n_rows == 0)
        return gw_error_set(error, GW_END, "%s: end of the recording", state->stream->name);
    if (state->file_row == 0)
        block->flags |= GW_BLOCK_EPOCH;
    else if (block->flags & GW_BLOCK_EPOCH)
        state->n_epochs++;
    block->epoch = 1 + state->n_epochs;
    block->arrival_ns = block->late_ns = block->clock_ns = block->set_ns = 0;
    block->flags |= gw_quality_flags(&state->quality, state->stream, block);
    state->file_row += block->n_rows;
    return GW_OK;
}

static void file_cancel(void *state)
{
    atomic_store(&((file_state *)state)->is_cancelled, true);
}

static void file_close(void *state)
{
    gw_recording_close(((file_state *)state)->recording);
    free(state);
}

const source_type source_file = {.scheme = "file:",
                                 .list = file_list,
                                 .open = file_open,
                                 .describe = file_describe,
                                 .block_rows = file_block_rows,
                                 .read = file_read,
                                 .cancel = file_cancel,
                                 .close = file_close};
