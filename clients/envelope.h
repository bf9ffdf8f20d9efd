/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/envelope.h -- what a subscriber must know of a message before it looks at its content.
 */
#ifndef GW_CLIENTS_ENVELOPE_H
#define GW_CLIENTS_ENVELOPE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* Kinds that a journal numbers, in the order in which they are asked for; then the heartbeat. */
typedef enum {
    GW_ENVELOPE_DETECTION,
    GW_ENVELOPE_HEALTH,
    GW_ENVELOPE_SESSION,
    GW_ENVELOPE_COVERAGE,
    GW_ENVELOPE_GAP,
    GW_ENVELOPE_OUTCOME,
    GW_ENVELOPE_CHECK,
    GW_ENVELOPE_HEARTBEAT,
    GW_ENVELOPE_KINDS = GW_ENVELOPE_HEARTBEAT
} gw_envelope_kind;

typedef struct gw_envelope {
    gw_envelope_kind kind;
    const char *stream; /* borrowed from the message */
    uint64_t kind_seq;  /* 0: not numbered */
    bool durable;
    const json_t *data;
} gw_envelope;

const char *gw_envelope_name(gw_envelope_kind kind);

/* A decimal string below 2^63; false when it is not. */
bool gw_envelope_number(const json_t *value, uint64_t *out);

/* False when the message is of no kind that is known here, or lacks what every message has. */
bool gw_envelope_decode(const json_t *message, gw_envelope *out);

#endif
