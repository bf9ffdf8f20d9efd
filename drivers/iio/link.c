/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The only file that includes <iio.h>: libiio 0.24 to 0.26. Its traps, and what is done about them:
 * a send to a closed socket raises SIGPIPE (ignored); after one time-out the control socket answers
 * with old values (the whole context is made anew); nothing says that samples were lost (counted
 * from what the device counts); destroying a buffer waits for the server unless it was cancelled
 * first; a URI given is written into (a copy is given); a cloned context forgets the port (none is
 * cloned).
 */
#include "drivers/iio/source.h"

#include <errno.h>
#include <iio.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "drivers/iio/source_impl.h"

enum { BUFFERS_FALLBACK = 32 };

/* How one channel's value is taken out of the buffer. */
typedef struct element {
    struct iio_channel *channel; /* NULL: none */
    const char *first;           /* its value in sample 0 of the block */
    size_t length;               /* bytes, 1..8 */
    bool is_plain;               /* little-endian, unshifted, all bits used */
    bool is_signed;
} element;

struct iio_link {
    struct iio_context *context;
    struct iio_device *device;
    size_t n_elements, n_samples;
    element elements[GW_IIO_SAMPLES_MAX + 4]; /* sample channels first */
    const element *range_index, *counter, *wheel, *timestamp;
    ptrdiff_t step;
    pthread_mutex_t lock; /* of the buffer's life, and of cancelling */
    struct iio_buffer *buffer;
    bool is_cancelled;
};

/* ---- describing a context ---- */

/* An attribute's own trouble leaves it out; the transport's trouble spoils all that follow. */
static bool is_transport(ssize_t got)
{
    return got == -EPIPE || got == -ETIMEDOUT || got == -EIO || got == -EBADF ||
           got == -ECONNRESET || got == -ECONNABORTED || got == -ENOTCONN;
}

static gw_status channel_attr_read(const struct iio_channel *channel, const char *name, char *text,
                                   size_t n_text)
{
    text[0] = 0;
    if (!iio_channel_find_attr(channel, name))
        return GW_OK;
    ssize_t got = iio_channel_attr_read(channel, name, text, n_text);
    text[n_text - 1] = 0;
    if (got < 0)
        text[0] = 0;
    text[strcspn(text, "\n")] = 0;
    return is_transport(got) ? GW_ELOST : GW_OK;
}

static void format_describe(const struct iio_channel *channel, gw_iio_channel *about)
{
    const struct iio_data_format *format = iio_channel_get_data_format(channel);
    about->bits = format->bits;
    about->length = format->length;
    about->shift = format->shift;
    about->repeat = format->repeat;
    about->is_signed = format->is_signed;
    about->is_big = format->is_be;
    snprintf(about->format, sizeof about->format, "%ce:%c%u/%u>>%u", format->is_be ? 'b' : 'l',
             format->is_signed ? 's' : 'u', format->bits % 1000, format->length % 1000,
             format->shift % 1000);
}

static gw_status channel_describe(const struct iio_channel *channel, gw_iio_channel *about)
{
    char scale[64] = "", offset[64] = "";
    memset(about, 0, sizeof *about);
    snprintf(about->id, sizeof about->id, "%.63s", iio_channel_get_id(channel));
    about->is_output = iio_channel_is_output(channel);
    if (iio_channel_is_scan_element(channel))
        format_describe(channel, about);
    gw_status status = channel_attr_read(channel, "label", about->label, sizeof about->label);
    if (status == GW_OK && !about->is_output)
        status = channel_attr_read(channel, "scale", scale, sizeof scale);
    if (status == GW_OK && !about->is_output)
        status = channel_attr_read(channel, "offset", offset, sizeof offset);
    about->scale = strtod(scale, NULL);
    about->offset = strtod(offset, NULL);
    if (!(about->scale > 0 && about->scale < 1e12))
        about->scale = 0;
    if (!(about->offset > -1e12 && about->offset < 1e12))
        about->offset = 0;
    return status;
}

static void attr_keep(gw_iio_attr *attrs, size_t *n_attrs, const char *name, const char *value)
{
    if (*n_attrs == GW_IIO_ATTRS_MAX)
        return;
    gw_iio_attr *attr = &attrs[(*n_attrs)++];
    snprintf(attr->name, sizeof attr->name, "%.63s", name);
    snprintf(attr->value, sizeof attr->value, "%.1023s", value);
}

