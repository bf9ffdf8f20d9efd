/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/picture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double real_of(const json_t *data, const char *key)
{
    const json_t *value = json_object_get(data, key);
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

/* 0: not there, or out of 1..max. */
static size_t count_of(const json_t *data, const char *key, size_t max)
{
    json_int_t value = json_integer_value(json_object_get(data, key));
    return value >= 1 && (uint64_t)value <= max ? (size_t)value : 0;
}

static bool is_text(const json_t *data, const char *key, const char *text)
{
    const char *found = json_string_value(json_object_get(data, key));
    return found && strcmp(found, text) == 0;
}

static void tones_take(const json_t *data, gw_picture *out)
{
    const json_t *tones = json_object_get(data, "tones_hz");
    size_t n = json_array_size(tones), room = (out->n_columns - 1) / 2;
    out->n_tones = n < room ? n : room;
    if (out->n_tones > GW_PICTURE_TONES_MAX)
        out->n_tones = GW_PICTURE_TONES_MAX;
    for (size_t k = 0; k < out->n_tones; k++)
        out->tones_hz[k] = json_number_value(json_array_get(tones, k));
}

static float pinpoint_of(const json_t *data)
{
    const json_t *list = json_object_get(data, "pinpoint"), *one;
    float most = NAN;
    size_t k;
    json_array_foreach(list, k, one)
    {
        if (json_is_number(one))
            most = fmaxf(most, fmaxf(0, fminf(1, (float)json_number_value(one))));
    }
    return most;
}

bool gw_picture_decode(const json_t *message, const void *bytes, size_t n_bytes, gw_picture *out)
{
    const json_t *data = json_object_get(message, "data");
    bool is_md = is_text(data, "sensor", "md");
    *out = (gw_picture){.sensor = is_md ? GW_PICTURE_MD : GW_PICTURE_GPR,
                        .n_rows = count_of(data, "n_rows", GW_PICTURE_ROWS_MAX),
                        .n_columns = count_of(data, "n_columns", GW_PICTURE_COLUMNS_MAX),
                        .bytes = bytes,
                        .is_float = is_md,
                        .from_ns = real_of(data, "from_ns"),
                        .step_ns = real_of(data, "step_ns"),
                        .row_s = real_of(data, "row_s"),
                        .pinpoint = pinpoint_of(data)};
    if ((!is_md && !is_text(data, "sensor", "gpr")) || !bytes || !out->n_rows || !out->n_columns ||
        !is_text(data, "type", is_md ? "f32" : "i8") ||
        n_bytes != out->n_rows * out->n_columns * (is_md ? 4 : 1))
        return false;
    const char *kind_seq = json_string_value(json_object_get(data, "kind_seq"));
    out->kind_seq = kind_seq ? strtoull(kind_seq, NULL, 10) : 0;
    out->channel = (unsigned)count_of(data, "channel", 1 << 16);
    if (is_md)
        tones_take(data, out);
    return true;
}

float gw_picture_value(const gw_picture *picture, size_t row, size_t column)
{
    size_t at = row * picture->n_columns + column;
    if (!picture->is_float) {
        int value = picture->bytes[at];
        return (float)(value < 128 ? value : value - 256) / 127;
    }
    const unsigned char *b = picture->bytes + 4 * at;
    uint32_t bits =
        (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
    float value;
    memcpy(&value, &bits, sizeof value);
    return isfinite(value) ? value : 0;
}
