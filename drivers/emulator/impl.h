/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/emulator/impl.h -- what the files of the emulator share.
 *
 * Locks: device->lock guards its recording; emulator->lock guards slots, clients, streams and
 * counts.
 * Everything else is set before the first thread starts and stays.
 */
#ifndef GW_DRIVERS_EMULATOR_IMPL_H
#define GW_DRIVERS_EMULATOR_IMPL_H

#include "drivers/emulator/emulator.h"
#include "drivers/emulator/command.h"
#include "drivers/emulator/device.h"
#include "drivers/emulator/fault_plan.h"

#include <stdio.h>

enum {
    EMULATOR_CLIENTS_MAX = 64,
    EMULATOR_PAYLOAD_MAX = 1 << 20 /* bytes of a write that are read before it is refused */
};

typedef enum { SLOT_FREE, SLOT_RUNNING, SLOT_DONE } emulator_slot;

typedef struct emulator_session {
    struct gw_emulator *emulator;
    emulator_slot slot;
    pthread_t thread;
    int fd;
    uint64_t timeout_ms; /* set on this connection; UINT64_MAX: not set */
    emulator_stream *streams[GW_KIND_COUNT];
    size_t n_input, at_input;
    char input[4096];
} emulator_session;

struct gw_emulator {
    pthread_mutex_t lock;
    emulator_clock clock;
    emulator_device devices[GW_KIND_COUNT];
    gw_fault_plan faults;
    int pose_along; /* channel of the pose stream that says the way along, or -1 */
    char name[GW_NAME_MAX], hash[GW_HASH_MAX];
    char *xml;
    size_t n_xml;
    uint64_t timeout_ms; /* set last by any client */
    int listeners[2], wake;
    unsigned port;
    bool accepting;
    pthread_t acceptor;
    char summary[480], notes[2048];
    emulator_session sessions[EMULATOR_CLIENTS_MAX];
};

/* contents.c: open the recording and describe its devices. */
gw_status emulator_contents_open(gw_emulator *emulator, const char *path, gw_error *error);

/* accept.c: sockets of the loopback addresses, and the thread that accepts. */
gw_status emulator_listen(gw_emulator *emulator, unsigned port, gw_error *error);
void emulator_listeners_close(gw_emulator *emulator);
void emulator_sessions_end(gw_emulator *emulator); /* by the acceptor, or after it */
void *emulator_accept_run(void *emulator);

/* xml.c: the context as iiod prints it; malloc'd, one line. NULL: no memory. */
char *emulator_xml_create(const gw_emulator *emulator);

/* stream.c: an OPEN. timeout_ms: UINT64_MAX for the emulator's. Starts the clock.
 * Returns 0 or a negative errno. */
int emulator_stream_open(gw_emulator *emulator, emulator_device *device,
                         const emulator_command *command, uint64_t timeout_ms,
                         emulator_stream **out);
void emulator_stream_close(gw_emulator *emulator, emulator_stream *stream);

/* Before each READBUF: the channels that this one sends. */
void emulator_stream_settle(gw_emulator *emulator, emulator_stream *stream);

/* Samples that are due are counted into the ring; true when the device has none to come. */
bool emulator_stream_produce(gw_emulator *emulator, emulator_stream *stream);

/* pack.c: take n samples, which wait in the ring, and write n * step bytes.
 * GW_EIO: the recording cannot be read. */
gw_status emulator_pack(gw_emulator *emulator, emulator_stream *stream, uint64_t n, uint8_t *out);

/* session.c: the thread of one connection; bytes out and in. */
void *emulator_session_run(void *session);
bool emulator_session_send(emulator_session *session, const void *bytes, size_t n_bytes);
bool emulator_session_reply(emulator_session *session, int64_t value); /* one integer line */

/* Take n_bytes; to NULL: they are thrown away. False: the client is gone. */
bool emulator_session_receive(emulator_session *session, void *to, uint64_t n_bytes);

/* Sleep until CLOCK_MONOTONIC until_ns. False: the client is gone. */
bool emulator_session_sleep(const emulator_session *session, int64_t until_ns);

/* answer.c, read.c: carry out a command. False: end the connection. */
bool emulator_answer(emulator_session *session, const emulator_command *command);
bool emulator_answer_read(emulator_session *session, const emulator_device *device,
                          const emulator_command *command);
bool emulator_answer_write(emulator_session *session, emulator_device *device,
                           const emulator_command *command); /* device NULL: none such */
void emulator_debug_attributes_put(FILE *out);               /* into the context's document */
bool emulator_answer_readbuf(emulator_session *session, emulator_stream *stream, uint64_t bytes);

#endif
