/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/iio_match.h -- what an IIO context holds, in plain words, and which device serves what.
 *
 * Pure: drivers/source_iio.c fills the description, this judges it.
 */
#ifndef GW_DRIVERS_IIO_MATCH_H
#define GW_DRIVERS_IIO_MATCH_H

#include "dsp/frame.h"
#include "dsp/status.h"

enum { IIO_CHANNELS_MAX = 96, IIO_DEVICES_MAX = 32, IIO_ATTRS_MAX = 24 };

typedef struct iio_about_channel {
    char id[64], label[64], format[40]; /* format "" when it is no scan element */
    long index;
    unsigned bits, length, shift, repeat;
    bool is_signed, is_big, is_output;
    double scale, offset; /* mV a count; 0 unknown; counts */
} iio_about_channel;

typedef struct iio_about_attr {
    char name[64], value[256];
} iio_about_attr;

typedef struct iio_about_device {
    char id[64], name[64];
    size_t n_channels, n_attrs;
    iio_about_channel channels[IIO_CHANNELS_MAX];
    iio_about_attr attrs[IIO_ATTRS_MAX];
} iio_about_device;

/* Which channels of a device carry what; -1: none. */
typedef struct iio_match {
    size_t n_samples;
    int samples[GW_CHANNELS_MAX];
    int range_index, sequence, wheel, timestamp;
} iio_match;

/* Value of a device attribute; NULL when it has none. */
const char *gw_iio_attr(const iio_about_device *device, const char *name);

/* Kind that the device's name stands for (gw-gpr, gw-md, gw-pose); GW_KIND_COUNT: none. */
gw_kind gw_iio_kind(const iio_about_device *device);

/* Can the device serve `kind`? Fills match and the stream. channels: comma-separated ids of the
 * sample channels, NULL: by convention. GW_EFORMAT with device, channel and what was expected. */
gw_status gw_iio_match(const iio_about_device *device, gw_kind kind, const char *channels,
                       iio_match *match, gw_stream *stream, gw_error *error);

#endif
