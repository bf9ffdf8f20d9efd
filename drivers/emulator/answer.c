/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/emulator/fault_apply.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char help[] =
    "Available commands:\n\n"
    "\tHELP\n\t\tPrint this help message\n"
    "\tEXIT\n\t\tClose the current session\n"
    "\tPRINT\n\t\tDisplays a XML string corresponding to the current IIO context\n"
    "\tVERSION\n\t\tGet the version of libiio in use\n"
    "\tTIMEOUT <timeout_ms>\n\t\tSet the timeout (in ms) for I/O operations\n"
    "\tOPEN <device> <samples_count> <mask> [CYCLIC]\n"
    "\t\tOpen the specified device with the given mask of channels\n"
    "\tCLOSE <device>\n\t\tClose the specified device\n"
    "\tREAD <device> DEBUG|BUFFER|[INPUT|OUTPUT <channel>] [<attribute>]\n"
    "\t\tRead the value of an attribute\n"
    "\tREADBUF <device> <bytes_count>\n\t\tRead raw data from the specified device\n"
    "\tGETTRIG <device>\n\t\tGet the name of the trigger used by the specified device\n"
    "\tSET <device> BUFFERS_COUNT <count>\n"
    "\t\tSet the number of kernel buffers for the specified device\n";

/* Index of the device with this id or name; GW_KIND_COUNT: none. */
static size_t device_find(const gw_emulator *emulator, const char *word)
{
    size_t k = 0;
    for (; k < GW_KIND_COUNT; k++) {
        const emulator_device *device = &emulator->devices[k];
        if (device->recording && (!strcmp(device->id, word) || !strcmp(device->name, word)))
            break;
    }
    return k;
}

static bool answer_print(emulator_session *session)
{
    gw_emulator *emulator = session->emulator;
    size_t n = emulator_fault_document(emulator);
    return emulator_session_reply(session, (int64_t)n) &&
           emulator_session_send(session, emulator->xml, n) &&
           emulator_session_send(session, "\n", 1);
}

static bool answer_timeout(emulator_session *session, uint64_t timeout_ms)
{
    gw_emulator *emulator = session->emulator;
    if (timeout_ms > INT32_MAX)
        return emulator_session_reply(session, -EINVAL);
    pthread_mutex_lock(&emulator->lock);
    emulator->timeout_ms = timeout_ms;
    pthread_mutex_unlock(&emulator->lock);
    session->timeout_ms = timeout_ms;
    return emulator_session_reply(session, 0);
}

static bool answer_set(emulator_session *session, emulator_device *device, uint64_t count)
{
    gw_emulator *emulator = session->emulator;
    int reply = -EINVAL;
    pthread_mutex_lock(&emulator->lock);
    if (device->n_open > 0) {
        reply = -EBUSY;
    } else if (count >= 1 && count <= EMULATOR_BUFFERS_MAX) {
        device->buffers_count = (unsigned)count;
        reply = 0;
    }
    pthread_mutex_unlock(&emulator->lock);
    return emulator_session_reply(session, reply);
}

static bool answer_open(emulator_session *session, size_t kind, const emulator_command *command)
{
    if (session->streams[kind])
        return emulator_session_reply(session, -EBUSY);
    int reply = emulator_stream_open(session->emulator, &session->emulator->devices[kind], command,
                                     session->timeout_ms, &session->streams[kind]);
    return emulator_session_reply(session, reply);
}

static bool answer_close(emulator_session *session, size_t kind)
{
    if (!session->streams[kind])
        return emulator_session_reply(session, -ENXIO);
    emulator_stream_close(session->emulator, session->streams[kind]);
    session->streams[kind] = NULL;
    return emulator_session_reply(session, 0);
}

/* As iiod: the payload is taken, then refused; without an OPEN none is sent. */
static bool answer_writebuf(emulator_session *session, size_t kind, uint64_t n_bytes)
{
    if (!session->streams[kind])
        return emulator_session_reply(session, -EBADF);
    if (n_bytes > EMULATOR_PAYLOAD_MAX)
        return emulator_session_reply(session, -ENOMEM);
    return emulator_session_reply(session, 0) && emulator_session_receive(session, NULL, n_bytes) &&
           emulator_session_reply(session, -ENOSYS);
}

static bool answer_device(emulator_session *session, const emulator_command *command)
{
    gw_emulator *emulator = session->emulator;
    size_t kind = device_find(emulator, command->device);
    bool is_attribute = command->verb == COMMAND_READ || command->verb == COMMAND_WRITE;
    if (is_attribute && command->scope != SCOPE_DEBUG && kind < GW_KIND_COUNT &&
        !emulator_fault_wait(session, GW_FAULT_ATTRIBUTE, (int)kind))
        return false;
    if (command->verb == COMMAND_WRITE)
        return emulator_answer_write(
            session, kind < GW_KIND_COUNT ? &emulator->devices[kind] : NULL, command);
    if (kind == GW_KIND_COUNT)
        return emulator_session_reply(session, -ENODEV);
    switch (command->verb) {
    case COMMAND_OPEN:
        return answer_open(session, kind, command);
    case COMMAND_CLOSE:
        return answer_close(session, kind);
    case COMMAND_READ:
        return emulator_answer_read(session, &emulator->devices[kind], command);
    case COMMAND_READBUF:
        if (!session->streams[kind])
            return emulator_session_reply(session, -EBADF);
        return emulator_answer_readbuf(session, session->streams[kind], command->value);
    case COMMAND_WRITEBUF:
        return answer_writebuf(session, kind, command->value);
    case COMMAND_SET:
        return answer_set(session, &emulator->devices[kind], command->value);
    case COMMAND_GETTRIG:
    case COMMAND_SETTRIG:
        return emulator_session_reply(session, -ENOENT);
    default:
        return emulator_session_reply(session, -ENOSYS);
    }
}

bool emulator_answer(emulator_session *session, const emulator_command *command)
{
    static const char version[] = "0.24.v0.24  \n";
    switch (command->verb) {
    case COMMAND_EMPTY:
        return true;
    case COMMAND_EXIT:
        return false;
    case COMMAND_HELP:
        return emulator_session_send(session, help, sizeof help - 1);
    case COMMAND_VERSION:
        return emulator_session_send(session, version, sizeof version - 1);
    case COMMAND_PRINT:
        return answer_print(session);
    case COMMAND_TIMEOUT:
        return answer_timeout(session, command->value);
    default:
        return answer_device(session, command);
    }
}
