/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/emulator_impl.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VALUE_MAX = sizeof((emulator_attribute *)0)->value };

/* Channel index of a command, -1 for the device itself, or -2: no such channel. */
static int channel_find(const emulator_device *device, const emulator_command *command)
{
    if (command->scope != SCOPE_CHANNEL)
        return -1;
    for (size_t c = 0; !command->output && c < device->n_channels; c++)
        if (strcmp(device->channels[c].id, command->channel) == 0)
            return (int)c;
    return -2;
}

static const emulator_attribute *attribute_find(const emulator_device *device,
                                                const emulator_command *command, int channel)
{
    for (size_t k = 0; k < device->n_attributes; k++)
        if (device->attributes[k].channel == channel &&
            strcmp(device->attributes[k].name, command->attribute) == 0)
            return &device->attributes[k];
    return NULL;
}

static bool is_debug_attribute(const char *name)
{
    return strcmp(name, "samples_dropped") == 0;
}

static void debug_value(gw_emulator *emulator, const emulator_device *device, char value[VALUE_MAX])
{
    pthread_mutex_lock(&emulator->lock);
    snprintf(value, VALUE_MAX, "%" PRIu64, device->n_dropped);
    pthread_mutex_unlock(&emulator->lock);
}

/* Length with the NUL that iiod counts, and the bytes. */
static bool value_reply(emulator_session *session, const char *value)
{
    size_t n = strlen(value) + 1;
    return emulator_session_reply(session, (int64_t)n) &&
           emulator_session_send(session, value, n) && emulator_session_send(session, "\n", 1);
}

/* Length in big-endian order, value with its NUL, zeros up to a multiple of four. */
static void value_put(FILE *out, const char *value)
{
    size_t n = strlen(value) + 1;
    for (int shift = 24; shift >= 0; shift -= 8)
        fputc((int)(n >> shift & 0xff), out);
    fwrite(value, 1, n, out);
    for (; n % 4; n++)
        fputc(0, out);
}

static void values_put(FILE *out, gw_emulator *emulator, const emulator_device *device,
                       emulator_scope scope, int channel)
{
    if (scope == SCOPE_DEBUG) {
        char value[VALUE_MAX];
        debug_value(emulator, device, value);
        value_put(out, value);
        return;
    }
    for (size_t k = 0; scope != SCOPE_BUFFER && k < device->n_attributes; k++)
        if (device->attributes[k].channel == channel)
            value_put(out, device->attributes[k].value);
}

static bool values_reply(emulator_session *session, const emulator_device *device,
                         emulator_scope scope, int channel)
{
    char *bytes = NULL;
    size_t n_bytes = 0;
    FILE *out = open_memstream(&bytes, &n_bytes);
    if (!out)
        return emulator_session_reply(session, -ENOMEM);
    values_put(out, session->emulator, device, scope, channel);
    bool sent = fclose(out) == 0 && emulator_session_reply(session, (int64_t)n_bytes) &&
                emulator_session_send(session, bytes, n_bytes) &&
                emulator_session_send(session, "\n", 1);
    free(bytes);
    return sent;
}

bool emulator_answer_read(emulator_session *session, const emulator_device *device,
                          const emulator_command *command)
{
    int channel = channel_find(device, command);
    if (channel == -2)
        return emulator_session_reply(session, -ENODEV);
    if (!command->attribute[0])
        return values_reply(session, device, command->scope, channel);
    if (command->scope == SCOPE_DEBUG && is_debug_attribute(command->attribute)) {
        char value[VALUE_MAX];
        debug_value(session->emulator, device, value);
        return value_reply(session, value);
    }
    const emulator_attribute *attribute = NULL;
    if (command->scope == SCOPE_DEVICE || command->scope == SCOPE_CHANNEL)
        attribute = attribute_find(device, command, channel);
    return attribute ? value_reply(session, attribute->value)
                     : emulator_session_reply(session, -ENOENT);
}

int emulator_answer_writable(const emulator_device *device, const emulator_command *command)
{
    int channel = channel_find(device, command);
    if (channel == -2)
        return -ENODEV;
    bool is_there = !command->attribute[0];
    if (command->scope == SCOPE_DEBUG)
        is_there = is_there || is_debug_attribute(command->attribute);
    else if (command->scope != SCOPE_BUFFER)
        is_there = is_there || attribute_find(device, command, channel);
    return is_there ? -EACCES : -ENOENT;
}
