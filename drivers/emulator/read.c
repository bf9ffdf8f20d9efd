/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/emulator/impl.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEBUG_VALUE_MAX = GW_FAULT_LIST_MAX };

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

static void dropped_value(gw_emulator *emulator, int device, char value[DEBUG_VALUE_MAX])
{
    pthread_mutex_lock(&emulator->lock);
    snprintf(value, DEBUG_VALUE_MAX, "%" PRIu64, emulator->devices[device].n_dropped);
    pthread_mutex_unlock(&emulator->lock);
}

static void fault_value(gw_emulator *emulator, int device, char value[DEBUG_VALUE_MAX])
{
    gw_fault_plan_print(&emulator->faults, device, emulator_monotonic_ns(), value);
}

static void refused_value(gw_emulator *emulator, int device, char value[DEBUG_VALUE_MAX])
{
    (void)device;
    gw_fault_plan_refused(&emulator->faults, value);
}

static void acted_value(gw_emulator *emulator, int device, char value[DEBUG_VALUE_MAX])
{
    snprintf(value, DEBUG_VALUE_MAX, "%" PRIu64, gw_fault_plan_acted(&emulator->faults, device));
}

/* In the order of the context's document. */
static const struct debug_attribute {
    const char *name;
    void (*value)(gw_emulator *emulator, int device, char value[DEBUG_VALUE_MAX]);
} debug_attributes[] = {
    {"samples_dropped", dropped_value},
    {"fault", fault_value},
    {"fault_refused", refused_value},
    {"faults_acted", acted_value},
};

enum { N_DEBUG = sizeof debug_attributes / sizeof *debug_attributes };

static const struct debug_attribute *debug_find(const char *name)
{
    for (size_t k = 0; k < N_DEBUG; k++)
        if (strcmp(debug_attributes[k].name, name) == 0)
            return &debug_attributes[k];
    return NULL;
}

void emulator_debug_attributes_put(FILE *out)
{
    for (size_t k = 0; k < N_DEBUG; k++)
        fprintf(out, "<debug-attribute name=\"%s\" />", debug_attributes[k].name);
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
    for (size_t k = 0; scope == SCOPE_DEBUG && k < N_DEBUG; k++) {
        char value[DEBUG_VALUE_MAX];
        debug_attributes[k].value(emulator, (int)device->stream.kind, value);
        value_put(out, value);
    }
    for (size_t k = 0; scope != SCOPE_DEBUG && scope != SCOPE_BUFFER && k < device->n_attributes;
         k++)
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
        return emulator_session_reply(session, -ENXIO);
    if (!command->attribute[0])
        return values_reply(session, device, command->scope, channel);
    const struct debug_attribute *debug = debug_find(command->attribute);
    if (command->scope == SCOPE_DEBUG && debug) {
        char value[DEBUG_VALUE_MAX];
        debug->value(session->emulator, (int)device->stream.kind, value);
        return value_reply(session, value);
    }
    const emulator_attribute *attribute = NULL;
    if (command->scope == SCOPE_DEVICE || command->scope == SCOPE_CHANNEL)
        attribute = attribute_find(device, command, channel);
    return attribute ? value_reply(session, attribute->value)
                     : emulator_session_reply(session, -ENOENT);
}

/* One attribute can be written; of the others -EACCES, or -ENOENT for those that are not there. */
static int writable(const emulator_device *device, const emulator_command *command)
{
    if (!device)
        return -ENODEV;
    int channel = channel_find(device, command);
    if (channel == -2)
        return -ENXIO;
    bool is_there = !command->attribute[0];
    if (command->scope == SCOPE_DEBUG)
        is_there = is_there || debug_find(command->attribute);
    else if (command->scope != SCOPE_BUFFER)
        is_there = is_there || attribute_find(device, command, channel);
    return is_there ? -EACCES : -ENOENT;
}

/* The text without the NUL and the end of line that clients send along. */
static int64_t fault_write(gw_emulator *emulator, const emulator_device *device, const char *text,
                           size_t n)
{
    size_t n_text = strnlen(text, n);
    while (n_text > 0 && (text[n_text - 1] == '\n' || text[n_text - 1] == ' '))
        n_text--;
    gw_status status = gw_fault_plan_write(&emulator->faults, (int)device->stream.kind, text,
                                           n_text, emulator_monotonic_ns());
    return status == GW_OK ? (int64_t)n : status == GW_EBUSY ? -EBUSY : -EINVAL;
}

/* The payload is read in any case, so that the next line is a line. */
bool emulator_answer_write(emulator_session *session, emulator_device *device,
                           const emulator_command *command)
{
    char text[DEBUG_VALUE_MAX];
    bool is_fault = device && command->scope == SCOPE_DEBUG &&
                    strcmp(command->attribute, "fault") == 0 && command->value <= sizeof text;
    if (command->value > EMULATOR_PAYLOAD_MAX) {
        emulator_session_reply(session, -ENOMEM);
        return false;
    }
    if (!emulator_session_receive(session, is_fault ? text : NULL, command->value))
        return false;
    int64_t reply = is_fault ? fault_write(session->emulator, device, text, (size_t)command->value)
                             : writable(device, command);
    return emulator_session_reply(session, reply);
}
