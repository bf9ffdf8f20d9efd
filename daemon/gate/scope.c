/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/gate/gate_impl.h"

#include <stdlib.h>

/* Pictures from the core to who wants to see them: as many a second as an eye follows. */
enum { FRAMES_A_SECOND = 30, FRAMES_A_TURN = 8 };

static bool has_budget(gate *g, gw_sensor sensor)
{
    gate_scope *scope = &g->scope;
    if (g->now_ms - scope->window_ms >= 1000) {
        scope->window_ms = g->now_ms;
        for (int k = 0; k < GW_SENSOR_COUNT; k++)
            scope->n_sent[k] = 0;
    }
    return (unsigned)sensor < GW_SENSOR_COUNT && scope->n_sent[sensor]++ < FRAMES_A_SECOND;
}

static void frame_send(gate *g, uint64_t number)
{
    char topic[GW_TOPIC_MAX];
    const gw_scope_frame *frame = &g->scope.frame;
    words from = gate_words(g);
    char *json = words_scope(&from, frame, number + 1);
    gw_message_topic(GW_RECORD_SCOPE, from.device, topic);
    if (json) /* a picture that cannot be sent is not missed */
        publisher_show(g->pub, topic, json, frame->bytes, frame->n_bytes);
    free(json);
}

void scope_serve(gate *g)
{
    const gw_pictures *pictures = &g->page->pictures;
    uint64_t newest = atomic_load_explicit(&pictures->n_written, memory_order_acquire);
    uint64_t *next = &g->scope.next;
    if (!publisher_has_viewers(g->pub) || newest < *next)
        *next = newest;
    if (newest - *next > GW_PICTURES_KEPT / 2)
        *next = newest - GW_PICTURES_KEPT / 2;
    for (int k = 0; k < FRAMES_A_TURN && *next < newest; k++, ++*next)
        if (gw_pictures_read(pictures, *next, &g->scope.frame) &&
            g->scope.frame.n_bytes <= GW_SCOPE_BYTES_MAX && has_budget(g, g->scope.frame.sensor))
            frame_send(g, *next);
}

int scope_wait(const gate *g, int timeout_ms)
{
    enum { LOOK_MS = 15 };
    return timeout_ms > LOOK_MS && publisher_has_viewers(g->pub) ? LOOK_MS : timeout_ms;
}
