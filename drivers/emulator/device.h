/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/emulator/device.h -- one IIO device of the emulator, and one client's reading of it.
 */
#ifndef GW_DRIVERS_EMULATOR_DEVICE_H
#define GW_DRIVERS_EMULATOR_DEVICE_H

#include "drivers/emulator/clock.h"
#include "drivers/emulator/ring.h"

#include <stdatomic.h>

enum {
    EMULATOR_CHANNELS_MAX = 2 * GW_CHANNELS_MAX + 5, /* two parts of complex samples */
    EMULATOR_ATTRIBUTES_MAX = 6 * GW_CHANNELS_MAX + 32,
    EMULATOR_MASK_WORDS_MAX = (EMULATOR_CHANNELS_MAX + 31) / 32,
    EMULATOR_SAMPLES_MAX = 1 << 22, /* of one OPEN */
    EMULATOR_BUFFERS_MAX = 1024,
    EMULATOR_BUFFERS_DEFAULT = 4,   /* as libiio's */
    EMULATOR_TIMEOUT_DEFAULT = 2500 /* ms, as clients of libiio set it at once */
};

/* What a scan element carries. */
typedef enum { CARRY_COUNT, CARRY_RANGE, CARRY_SEQUENCE, CARRY_PLACE, CARRY_TIME } emulator_carry;

typedef struct emulator_channel {
    char id[40];
    emulator_carry carry;
    size_t source; /* CARRY_COUNT: channel of the recording */
    size_t part;   /* of complex samples: 1 the quadrature */
    unsigned bits;
    bool is_signed;
} emulator_channel;

typedef struct emulator_attribute {
    int channel; /* index, or -1: of the device */
    char name[32];
    char value[1024];
} emulator_attribute;

typedef struct emulator_device {
    const char *id, *name;
    gw_recording *recording; /* NULL: not there */
    gw_stream stream;
    pthread_mutex_t lock;
    emulator_pace pace;
    size_t n_channels, n_attributes;
    emulator_channel channels[EMULATOR_CHANNELS_MAX]; /* in order of scan index */
    emulator_attribute attributes[EMULATOR_ATTRIBUTES_MAX];
    unsigned buffers_count, n_open;
    bool was_opened;
    uint64_t n_dropped; /* samples, all clients */
    _Atomic int64_t clock_jump_ns;
    struct emulator_stream *streams; /* of all clients */
} emulator_device;

/* One device as one client opened it. */
typedef struct emulator_stream {
    emulator_device *device;
    struct emulator_stream *next; /* of the device */
    emulator_ring ring;
    uint32_t asked[EMULATOR_MASK_WORDS_MAX]; /* word 0: channels 0..31 */
    uint32_t mask[EMULATOR_MASK_WORDS_MAX]; /* sent: what was asked for, unless a fault says more */
    size_t n_elements, step;                /* step: bytes a sample */
    struct {
        size_t channel, offset;
    } elements[EMULATOR_CHANNELS_MAX];
    uint64_t n_samples; /* of OPEN */
    uint64_t timeout_ms;
    int64_t delay_ns, delayed_ns; /* real time by which samples come late; CLOCK_MONOTONIC since */
    int error;                    /* negative errno that every READBUF gets until CLOSE */
    uint64_t cache_row, cache_rows, cache_max;
    int32_t counts[]; /* [cache_max][n_channels][n_samples] */
} emulator_stream;

/* device.c, attribute.c: channels and attributes of a device whose stream and
 * pace are known; is_placed: a place is known for each scan. */
void emulator_device_describe(emulator_device *device, bool is_placed);
void emulator_attributes_describe(emulator_device *device);
void emulator_attribute_add(emulator_device *device, int channel, const char *name,
                            const char *format, ...) __attribute__((format(printf, 4, 5)));
size_t emulator_format_encode(const emulator_channel *channel, char *text, size_t n_text);

#endif