static gw_status attrs_describe(const struct iio_device *device, gw_iio_device *about)
{
    char text[sizeof about->attrs[0].value];
    for (size_t a = 0; gw_iio_attrs_known[a]; a++) {
        const char *name = gw_iio_attrs_known[a];
        if (!iio_device_find_attr(device, name))
            continue;
        ssize_t got = iio_device_attr_read(device, name, text, sizeof text);
        if (is_transport(got))
            return GW_ELOST;
        text[sizeof text - 1] = 0;
        text[strcspn(text, "\n")] = 0;
        if (got >= 0)
            attr_keep(about->attrs, &about->n_attrs, name, text);
    }
    /* many converters have their rate on a channel instead */
    gw_status status = GW_OK;
    unsigned n = iio_device_get_channels_count(device);
    for (unsigned c = 0; c < n && status == GW_OK; c++) {
        if (gw_iio_device_attr(about, "sampling_frequency"))
            break;
        const struct iio_channel *channel = iio_device_get_channel(device, c);
        status = channel_attr_read(channel, "sampling_frequency", text, sizeof text);
        if (text[0] && !iio_channel_is_output(channel))
            attr_keep(about->attrs, &about->n_attrs, "sampling_frequency", text);
    }
    return status;
}

static gw_status device_describe(const struct iio_device *device, gw_iio_device *about,
                                 gw_error *error)
{
    const char *name = iio_device_get_name(device);
    gw_status status = GW_OK;
    memset(about, 0, sizeof *about);
    snprintf(about->id, sizeof about->id, "%.63s", iio_device_get_id(device));
    snprintf(about->name, sizeof about->name, "%.63s", name ? name : about->id);
    unsigned n = iio_device_get_channels_count(device);
    about->n_unseen = n > GW_IIO_CHANNELS_MAX ? n - GW_IIO_CHANNELS_MAX : 0;
    for (unsigned c = 0; c + about->n_unseen < n && status == GW_OK; c++)
        status = channel_describe(iio_device_get_channel(device, c),
                                  &about->channels[about->n_channels++]);
    if (status == GW_OK)
        status = attrs_describe(device, about);
    if (status != GW_OK)
        gw_error_set(error, status,
                     "device %s: its attributes cannot be read: the connection broke", about->name);
    return status;
}

static gw_status context_open(const char *address, struct iio_context **context, gw_error *error)
{
    char uri[IIO_ADDRESS_MAX]; /* 0.24 writes into it */
    struct sigaction pipe;
    *context = NULL;
    if (strlen(address) >= sizeof uri)
        return gw_error_set(error, GW_EUSAGE, "iio:%.40s...: longer than %zu bytes", address,
                            sizeof uri - 1);
    if (sigaction(SIGPIPE, NULL, &pipe) == 0 && pipe.sa_handler == SIG_DFL)
        signal(SIGPIPE, SIG_IGN);
    snprintf(uri, sizeof uri, "%s", address);
    errno = 0;
    *context = iio_create_context_from_uri(uri);
    return *context ? GW_OK : iio_cause_set(address, errno, error);
}

gw_status gw_iio_survey_create(const char *address, gw_iio_survey **out, gw_error *error)
{
    struct iio_context *context = NULL;
    gw_error inner;
    *out = NULL;
    gw_status status = context_open(address, &context, error);
    if (status != GW_OK)
        return status;
    gw_iio_survey *survey = calloc(1, sizeof *survey);
    if (!survey) {
        iio_context_destroy(context);
        return gw_error_set(error, GW_ENOMEM, "iio:%s: out of memory", address);
    }
    snprintf(survey->description, sizeof survey->description, "%.255s",
             iio_context_get_description(context));
    for (unsigned k = 0; k < iio_context_get_attrs_count(context); k++) {
        const char *name = NULL, *value = NULL;
        if (iio_context_get_attr(context, k, &name, &value) == 0)
            attr_keep(survey->attrs, &survey->n_attrs, name, value);
    }
    unsigned n = iio_context_get_devices_count(context);
    survey->n_unseen = n > GW_IIO_DEVICES_MAX ? n - GW_IIO_DEVICES_MAX : 0;
    for (unsigned d = 0; d + survey->n_unseen < n && status == GW_OK; d++)
        status = device_describe(iio_context_get_device(context, d),
                                 &survey->devices[survey->n_devices++], &inner);
    iio_context_destroy(context);
    if (status != GW_OK) {
        free(survey);
        return gw_error_set(error, status, "iio:%s: %.400s", address, inner.text);
    }
    *out = survey;
    return GW_OK;
}

/* ---- a link ---- */

gw_status iio_link_open(const char *address, iio_link **out, gw_error *error)
{
    struct iio_context *context = NULL;
    *out = NULL;
    gw_status status = context_open(address, &context, error);
    if (status != GW_OK)
        return status;
    iio_link *link = calloc(1, sizeof *link);
    if (!link) {
        iio_context_destroy(context);
        return gw_error_set(error, GW_ENOMEM, "iio:%s: out of memory", address);
    }
    link->context = context;
    pthread_mutex_init(&link->lock, NULL);
    *out = link;
    return GW_OK;
}

const char *iio_link_attr(const iio_link *link, const char *name)
{
    return iio_context_get_attr_value(link->context, name);
}

