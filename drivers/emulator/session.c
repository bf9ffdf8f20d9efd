/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/emulator/fault_apply.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

bool emulator_session_send(emulator_session *session, const void *bytes, size_t n_bytes)
{
    const char *at = bytes;
    while (n_bytes > 0) {
        ssize_t n = send(session->fd, at, n_bytes, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        at += n;
        n_bytes -= (size_t)n;
    }
    return true;
}

bool emulator_session_reply(emulator_session *session, int64_t value)
{
    char line[32];
    int n = snprintf(line, sizeof line, "%" PRId64 "\n", value);
    return n > 0 && emulator_session_send(session, line, (size_t)n);
}

/* More bytes into the empty input; false at the end of the connection. */
static bool input_fill(emulator_session *session)
{
    ssize_t n;
    do
        n = recv(session->fd, session->input, sizeof session->input, 0);
    while (n < 0 && errno == EINTR);
    session->at_input = 0;
    session->n_input = n > 0 ? (size_t)n : 0;
    return n > 0;
}

bool emulator_session_receive(emulator_session *session, void *to, uint64_t n_bytes)
{
    for (char *at = to; n_bytes > 0;) {
        size_t there = session->n_input - session->at_input;
        size_t n = n_bytes < there ? (size_t)n_bytes : there;
        if (at) {
            memcpy(at, session->input + session->at_input, n);
            at += n;
        }
        session->at_input += n;
        n_bytes -= n;
        if (n_bytes > 0 && !input_fill(session))
            return false;
    }
    return true;
}

bool emulator_session_sleep(const emulator_session *session, int64_t until_ns)
{
    struct pollfd pollfd = {.fd = session->fd, .events = POLLRDHUP};
    int64_t left_ns = until_ns - emulator_monotonic_ns();
    struct timespec left = {.tv_sec = left_ns / 1000000000, .tv_nsec = left_ns % 1000000000};
    if (left_ns <= 0)
        return true;
    return ppoll(&pollfd, 1, &left, NULL) <= 0;
}

/* One line without its end. A line that is too long is read to its end, and *n is beyond
 * EMULATOR_LINE_MAX. False at the end of the connection. */
static bool line_read(emulator_session *session, char line[EMULATOR_LINE_MAX], size_t *n)
{
    for (*n = 0;;) {
        if (session->at_input == session->n_input && !input_fill(session))
            return false;
        char c = session->input[session->at_input++];
        if (c == '\n')
            break;
        if (*n < EMULATOR_LINE_MAX)
            line[*n] = c;
        if (*n <= EMULATOR_LINE_MAX)
            ++*n;
    }
    if (*n > 0 && *n <= EMULATOR_LINE_MAX && line[*n - 1] == '\r')
        --*n;
    return true;
}

static void session_converse(emulator_session *session)
{
    char line[EMULATOR_LINE_MAX];
    size_t n;
    emulator_command command;
    if (!emulator_fault_wait(session, GW_FAULT_MUTE, -1))
        return;
    while (line_read(session, line, &n)) {
        bool go_on;
        if (n > EMULATOR_LINE_MAX || emulator_command_parse(line, n, &command))
            go_on = emulator_session_reply(session, -EINVAL);
        else
            go_on = emulator_answer(session, &command);
        if (!go_on)
            return;
    }
}

void *emulator_session_run(void *argument)
{
    emulator_session *session = argument;
    gw_emulator *emulator = session->emulator;
    session_converse(session);
    for (size_t k = 0; k < GW_KIND_COUNT; k++) {
        emulator_stream_close(emulator, session->streams[k]);
        session->streams[k] = NULL;
    }
    pthread_mutex_lock(&emulator->lock);
    close(session->fd);
    session->fd = -1;
    session->slot = SLOT_DONE;
    pthread_mutex_unlock(&emulator->lock);
    return NULL;
}
