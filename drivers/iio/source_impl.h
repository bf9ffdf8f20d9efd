/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/iio/source_impl.h -- what the files of the libiio source share.
 *
 * source_iio.c      the link: one context with one device streaming, without libiio's types
 * open.c makes a link, and makes sure that it leads to the same device as before
 * read.c reads from it, and makes it anew when it broke
 *
 * A link that failed once is closed: its control socket may answer with old values.
 */
#ifndef GW_DRIVERS_IIO_SOURCE_IMPL_H
#define GW_DRIVERS_IIO_SOURCE_IMPL_H

#include <pthread.h>

#include "drivers/assembler.h"
#include "drivers/iio/match.h"
#include "drivers/quality.h"
#include "drivers/source_impl.h"

enum { IIO_ADDRESS_MAX = 512, IIO_CHANNELS_TEXT_MAX = 1024, IIO_BACKOFF_LEAST_MS = 100 };

/* Say why no context could be made at `address`, by libiio's errno. Returns the status. */
gw_status iio_cause_set(const char *address, int why, gw_error *error);

typedef struct iio_link iio_link;

/* GW_ELOST: no server; GW_ENODEV; GW_EUSAGE: no such backend. Blocks for 5 s and more where a
 * server takes the connection and says nothing, and cannot be cancelled: libiio has no way to. */
gw_status iio_link_open(const char *address, iio_link **out, gw_error *error);

/* Value of a context attribute; NULL when it has none. */
const char *iio_link_attr(const iio_link *link, const char *name);

/* Find the device by its name, label or id, or (device "") by the kind its name stands for,
 * describe it and remember it. GW_ENODEV, GW_ELOST. */
gw_status iio_link_find(iio_link *link, const char *device, gw_kind kind, gw_iio_device *about,
                        gw_error *error);

typedef struct iio_start {
    const char *address; /* for messages */
    const gw_iio_match *match;
    size_t block_samples;
    unsigned n_buffers, timeout_ms;
} iio_start;

/* Enable the matched channels and create the buffer. GW_EBUSY, GW_ELOST. */
gw_status iio_link_start(iio_link *link, const iio_start *start, gw_error *error);

/* Say why the device gives no buffer. Returns the status. */
gw_status iio_buffer_cause_set(const iio_start *start, int why, gw_error *error);

/* Wait for a block: samples in it (0: the server sent none), or a negative errno. */
long iio_link_refill(iio_link *link);

/* Sample k of the block. counts: [n_samples of the match]. */
void iio_link_sample(const iio_link *link, size_t k, int32_t *counts, gw_sample *sample);

/* Make refill return -EBADF, from any thread, until the link is closed. */
void iio_link_cancel(iio_link *link);
void iio_link_close(iio_link *link);

typedef struct iio_state {
    char address[IIO_ADDRESS_MAX], channels[IIO_CHANNELS_TEXT_MAX], device[GW_NAME_MAX];
    gw_kind kind;
    double block_s;
    gw_stream stream;
    gw_iio_match match;
    gw_assembler assembler;
    gw_quality quality;
    size_t block_rows;
    unsigned timeout_ms;
    uint32_t epoch;
    bool is_first_block; /* none has come since the link was made */
    bool is_told;        /* the caller knows that the device is lost */
    gw_error other;      /* text set: another device came back, for good */
    unsigned backoff_ms;
    int64_t row_ns;       /* CLOCK_MONOTONIC of the last whole row, or of the link */
    long n_samples, next; /* of the block that was last refilled */
    iio_link *link; /* NULL while the device is gone; changed by the reading thread, under lock */
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool is_cancelled;
    int32_t *row; /* of the assembler */
} iio_state;

/* Link and verify. GW_EFORMAT: what is there is another device, or no longer serves. */
gw_status iio_connect(iio_state *state, gw_error *error);
void iio_disconnect(iio_state *state);

gw_status iio_list(const char *address, unsigned *kinds, gw_error *error);
gw_status iio_open(const char *address, const gw_source_config *config, void **out,
                   gw_error *error);
void iio_close(void *state);
int64_t iio_monotonic_ns(void);

#endif
