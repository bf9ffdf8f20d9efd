/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/iio/match.h -- what an IIO context holds, in plain words, and which device serves what.
 *
 * Pure: drivers/iio/link.c fills the description, this judges it. A device is matched by its name
 * and its channels (docs: the attribute contract of the emulator), never by its position.
 */
#ifndef GW_DRIVERS_IIO_MATCH_H
#define GW_DRIVERS_IIO_MATCH_H

#include "dsp/frame.h"
#include "dsp/status.h"

enum {
    GW_IIO_CHANNELS_MAX = 2 * GW_CHANNELS_MAX + 16, /* of a device; more are not looked at */
    GW_IIO_SAMPLES_MAX = 2 * GW_CHANNELS_MAX,       /* two parts of complex samples */
    GW_IIO_DEVICES_MAX = 32,
    GW_IIO_ATTRS_MAX = 24,
    GW_IIO_FORMAT_MAX = 24
};

typedef struct gw_iio_channel {
    char id[64], label[64];
    char format[GW_IIO_FORMAT_MAX]; /* as "le:s16/16>>0"; "" when it is no scan element */
    unsigned bits, length, shift, repeat;
    bool is_signed, is_big, is_output;
    double scale, offset; /* mV a count, 0 unknown; counts */
} gw_iio_channel;

typedef struct gw_iio_attr {
    char name[64], value[1024];
} gw_iio_attr;

typedef struct gw_iio_device {
    char id[64], name[64];
    size_t n_channels, n_attrs;
    size_t n_unseen; /* channels beyond GW_IIO_CHANNELS_MAX */
    gw_iio_channel channels[GW_IIO_CHANNELS_MAX];
    gw_iio_attr attrs[GW_IIO_ATTRS_MAX];
} gw_iio_device;

/* Which channels of a device carry what; -1: none. */
typedef struct gw_iio_match {
    size_t n_samples;
    bool is_paired; /* in-phase and quadrature follow each other */
    bool is_named;  /* the caller named them */
    int samples[GW_IIO_SAMPLES_MAX];
    int range_index, sequence, wheel, timestamp;
    unsigned bits;          /* of the sample channels' converter */
    unsigned sequence_bits; /* 0: no counter */
    char formats[GW_IIO_SAMPLES_MAX][GW_IIO_FORMAT_MAX];
} gw_iio_match;

/* Attributes of a device that mean something here, NULL at the end: no other one is read, for a
 * read can have effects. */
extern const char *const gw_iio_attrs_known[];

/* Value of a device attribute; NULL when it has none. */
const char *gw_iio_device_attr(const gw_iio_device *device, const char *name);

/* Kind that the device's name stands for (gw-gpr, gw-md, gw-pose); GW_KIND_COUNT: none. */
gw_kind gw_iio_device_kind(const gw_iio_device *device);

/* Can the device serve `kind`? Fills match and the stream. channels: comma-separated ids of the
 * sample channels (md: receive first, then transmit current), NULL or "": by convention.
 * GW_EFORMAT with device, channel and what was expected. */
gw_status gw_iio_device_match(const gw_iio_device *device, gw_kind kind, const char *channels,
                              gw_iio_match *match, gw_stream *stream, gw_error *error);

/* The stream that the matched channels are, by the device's attributes. GW_EFORMAT. */
gw_status gw_iio_stream_match(const gw_iio_device *device, gw_kind kind, const gw_iio_match *match,
                              gw_stream *stream, gw_error *error);

/* Say in text (n_text bytes) what differs first between a device that was and one that is, as
 * "scan_length was 512 and is 256". False: it is the same. */
bool gw_iio_stream_differs(const gw_stream *was, const gw_stream *is, char *text, size_t n_text);
bool gw_iio_match_differs(const gw_iio_match *was, const gw_iio_match *is, char *text,
                          size_t n_text);

#endif
