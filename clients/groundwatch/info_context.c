/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/info.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/iio/source.h"

enum { LIST_MAX = GW_CHANNELS_MAX * 65 };

/* What the configuration of the daemon needs for each kind; "" where no device serves it. */
typedef struct chosen {
    char device[64], channels[LIST_MAX];
    bool serves, is_ours;
} chosen;

static json_t *channel_describe(const gw_iio_channel *channel)
{
    json_t *out = json_object();
    json_object_set_new(out, "id", info_text(channel->id));
    json_object_set_new(out, "direction", json_string(channel->is_output ? "output" : "input"));
    if (channel->format[0])
        json_object_set_new(out, "format", json_string(channel->format));
    if (channel->label[0])
        json_object_set_new(out, "label", info_text(channel->label));
    if (channel->scale > 0)
        json_object_set_new(out, "scale_mv", json_real(channel->scale));
    return out;
}

/* Channels that hold samples, where they are not named as our own devices name them: inputs that
 * can be streamed and carry neither time nor a count. */
static void channels_list(const gw_iio_device *device, gw_kind kind, char list[LIST_MAX])
{
    static const char *const helpers[] = {"range_index", "scan_seq", "sample_seq", "row_seq",
                                          "wheel"};
    const char *stem = kind == GW_KIND_POSE ? "positionrelative" : "voltage";
    size_t used = 0, n = 0;
    list[0] = 0;
    for (size_t c = 0; c < device->n_channels && n < GW_CHANNELS_MAX; c++) {
        const gw_iio_channel *channel = &device->channels[c];
        bool is_helper = false;
        for (size_t h = 0; h < sizeof helpers / sizeof *helpers; h++)
            is_helper |= strcmp(channel->label, helpers[h]) == 0;
        if (channel->is_output || !channel->format[0] || is_helper ||
            strncmp(channel->id, stem, strlen(stem)) != 0)
            continue;
        used += (size_t)snprintf(list + used, LIST_MAX - used, "%s%s", n ? "," : "", channel->id);
        n++;
    }
}

static gw_status device_try(const gw_iio_device *device, gw_kind kind, chosen *choice,
                            gw_error *error)
{
    gw_iio_match match;
    gw_stream stream;
    gw_error ignored;
    char *list = choice->channels;
    gw_status status = gw_iio_device_match(device, kind, NULL, &match, &stream, error);
    channels_list(device, kind, list);
    if (status != GW_OK && list[0])
        status = gw_iio_device_match(device, kind, list, &match, &stream, &ignored);
    if (status != GW_OK)
        return status;
    list[0] = 0;
    for (size_t k = 0; k < match.n_samples; k++) {
        size_t used = strlen(list);
        snprintf(list + used, LIST_MAX - used, "%s%s", k ? "," : "",
                 device->channels[match.samples[k]].id);
    }
    snprintf(choice->device, sizeof choice->device, "%s", device->name);
    choice->is_ours = gw_iio_device_kind(device) == kind;
    choice->serves = true;
    return GW_OK;
}

/* Which kinds the device would serve, and why it would not serve the others. A device that has a
 * name of ours is asked for its own kind only. */
static void verdict_put(json_t *out, const gw_iio_device *device, chosen chosen_of[GW_KIND_COUNT])
{
    json_t *serves = json_array(), *not = json_object();
    gw_kind named = gw_iio_device_kind(device);
    for (int kind = 0; kind < GW_KIND_COUNT; kind++) {
        const char *word = gw_kind_name((gw_kind)kind);
        chosen choice = {.serves = false};
        gw_error error;
        if (named != GW_KIND_COUNT && kind != (int)named)
            continue;
        if (device_try(device, (gw_kind)kind, &choice, &error) != GW_OK) {
            json_object_set_new(not, word, info_text(error.text));
            continue;
        }
        json_array_append_new(serves, json_string(word));
        if (!chosen_of[kind].serves || (choice.is_ours && !chosen_of[kind].is_ours))
            chosen_of[kind] = choice;
    }
    json_object_set_new(out, "serves", serves);
    json_object_set_new(out, "not", not );
}

static json_t *device_describe(const gw_iio_device *device, chosen chosen_of[GW_KIND_COUNT])
{
    json_t *out = json_object(), *channels = json_array(), *attrs = json_object();
    json_object_set_new(out, "id", info_text(device->id));
    json_object_set_new(out, "name", info_text(device->name));
    for (size_t c = 0; c < device->n_channels; c++)
        json_array_append_new(channels, channel_describe(&device->channels[c]));
    for (size_t a = 0; a < device->n_attrs; a++)
        json_object_set_new(attrs, device->attrs[a].name, info_text(device->attrs[a].value));
    json_object_set_new(out, "channels", channels);
    if (device->n_unseen)
        json_object_set_new(out, "more_channels", json_integer((json_int_t)device->n_unseen));
    json_object_set_new(out, "attributes", attrs);
    verdict_put(out, device, chosen_of);
    return out;
}

