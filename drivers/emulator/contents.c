/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/emulator/impl.h"
#include "drivers/hash.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void text_append(char *text, size_t n_text, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void text_append(char *text, size_t n_text, const char *format, ...)
{
    size_t n = strlen(text);
    va_list values;
    va_start(values, format);
    vsnprintf(text + n, n_text - n, format, values);
    va_end(values);
}

static gw_status device_open(gw_emulator *emulator, const char *path, gw_kind kind, gw_error *error)
{
    emulator_device *device = &emulator->devices[kind];
    gw_status status = gw_recording_open(path, kind, &device->recording, error);
    if (status != GW_OK)
        return status;
    device->stream = *gw_recording_stream(device->recording);
    const char *notes = gw_recording_notes(device->recording);
    if (notes && *notes)
        text_append(emulator->notes, sizeof emulator->notes, "%s%s", emulator->notes[0] ? "\n" : "",
                    notes);
    return emulator_pace_init(&device->pace, device->recording, error);
}

static int along_find(const emulator_device *pose)
{
    for (size_t c = 0; pose->recording && c < pose->stream.n_channels; c++)
        if (pose->stream.fields[c] == GW_FIELD_ALONG_MM)
            return (int)c;
    return -1;
}

/* Streams of one clock begin when they say; others together. */
static void starts_settle(gw_emulator *emulator)
{
    static const int64_t late_most_ns = 60000000000; /* beyond it they are of other clocks */
    int64_t from_ns[GW_KIND_COUNT], first_ns = INT64_MAX, last_ns = INT64_MIN;
    for (size_t k = 0; k < GW_KIND_COUNT; k++) {
        gw_row_mark mark;
        if (!emulator->devices[k].recording)
            continue;
        gw_recording_mark(emulator->devices[k].recording, 0, &mark);
        from_ns[k] = mark.time_ns;
        first_ns = mark.time_ns < first_ns ? mark.time_ns : first_ns;
        last_ns = mark.time_ns > last_ns ? mark.time_ns : last_ns;
    }
    for (size_t k = 0; k < GW_KIND_COUNT && first_ns > 0 && last_ns - first_ns < late_most_ns; k++)
        if (emulator->devices[k].recording)
            emulator->devices[k].pace.late_ns = from_ns[k] - first_ns;
}

/* Distance-spaced scans follow the pose stream; a loop begins again when all have ended. */
static gw_status pace_settle(gw_emulator *emulator, gw_error *error)
{
    emulator_device *gpr = &emulator->devices[GW_KIND_GPR];
    emulator_device *pose = &emulator->devices[GW_KIND_POSE];
    gw_status status = GW_OK;
    starts_settle(emulator);
    emulator->pose_along = along_find(pose);
    if (gpr->recording && emulator->pose_along >= 0 && gpr->stream.scan_spacing_m > 0)
        status = emulator_pace_follow(&gpr->pace, pose->recording, &pose->pace,
                                      (size_t)emulator->pose_along, error);
    for (size_t k = 0; k < GW_KIND_COUNT; k++) {
        if (!emulator->devices[k].recording)
            continue;
        int64_t end_ns = emulator_pace_end_ns(&emulator->devices[k].pace);
        if (end_ns > emulator->clock.period_ns)
            emulator->clock.period_ns = end_ns;
    }
    return status;
}

/* Of the one stream, or of the hashes of all when they differ. */
static void hash_settle(gw_emulator *emulator)
{
    char all[GW_KIND_COUNT * GW_HASH_MAX] = "";
    bool differ = false;
    for (size_t k = 0; k < GW_KIND_COUNT; k++) {
        const char *hash = emulator->devices[k].stream.hash;
        if (!emulator->devices[k].recording || !*hash)
            continue;
        differ = differ || (emulator->hash[0] && strcmp(hash, emulator->hash) != 0);
        memcpy(emulator->hash, hash, sizeof emulator->hash);
        text_append(all, sizeof all, "%s", hash);
    }
    if (differ)
        gw_hash_bytes(all, strlen(all), emulator->hash);
}

static void summary_make(gw_emulator *emulator)
{
    char *text = emulator->summary;
    size_t n_text = sizeof emulator->summary;
    const char *separator = " ";
    text_append(text, n_text, "%s as", emulator->name);
    for (size_t k = 0; k < GW_KIND_COUNT; k++) {
        const emulator_device *device = &emulator->devices[k];
        if (!device->recording)
            continue;
        text_append(text, n_text, "%s%s (", separator, device->name);
        if (device->stream.n_rows >= 0)
            text_append(text, n_text, "%" PRId64 " ", device->stream.n_rows);
        text_append(text, n_text, "%s, %.6g/s)", k == GW_KIND_GPR ? "scans" : "rows",
                    device->pace.rate_hz);
        separator = ", ";
    }
    text_append(text, n_text, ", speed %.6g%s", emulator->clock.speed,
                emulator->clock.loop ? ", looping" : "");
}

gw_status emulator_contents_open(gw_emulator *emulator, const char *path, gw_error *error)
{
    unsigned kinds = 0;
    gw_status status = gw_recording_list(path, &kinds, error);
    for (unsigned kind = 0; status == GW_OK && kind < GW_KIND_COUNT; kind++)
        if (kinds & 1u << kind)
            status = device_open(emulator, path, (gw_kind)kind, error);
    if (status == GW_OK)
        status = pace_settle(emulator, error);
    if (status != GW_OK)
        return status;
    for (size_t k = 0; k < GW_KIND_COUNT; k++) {
        emulator_device *device = &emulator->devices[k];
        if (device->recording)
            emulator_device_describe(device, device->stream.scan_spacing_m > 0 ||
                                                 emulator->pose_along >= 0);
    }
    hash_settle(emulator);
    summary_make(emulator);
    emulator->xml = emulator_xml_create(emulator);
    emulator->n_xml = emulator->xml ? strlen(emulator->xml) : 0;
    return emulator->xml ? GW_OK : gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
}
