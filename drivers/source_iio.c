/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The only file that includes <iio.h>: libiio 0.24 to 0.26. Its traps, and what is done about them:
 * a send to a closed socket raises SIGPIPE (ignored); after one time-out the control socket answers
 * with old values (the whole context is made anew); nothing says that samples were lost (counted
 * from what the device counts); destroying a buffer waits for the server unless it was cancelled
 * first.
 */
#include "drivers/source_iio.h"

#include <errno.h>
#include <iio.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/source_iio_impl.h"

enum { BUFFERS_FALLBACK = 32 };

/* How one channel's value is taken out of the buffer. */
typedef struct element {
    struct iio_channel *channel; /* NULL: none */
    const char *first;           /* its value in sample 0 of the block */
    size_t length;               /* bytes */
    bool is_plain;               /* little-endian, unshifted, all bits used */
    bool is_signed;
} element;

struct iio_link {
    struct iio_context *context;
    struct iio_device *device;
    size_t n_samples;
    element samples[GW_CHANNELS_MAX], range_index, counter, wheel, timestamp;
    ptrdiff_t step;
    pthread_mutex_t lock; /* of the buffer's life, and of cancelling */
    struct iio_buffer *buffer;
    bool is_cancelled;
};

/* ---- describing a context ---- */

static double number_read(const struct iio_channel *channel, const char *name)
{
    char text[64];
    if (!iio_channel_find_attr(channel, name) ||
        iio_channel_attr_read(channel, name, text, sizeof text) < 0)
        return 0;
    return strtod(text, NULL);
}

static void channel_describe(const struct iio_channel *channel, iio_about_channel *about)
{
    memset(about, 0, sizeof *about);
    snprintf(about->id, sizeof about->id, "%.63s", iio_channel_get_id(channel));
    about->is_output = iio_channel_is_output(channel);
    if (iio_channel_find_attr(channel, "label"))
        iio_channel_attr_read(channel, "label", about->label, sizeof about->label);
    about->scale = number_read(channel, "scale");
    about->offset = number_read(channel, "offset");
    about->index = iio_channel_get_index(channel);
    if (!iio_channel_is_scan_element(channel))
        return;
    const struct iio_data_format *format = iio_channel_get_data_format(channel);
    about->bits = format->bits;
    about->length = format->length;
    about->shift = format->shift;
    about->repeat = format->repeat;
    about->is_signed = format->is_signed;
    about->is_big = format->is_be;
    snprintf(about->format, sizeof about->format, "%ce:%c%u/%u>>%u", format->is_be ? 'b' : 'l',
             format->is_signed ? 's' : 'u', format->bits, format->length, format->shift);
}

static void attr_keep(iio_about_device *about, const char *name, const char *value)
{
    if (about->n_attrs == IIO_ATTRS_MAX)
        return;
    iio_about_attr *attr = &about->attrs[about->n_attrs++];
    snprintf(attr->name, sizeof attr->name, "%.63s", name);
    snprintf(attr->value, sizeof attr->value, "%.255s", value);
}

/* Streaming is set up first with the attribute reads on their own sockets; a read that fails leaves
 * the attribute out, and what needs it says that it is missing. */
static void device_describe(const struct iio_device *device, iio_about_device *about)
{
    const char *name = iio_device_get_name(device);
    char text[256];
    memset(about, 0, sizeof *about);
    snprintf(about->id, sizeof about->id, "%.63s", iio_device_get_id(device));
    snprintf(about->name, sizeof about->name, "%.63s", name ? name : about->id);
    for (unsigned c = 0; c < iio_device_get_channels_count(device); c++)
        if (about->n_channels < IIO_CHANNELS_MAX)
            channel_describe(iio_device_get_channel(device, c),
                             &about->channels[about->n_channels++]);
    for (unsigned a = 0; a < iio_device_get_attrs_count(device); a++) {
        const char *attr = iio_device_get_attr(device, a);
        if (iio_device_attr_read(device, attr, text, sizeof text) >= 0)
            attr_keep(about, attr, text);
    }
    for (unsigned c = 0;
         !gw_iio_attr(about, "sampling_frequency") && c < iio_device_get_channels_count(device);
         c++) {
        const struct iio_channel *channel = iio_device_get_channel(device, c);
        if (iio_channel_find_attr(channel, "sampling_frequency") &&
            iio_channel_attr_read(channel, "sampling_frequency", text, sizeof text) >= 0)
            attr_keep(about, "sampling_frequency", text);
    }
}

