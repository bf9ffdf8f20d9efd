/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * SEG-Y through segyio: traces of one length, in formats 1, 2, 3, 5 and 8, of either byte order.
 *
 * Its interval is in microseconds, which no radar's is: instruments write picoseconds there, some
 * nanoseconds. The one that gives a window of a radar is taken, with a note.
 */
#include "drivers/formats/import/import_impl.h"

#include <math.h>
#include <segyio/segy.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEADERS_BYTES = SEGY_TEXT_HEADER_SIZE + SEGY_BINARY_HEADER_SIZE };

static segy_file *file;
static long n_file;

/* Opening parses nothing. */
static void prepare(import_answer *answer)
{
    struct stat about;
    if (fstat(STDIN_FILENO, &about) != 0)
        import_refuse(answer, "not a file");
    n_file = about.st_size;
    file = segy_open("/dev/stdin", "rb");
    if (!file)
        import_refuse(answer, "segyio does not open it");
}

static size_t width_of(int format)
{
    switch (format) {
    case SEGY_IBM_FLOAT_4_BYTE:
    case SEGY_SIGNED_INTEGER_4_BYTE:
    case SEGY_IEEE_FLOAT_4_BYTE:
        return 4;
    case SEGY_SIGNED_SHORT_2_BYTE:
        return 2;
    case SEGY_SIGNED_CHAR_1_BYTE:
        return 1;
    default:
        return 0;
    }
}

/* Format and byte order that give a known format. */
static int format_find(char *binary, import_answer *answer)
{
    int format = segy_format(binary);
    if (width_of(format))
        return format;
    if (segy_set_format(file, SEGY_LSB) != SEGY_OK || segy_binheader(file, binary) != SEGY_OK)
        import_refuse(answer, "binary header cannot be read");
    int little = segy_format(binary);
    if (!width_of(little))
        import_refuse(answer, "binary header: format %d is not read here (1, 2, 3, 5, 8)", format);
    gw_fact(answer->head.facts, "byte order", "little-endian");
    return little | SEGY_LSB;
}

static void interval_take(int32_t interval, import_answer *answer)
{
    static const double least_s = 2e-9, most_s = 20e-6;
    gw_import_head *head = &answer->head;
    double n = (double)head->n_samples, window_s = n * interval * 1e-12;
    const char *unit = "ps";
    if (window_s < least_s) {
        window_s = n * interval * 1e-9;
        unit = "ns";
    }
    if (interval <= 0 || window_s < least_s || window_s > most_s) {
        gw_note(head->notes,
                "sample interval %d gives no window of a radar in ps or ns: fast time "
                "unknown",
                (int)interval);
        return;
    }
    head->sample_rate_hz = n / window_s;
    gw_note(head->notes, "sample interval %d is taken as %s: a window of %g ns", (int)interval,
            unit, window_s * 1e9);
}

/* Coordinates of the first and the last source, by their scalar, metres: the mean step. */
static void spacing_take(long trace0, int trace_bytes, int n_traces, import_answer *answer)
{
    double at[2][2];
    for (int end = 0; end < 2; end++) {
        char header[SEGY_TRACE_HEADER_SIZE];
        int32_t x = 0, y = 0, scalar = 0, units = 0;
        if (segy_traceheader(file, end ? n_traces - 1 : 0, header, trace0, trace_bytes) != SEGY_OK)
            import_refuse(answer, "a trace header cannot be read");
        segy_get_field(header, SEGY_TR_SOURCE_X, &x);
        segy_get_field(header, SEGY_TR_SOURCE_Y, &y);
        segy_get_field(header, SEGY_TR_SOURCE_GROUP_SCALAR, &scalar);
        segy_get_field(header, SEGY_TR_COORD_UNITS, &units);
        double scale = scalar > 0 ? scalar : scalar < 0 ? -1.0 / scalar : 1;
        scale = units > 1 ? 0 : scale; /* angles */
        at[end][0] = x * scale;
        at[end][1] = y * scale;
    }
    double length = hypot(at[1][0] - at[0][0], at[1][1] - at[0][1]);
    double step_m = n_traces > 1 ? length / (n_traces - 1) : 0;
    if (step_m > 1e-4 && step_m < 10) {
        answer->head.scan_spacing_m = step_m;
        gw_note(answer->head.notes, "spacing is the mean of source coordinates, taken as metres");
    } else {
        gw_note(answer->head.notes, "source coordinates give no spacing: unknown");
    }
}

