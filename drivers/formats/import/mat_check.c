/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Are the numbers that a MAT 5 promises in it? matio takes what lies in memory for those that are
 * not; so every element is walked through before it is asked.
 */
#include "drivers/formats/import/import_impl.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { HEAD = 128, DIMENSIONS = 5, MATRIX = 14, COMPRESSED = 15, COMPLEX = 0x0800 };

static const uint64_t bytes_max = (uint64_t)1 << 29;

/* Bytes of an element, from `at` on. */
typedef struct span {
    const unsigned char *bytes;
    uint64_t n, at;
    bool is_big;
} span;

static uint32_t word_at(const span *s, uint64_t at)
{
    const unsigned char *b = s->bytes + at;
    return s->is_big
               ? (uint32_t)b[3] | (uint32_t)b[2] << 8 | (uint32_t)b[1] << 16 | (uint32_t)b[0] << 24
               : (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

/* The next element within a matrix: its type, and where its data are; small ones lie in their tag.
 */
static bool element_next(span *s, uint32_t *type, uint64_t *data, uint64_t *n)
{
    if (s->at + 8 > s->n)
        return false;
    uint32_t word = word_at(s, s->at);
    if (word >> 16) {
        *type = word & 0xffff;
        *n = word >> 16;
        *data = s->at + 4;
        s->at += 8;
        return *n <= 4;
    }
    *type = word;
    *n = word_at(s, s->at + 4);
    *data = s->at + 8;
    s->at += 8 + (*n + 7) / 8 * 8;
    return *data + *n <= s->n;
}

static unsigned width_of(uint32_t type)
{
    static const unsigned char widths[16] = {0, 1, 1, 2, 2, 4, 4, 4, 0, 8, 0, 0, 8, 8, 0, 0};
    return type < 16 ? widths[type] : 0;
}

static void matrix_check(import_answer *answer, span s)
{
    uint32_t type = 0;
    uint64_t data = 0, n = 0, numbers = 1;
    if (!element_next(&s, &type, &data, &n) || n < 8)
        import_refuse(answer, "a matrix without its flags: cut");
    uint32_t flags = word_at(&s, data), class = flags & 0xff;
    if (!element_next(&s, &type, &data, &n) || type != DIMENSIONS || n < 8)
        import_refuse(answer, "a matrix without its dimensions: cut");
    for (uint64_t k = 0; k + 4 <= n; k += 4) {
        numbers *= word_at(&s, data + k);
        if (numbers > bytes_max)
            import_refuse(answer, "a matrix of more than %llu numbers",
                          (unsigned long long)bytes_max);
    }
    if (!element_next(&s, &type, &data, &n))
        import_refuse(answer, "a matrix without its name: cut");
    bool is_number = class >= 6 && class <= 15;
    for (int part = 0; is_number && part < (flags & COMPLEX ? 2 : 1); part++) {
        bool is_there = element_next(&s, &type, &data, &n);
        unsigned width = width_of(type);
        if (!is_there || width == 0 || n < numbers * width)
            import_refuse(answer, "a matrix promises %llu numbers and does not hold them: cut",
                          (unsigned long long)numbers);
    }
}

static void compressed_check(import_answer *answer, const unsigned char *bytes, uint64_t n,
                             bool is_big)
{
    uint64_t room = 1 << 20;
    unsigned char *plain = malloc(room);
    z_stream stream = {.next_in = (unsigned char *)(uintptr_t)bytes, .avail_in = (unsigned)n};
    int state = inflateInit(&stream);
    while (plain && state == Z_OK) {
        if (stream.total_out == room && room < bytes_max)
            plain = realloc(plain, room *= 2);
        if (!plain || stream.total_out == room)
            break;
        stream.next_out = plain + stream.total_out;
        stream.avail_out = (unsigned)(room - stream.total_out);
        state = inflate(&stream, Z_NO_FLUSH);
    }
    span s = {.bytes = plain, .n = stream.total_out, .at = 8, .is_big = is_big};
    if (!plain || stream.total_out < 8 ||
        (state != Z_STREAM_END && state != Z_OK && state != Z_BUF_ERROR))
        import_refuse(answer, "a compressed matrix cannot be unpacked");
    if (stream.total_out == bytes_max)
        import_refuse(answer, "a compressed matrix of more than %llu bytes",
                      (unsigned long long)bytes_max);
    if (word_at(&s, 0) == MATRIX)
        matrix_check(answer, s);
    inflateEnd(&stream);
    free(plain);
}

static unsigned char *file_load(import_answer *answer, uint64_t *size)
{
    off_t end = lseek(STDIN_FILENO, 0, SEEK_END);
    if (end < HEAD || (uint64_t)end > bytes_max)
        import_refuse(answer, "%lld bytes, not %d..%llu", (long long)end, HEAD,
                      (unsigned long long)bytes_max);
    unsigned char *bytes = malloc((size_t)end);
    for (off_t at = 0; bytes && at < end;) {
        ssize_t n = pread(STDIN_FILENO, bytes + at, (size_t)(end - at), at);
        if (n <= 0)
            import_refuse(answer, "cannot be read");
        at += n;
    }
    if (!bytes)
        import_refuse(answer, "out of memory");
    *size = (uint64_t)end;
    return bytes;
}

void import_mat_check(import_answer *answer, bool is_big)
{
    uint64_t size = 0;
    unsigned char *bytes = file_load(answer, &size);
    span file = {.bytes = bytes, .n = size, .is_big = is_big};
    for (uint64_t at = HEAD; at < size;) {
        if (at + 8 > size)
            import_refuse(answer, "cut within the head of an element, at byte %llu",
                          (unsigned long long)at);
        uint32_t type = word_at(&file, at);
        uint64_t n = word_at(&file, at + 4);
        if (at + 8 + n > size)
            import_refuse(answer, "cut: an element of %llu bytes at byte %llu, the file has %llu",
                          (unsigned long long)n, (unsigned long long)at, (unsigned long long)size);
        const span within = {.bytes = bytes + at + 8, .n = n, .is_big = is_big};
        if (type == MATRIX)
            matrix_check(answer, within);
        else if (type == COMPRESSED)
            compressed_check(answer, within.bytes, n, is_big);
        at += 8 + (type == COMPRESSED ? n : (n + 7) / 8 * 8);
    }
    free(bytes);
}