/* Plain where YAML surely reads it back as it is, else quoted as in JSON, which YAML reads too. */
static void scalar_write(FILE *to, const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.,/:";
    char last = text[0] ? text[strlen(text) - 1] : ':';
    if (strspn(text, plain) == strlen(text) && strchr("abcdefghijklmnopqrstuvwxyz", text[0]) &&
        last != ':') {
        fputs(text, to);
        return;
    }
    json_t *string = info_text(text);
    char *quoted = json_dumps(string, JSON_ENCODE_ANY);
    fputs(quoted ? quoted : "\"\"", to);
    free(quoted);
    json_decref(string);
}

static void source_write(FILE *to, const char *uri, gw_kind kind, const chosen *choice)
{
    fputs("  - uri: ", to);
    scalar_write(to, uri);
    fprintf(to, "\n    kind: %s\n", gw_kind_name(kind));
    if (choice->is_ours)
        return;
    fputs("    device: ", to);
    scalar_write(to, choice->device);
    fputs("\n    channels: ", to);
    scalar_write(to, choice->channels);
    fputs("\n", to);
}

/* The lines that make the daemon read from these devices, one of each kind; NULL when none does. */
static json_t *configuration_make(const char *uri, const chosen chosen_of[GW_KIND_COUNT])
{
    char *text = NULL;
    size_t n_text = 0;
    bool has = false;
    FILE *to = open_memstream(&text, &n_text);
    if (!to)
        return NULL;
    fputs("sources:\n", to);
    for (int kind = 0; kind < GW_KIND_COUNT; kind++) {
        has |= chosen_of[kind].serves;
        if (chosen_of[kind].serves)
            source_write(to, uri, (gw_kind)kind, &chosen_of[kind]);
    }
    fclose(to);
    json_t *out = has ? json_string(text) : NULL;
    free(text);
    return out;
}

gw_status info_context(const char *uri, json_t **out, gw_error *error)
{
    gw_iio_survey *survey = NULL;
    *out = NULL;
    gw_status status = gw_iio_survey_create(uri + strlen("iio:"), &survey, error);
    if (status != GW_OK)
        return status;
    chosen *chosen_of = calloc(GW_KIND_COUNT, sizeof *chosen_of);
    if (!chosen_of) {
        free(survey);
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", uri);
    }
    json_t *attrs = json_object(), *devices = json_array();
    *out = json_object();
    json_object_set_new(*out, "context", info_text(uri));
    json_object_set_new(*out, "description", info_text(survey->description));
    for (size_t k = 0; k < survey->n_attrs; k++)
        json_object_set_new(attrs, survey->attrs[k].name, info_text(survey->attrs[k].value));
    for (size_t d = 0; d < survey->n_devices; d++)
        json_array_append_new(devices, device_describe(&survey->devices[d], chosen_of));
    json_object_set_new(*out, "attributes", attrs);
    json_object_set_new(*out, "devices", devices);
    if (survey->n_unseen)
        json_object_set_new(*out, "more_devices", json_integer((json_int_t)survey->n_unseen));
    json_t *configuration = configuration_make(uri, chosen_of);
    if (configuration)
        json_object_set_new(*out, "configuration", configuration);
    free(chosen_of);
    free(survey);
    return GW_OK;
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static void device_print(const json_t *device)
{
    size_t k;
    const char *key;
    json_t *value;
    printf("device %s (%s)\n", text_of(device, "name"), text_of(device, "id"));
    json_array_foreach(json_object_get(device, "channels"), k, value)
        printf("    %-20s %-7s %-16s %s\n", text_of(value, "id"), text_of(value, "direction"),
               text_of(value, "format"), text_of(value, "label"));
    json_object_foreach(json_object_get(device, "attributes"), key, value)
        info_value_print(4, key, value);
    info_value_print(2, "serves as", json_object_get(device, "serves"));
    json_object_foreach(json_object_get(device, "not"), key, value)
        printf("  not as %-19s %s\n", key, json_string_value(value));
}

void info_context_print(const json_t *about)
{
    size_t k;
    const char *key;
    json_t *value;
    info_value_print(0, "context", json_object_get(about, "context"));
    info_value_print(0, "description", json_object_get(about, "description"));
    json_object_foreach(json_object_get(about, "attributes"), key, value)
        info_value_print(2, key, value);
    json_array_foreach(json_object_get(about, "devices"), k, value) device_print(value);
    if (json_object_get(about, "configuration"))
        printf("configuration for groundwatchd -c FILE:\n%s", text_of(about, "configuration"));
    else
        puts("no device here would serve as gpr, md or pose");
}