static gw_status context_open(const char *address, struct iio_context **context, gw_error *error)
{
    char uri[1024]; /* 0.24 writes into it */
    signal(SIGPIPE, SIG_IGN);
    snprintf(uri, sizeof uri, "%s", address);
    *context = iio_create_context_from_uri(uri);
    if (*context)
        return GW_OK;
    int why = errno;
    return gw_error_set(error, why == EINVAL || why == ENOSYS ? GW_EUSAGE : GW_ELOST, "iio:%s: %s",
                        address, why == EPIPE ? "no answer" : strerror(why));
}

gw_status gw_iio_survey(const char *address, gw_iio_about *about, gw_error *error)
{
    struct iio_context *context = NULL;
    memset(about, 0, sizeof *about);
    gw_status status = context_open(address, &context, error);
    if (status != GW_OK)
        return status;
    snprintf(about->description, sizeof about->description, "%.255s",
             iio_context_get_description(context));
    for (unsigned k = 0; k < iio_context_get_attrs_count(context) && k < IIO_ATTRS_MAX; k++) {
        const char *name = NULL, *value = NULL;
        iio_context_get_attr(context, k, &name, &value);
        iio_about_attr *attr = &about->attrs[about->n_attrs++];
        snprintf(attr->name, sizeof attr->name, "%.63s", name ? name : "");
        snprintf(attr->value, sizeof attr->value, "%.255s", value ? value : "");
    }
    for (unsigned d = 0; d < iio_context_get_devices_count(context); d++)
        if (about->n_devices < IIO_DEVICES_MAX)
            device_describe(iio_context_get_device(context, d),
                            &about->devices[about->n_devices++]);
    iio_context_destroy(context);
    return GW_OK;
}

/* ---- the link ---- */

gw_status iio_link_open(const char *address, iio_link **out, gw_error *error)
{
    *out = NULL;
    iio_link *link = calloc(1, sizeof *link);
    if (!link)
        return gw_error_set(error, GW_ENOMEM, "iio:%s: out of memory", address);
    gw_status status = context_open(address, &link->context, error);
    if (status != GW_OK) {
        free(link);
        return status;
    }
    pthread_mutex_init(&link->lock, NULL);
    *out = link;
    return GW_OK;
}

const char *iio_link_attr(const iio_link *link, const char *name)
{
    return iio_context_get_attr_value(link->context, name);
}

gw_status iio_link_find(iio_link *link, const char *device, gw_kind kind, iio_about_device *about,
                        gw_error *error)
{
    for (unsigned d = 0; d < iio_context_get_devices_count(link->context); d++) {
        struct iio_device *each = iio_context_get_device(link->context, d);
        const char *name = iio_device_get_name(each), *id = iio_device_get_id(each);
        memset(about, 0, sizeof *about);
        snprintf(about->name, sizeof about->name, "%.63s", name ? name : "");
        bool is_it = device[0] ? strcmp(about->name, device) == 0 || strcmp(id, device) == 0
                               : gw_iio_kind(about) == kind;
        if (is_it) {
            device_describe(each, about);
            link->device = each;
            return GW_OK;
        }
    }
    return gw_error_set(error, GW_ENODEV, "no device named %s%s", device[0] ? device : "gw-",
                        device[0] ? "" : gw_kind_name(kind));
}

static void element_enable(const iio_link *link, int index, element *out)
{
    memset(out, 0, sizeof *out);
    if (index < 0)
        return;
    out->channel = iio_device_get_channel(link->device, (unsigned)index);
    iio_channel_enable(out->channel);
}