static bool is_wanted(const struct iio_device *device, const char *wanted, gw_kind kind)
{
    const char *name = iio_device_get_name(device), *label = iio_device_get_label(device);
    if (wanted[0])
        return (name && strcmp(name, wanted) == 0) || (label && strcmp(label, wanted) == 0) ||
               strcmp(iio_device_get_id(device), wanted) == 0;
    gw_iio_device about = {.n_channels = 0};
    snprintf(about.name, sizeof about.name, "%.63s", name ? name : "");
    return gw_iio_device_kind(&about) == kind;
}

gw_status iio_link_find(iio_link *link, const char *device, gw_kind kind, gw_iio_device *about,
                        gw_error *error)
{
    for (unsigned d = 0; d < iio_context_get_devices_count(link->context); d++) {
        struct iio_device *each = iio_context_get_device(link->context, d);
        if (!is_wanted(each, device, kind))
            continue;
        link->device = each;
        return device_describe(each, about, error);
    }
    return gw_error_set(error, GW_ENODEV, "no device named %s%s", device[0] ? device : "gw-",
                        device[0] ? "" : gw_kind_name(kind));
}

static const element *element_enable(iio_link *link, int index)
{
    if (index < 0)
        return NULL;
    element *out = &link->elements[link->n_elements++];
    *out = (element){.channel = iio_device_get_channel(link->device, (unsigned)index)};
    iio_channel_enable(out->channel);
    return out;
}

static void elements_enable(iio_link *link, const gw_iio_match *match)
{
    for (unsigned c = 0; c < iio_device_get_channels_count(link->device); c++)
        iio_channel_disable(iio_device_get_channel(link->device, c));
    link->n_samples = match->n_samples;
    for (size_t k = 0; k < link->n_samples; k++)
        element_enable(link, match->samples[k]);
    link->range_index = element_enable(link, match->range_index);
    link->counter = element_enable(link, match->sequence);
    link->wheel = element_enable(link, match->wheel);
    link->timestamp = element_enable(link, match->timestamp);
}

gw_status iio_link_start(iio_link *link, const iio_start *start, gw_error *error)
{
    elements_enable(link, start->match);
    /* both are copied when the buffer is opened; a backend without time-outs says ENOSYS */
    int got = iio_context_set_timeout(link->context, start->timeout_ms);
    if (is_transport(got))
        return gw_error_set(error, GW_ELOST, "time-out cannot be set: %s", strerror(-got));
    got = iio_device_set_kernel_buffers_count(link->device, start->n_buffers);
    if (got < 0 && !is_transport(got))
        got = iio_device_set_kernel_buffers_count(link->device, BUFFERS_FALLBACK);
    if (is_transport(got))
        return gw_error_set(error, GW_ELOST, "kernel buffers cannot be set: %s", strerror(-got));
    errno = 0;
    struct iio_buffer *buffer = iio_device_create_buffer(link->device, start->block_samples, false);
    if (!buffer)
        return iio_buffer_cause_set(start, errno, error);
    pthread_mutex_lock(&link->lock);
    link->buffer = buffer;
    if (link->is_cancelled)
        iio_buffer_cancel(buffer);
    pthread_mutex_unlock(&link->lock);
    return GW_OK;
}

/* Places can change with every block: another client may have opened more channels. False: the
 * value does not lie within the sample. */
static bool element_locate(const iio_link *link, element *out)
{
    const struct iio_data_format *format = iio_channel_get_data_format(out->channel);
    const char *start = iio_buffer_start(link->buffer);
    out->first = iio_buffer_first(link->buffer, out->channel);
    out->length = format->length / 8;
    out->is_signed = format->is_signed;
    out->is_plain = !format->is_be && format->shift == 0 && format->bits == format->length;
    return out->length >= 1 && out->length <= 8 && out->first >= start &&
           out->first + out->length <= start + link->step;
}

long iio_link_refill(iio_link *link)
{
    static const struct timespec moment = {.tv_nsec = 1000000};
    ssize_t got;
    while ((got = iio_buffer_refill(link->buffer)) == -EINTR || got == -EAGAIN)
        nanosleep(&moment, NULL);
    if (got < 0)
        return (long)got;
    link->step = iio_buffer_step(link->buffer);
    /* more channels than were asked for may come, never fewer */
    if (link->step <= 0 || link->step < iio_device_get_sample_size(link->device))
        return -EPROTO;
    for (size_t k = 0; k < link->n_elements; k++)
        if (!element_locate(link, &link->elements[k]))
            return -EPROTO;
    const char *start = iio_buffer_start(link->buffer), *end = iio_buffer_end(link->buffer);
    return (long)((end - start) / link->step);
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
        counts[c] = (int32_t)element_value(link, &link->elements[c], k);
    sample->counts = counts;
    sample->index = link->range_index ? (uint32_t)element_value(link, link->range_index, k) : 0;
    sample->counter = link->counter ? (uint32_t)element_value(link, link->counter, k) : 0;
    sample->time_ns = link->timestamp ? element_value(link, link->timestamp, k) : 0;
    sample->place_mm = link->wheel ? (int32_t)element_value(link, link->wheel, k) : INT32_MIN;
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