static double sample_of(const unsigned char *at, int format)
{
    float single;
    int32_t whole;
    int16_t half;
    switch (format & ~SEGY_LSB) {
    case SEGY_SIGNED_INTEGER_4_BYTE:
        memcpy(&whole, at, sizeof whole);
        return whole;
    case SEGY_SIGNED_SHORT_2_BYTE:
        memcpy(&half, at, sizeof half);
        return half;
    case SEGY_SIGNED_CHAR_1_BYTE:
        return (signed char)*at;
    default:
        memcpy(&single, at, sizeof single);
        return (double)single;
    }
}

static void traces_read(long trace0, int trace_bytes, int format, import_answer *answer)
{
    size_t n = answer->head.n_samples, width = width_of(format & ~SEGY_LSB);
    size_t n_traces = (size_t)(answer->head.n_values / n);
    unsigned char *trace = malloc((size_t)trace_bytes);
    if (!trace)
        import_refuse(answer, "out of memory");
    for (size_t k = 0; k < n_traces; k++) {
        if (segy_readtrace(file, (int)k, trace, trace0, trace_bytes) != SEGY_OK ||
            segy_to_native(format & ~SEGY_LSB, (long long)n, trace) != SEGY_OK)
            import_refuse(answer, "trace %zu cannot be read", k);
        for (size_t s = 0; s < n; s++)
            answer->values[k * n + s] = sample_of(trace + s * width, format);
    }
    bool is_float = (format & ~SEGY_LSB) == SEGY_IBM_FLOAT_4_BYTE ||
                    (format & ~SEGY_LSB) == SEGY_IEEE_FLOAT_4_BYTE;
    answer->head.bits = is_float ? 0 : 8 * (uint32_t)width;
}

static void parse(import_answer *answer)
{
    char binary[SEGY_BINARY_HEADER_SIZE];
    int32_t interval = 0;
    if (n_file < HEADERS_BYTES || segy_binheader(file, binary) != SEGY_OK)
        import_refuse(answer, "%ld bytes are fewer than its headers have", n_file);
    int format = format_find(binary, answer), n_samples = segy_samples(binary);
    if (segy_set_format(file, format) != SEGY_OK || n_samples < 1 || n_samples > GW_SAMPLES_MAX)
        import_refuse(answer, "binary header: %d samples a trace, not 1..%d", n_samples,
                      GW_SAMPLES_MAX);
    int trace_bytes = segy_trsize(format & ~SEGY_LSB, n_samples);
    long trace0 = segy_trace0(binary);
    if (trace_bytes <= 0 || trace0 < HEADERS_BYTES || trace0 >= n_file)
        import_refuse(answer, "binary header: traces begin at byte %ld of %ld", trace0, n_file);
    long stride = trace_bytes + SEGY_TRACE_HEADER_SIZE, n_traces = (n_file - trace0) / stride;
    if (n_traces < 1 || n_traces > GW_IMPORT_VALUES_MAX)
        import_refuse(answer, "%d samples a trace: not one trace in %ld bytes", n_samples, n_file);
    if ((n_file - trace0) % stride)
        gw_note(answer->head.notes, "%ld bytes after the last whole trace are left out",
                (n_file - trace0) % stride);
    answer->head.n_samples = (uint32_t)n_samples;
    import_values_room(answer, (uint64_t)n_traces * (uint64_t)n_samples);
    segy_get_bfield(binary, SEGY_BIN_INTERVAL, &interval);
    interval_take(interval, answer);
    spacing_take(trace0, trace_bytes, (int)n_traces, answer);
    traces_read(trace0, trace_bytes, format, answer);
    gw_note(answer->head.notes,
            "SEG-Y says no frequency of the antenna: taken from the time window");
}

const import_form import_segy = {.name = "segy", .prepare = prepare, .parse = parse};
