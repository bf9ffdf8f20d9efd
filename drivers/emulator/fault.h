/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/emulator/fault.h -- what goes wrong with an emulated device, and when: one fault as text.
 *
 *     at=3s,kind=stall,for=2s,device=gw-md
 *
 * Keys in any order, each once; kind is needed. Times are a number and its unit: 500ms, 1.5s, 2min,
 * 1h. The server's own faults (restart, mute, xml) take no device.
 */
#ifndef GW_DRIVERS_EMULATOR_FAULT_H
#define GW_DRIVERS_EMULATOR_FAULT_H

#include "dsp/status.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* name, word, its number's key or "", default, least and most of that number, class, what it does.
 * ONCE: at a moment. WHILE: for a time, or until it is taken away. */
/* clang-format off */
#define GW_FAULT_LIST(X)                                                                           \
    X(STALL,     "stall",     "", 0, 0, 0, WHILE, "samples are asked for and not answered")        \
    X(ATTRIBUTE, "attribute", "", 0, 0, 0, WHILE, "attributes are answered only when it is over")  \
    X(SILENT,    "silent",    "", 0, 0, 0, WHILE, "the device makes no samples; they are lost")    \
    X(LATE,      "late", "by", 1000000000, 0, 60000000000, WHILE,                         \
      "samples come later and later, up to a time")                                                \
    X(CLOSE,     "close", "bytes", 0, 0, 1 << 30, ONCE,                                            \
      "the connection is closed after so many bytes of a reply")                                   \
    X(RESET,     "reset", "bytes", 0, 0, 1 << 30, ONCE, "the same, with a reset (RST)")            \
    X(ERRNO,     "errno", "errno", 5, 1, 4095, ONCE, "samples are answered with this error")       \
    X(SHORT,     "short", "samples", 1, 1, 1 << 22, WHILE, "replies come in chunks of so many")    \
    X(DROP,      "drop", "samples", 1000, 1, 1 << 30, ONCE, "so many samples are lost")            \
    X(DUPLICATE, "duplicate", "samples", 0, 0, 1 << 22, ONCE,                                      \
      "so many samples come again; 0: the last block")                                             \
    X(CLOCK,     "clock", "by", 3600000000000, -INT64_C(36000000000000000),                        \
      INT64_C(36000000000000000), ONCE, "timestamps jump by a time, forward or back")              \
    X(UNION,     "union", "", 0, 0, 0, WHILE, "each client gets the channels of all clients")      \
    X(RESTART,   "restart",   "", 0, 0, 0, WHILE, "the server goes away, then begins afresh")      \
    X(MUTE,      "mute",      "", 0, 0, 0, WHILE, "connections are accepted, and not answered")    \
    X(XML,       "xml", "bytes", 1000, 0, 1 << 30, WHILE, "the context ends after so many bytes")
/* clang-format on */

typedef enum {
#define X(name, word, key, usual, least, most, class, text) GW_FAULT_##name,
    GW_FAULT_LIST(X)
#undef X
        GW_FAULT_COUNT
} gw_fault_kind;

enum { GW_FAULT_TEXT_MAX = 160, GW_FAULT_DEVICES = 3 /* in the order of gw_kind */ };

typedef struct gw_fault {
    gw_fault_kind kind;
    int64_t at_ns;  /* after the beginning; -1: at once */
    int64_t for_ns; /* -1: until it is taken away; always 0 of what happens once */
    int64_t number; /* samples, bytes, errno, or ns of a clock */
    int device;     /* gw_kind, or -1: each */
} gw_fault;

const char *gw_fault_word(gw_fault_kind kind);
const char *gw_fault_meaning(gw_fault_kind kind);
const char *gw_fault_key(gw_fault_kind kind); /* of its number: "bytes"; or "" */
bool gw_fault_is_once(gw_fault_kind kind);

/* The server's, not a device's. */
bool gw_fault_is_common(gw_fault_kind kind);

/* text: [n], without NUL. GW_EUSAGE: error names the key and what is wrong with it. */
gw_status gw_fault_parse(const char *text, size_t n, gw_fault *out, gw_error *error);

/* As text that parses to the same fault; times to the nanosecond. */
void gw_fault_print(const gw_fault *fault, char text[GW_FAULT_TEXT_MAX]);

#endif