gw_status iio_link_start(iio_link *link, const iio_start *start, gw_error *error)
{
    for (unsigned c = 0; c < iio_device_get_channels_count(link->device); c++)
        iio_channel_disable(iio_device_get_channel(link->device, c));
    link->n_samples = start->match->n_samples;
    for (size_t k = 0; k < link->n_samples; k++)
        element_enable(link, start->match->samples[k], &link->samples[k]);
    element_enable(link, start->match->range_index, &link->range_index);
    element_enable(link, start->match->sequence, &link->counter);
    element_enable(link, start->match->wheel, &link->wheel);
    element_enable(link, start->match->timestamp, &link->timestamp);
    /* both are copied when the buffer is opened */
    iio_context_set_timeout(link->context, start->timeout_ms);
    if (iio_device_set_kernel_buffers_count(link->device, start->n_buffers) < 0)
        iio_device_set_kernel_buffers_count(link->device, BUFFERS_FALLBACK);
    struct iio_buffer *buffer = iio_device_create_buffer(link->device, start->block_samples, false);
    if (!buffer)
        return gw_error_set(error, errno == EBUSY ? GW_EBUSY : GW_ELOST,
                            "buffer of %zu samples: %s", start->block_samples, strerror(errno));
    pthread_mutex_lock(&link->lock);
    link->buffer = buffer;
    if (link->is_cancelled)
        iio_buffer_cancel(buffer);
    pthread_mutex_unlock(&link->lock);
    return GW_OK;
}

/* Formats and places can change with every block: another client may have opened more channels. */
static void element_locate(const iio_link *link, element *out)
{
    if (!out->channel)
        return;
    const struct iio_data_format *format = iio_channel_get_data_format(out->channel);
    out->first = iio_buffer_first(link->buffer, out->channel);
    out->length = format->length / 8;
    out->is_signed = format->is_signed;
    out->is_plain = !format->is_be && format->shift == 0 && format->bits == format->length;
}

long iio_link_refill(iio_link *link)
{
    ssize_t got = iio_buffer_refill(link->buffer);
    if (got < 0)
        return (long)got;
    link->step = iio_buffer_step(link->buffer);
    for (size_t k = 0; k < link->n_samples; k++)
        element_locate(link, &link->samples[k]);
    element_locate(link, &link->range_index);
    element_locate(link, &link->counter);
    element_locate(link, &link->wheel);
    element_locate(link, &link->timestamp);
    const char *start = iio_buffer_start(link->buffer), *end = iio_buffer_end(link->buffer);
    return link->step > 0 ? (long)((end - start) / link->step) : 0;
}

static int64_t element_value(const iio_link *link, const element *of, size_t k)
{
    const char *at = of->first + (ptrdiff_t)k * link->step;
    unsigned char bytes[8] = {0};
    if (of->is_plain)
        memcpy(bytes, at, of->length);
    else
        iio_channel_convert(of->channel, bytes, at);
    uint64_t value = 0;
    for (size_t b = 0; b < 8; b++)
        value |= (uint64_t)bytes[b] << 8 * b;
    unsigned unused = 64 - 8 * (unsigned)of->length;
    return of->is_signed ? (int64_t)(value << unused) >> unused : (int64_t)value;
}

void iio_link_sample(const iio_link *link, size_t k, int32_t *counts, gw_sample *sample)
{
    for (size_t c = 0; c < link->n_samples; c++)
        counts[c] = (int32_t)element_value(link, &link->samples[c], k);
    sample->counts = counts;
    sample->index =
        link->range_index.channel ? (uint32_t)element_value(link, &link->range_index, k) : 0;
    sample->counter = link->counter.channel ? (uint32_t)element_value(link, &link->counter, k) : 0;
    sample->time_ns = link->timestamp.channel ? element_value(link, &link->timestamp, k) : 0;
    sample->place_mm =
        link->wheel.channel ? (int32_t)element_value(link, &link->wheel, k) : INT32_MIN;
}

void iio_link_cancel(iio_link *link)
{
    pthread_mutex_lock(&link->lock);
    link->is_cancelled = true;
    if (link->buffer)
        iio_buffer_cancel(link->buffer);
    pthread_mutex_unlock(&link->lock);
}

void iio_link_close(iio_link *link)
{
    if (!link)
        return;
    pthread_mutex_lock(&link->lock);
    struct iio_buffer *buffer = link->buffer;
    link->buffer = NULL; /* from here on nobody else cancels it */
    pthread_mutex_unlock(&link->lock);
    if (buffer) {
        iio_buffer_cancel(buffer); /* else destroy waits for the server */
        iio_buffer_destroy(buffer);
    }
    iio_context_destroy(link->context);
    pthread_mutex_destroy(&link->lock);
    free(link);
}
