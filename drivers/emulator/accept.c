/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/emulator/fault_apply.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TURN_MS = 20 /* of the thread that accepts; a restart may be due */ };

/* A listening socket, or -1 and errno. */
static int listener_open(const struct sockaddr *address, socklen_t n_address)
{
    int one = 1, fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (address->sa_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
    if (bind(fd, address, n_address) == 0 && listen(fd, EMULATOR_CLIENTS_MAX) == 0)
        return fd;
    int saved = errno;
    close(fd);
    errno = saved;
    return -1;
}

static gw_status listen_fail(unsigned port, gw_error *error)
{
    return gw_error_set(error, errno == EADDRINUSE ? GW_EBUSY : GW_EIO, "port %u: %s", port,
                        strerror(errno));
}

gw_status emulator_listen(gw_emulator *emulator, unsigned port, gw_error *error)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    struct sockaddr address;
    socklen_t n = sizeof v4;
    memcpy(&address, &v4, sizeof v4);
    emulator->listeners[0] = listener_open(&address, sizeof v4);
    if (emulator->listeners[0] < 0 || getsockname(emulator->listeners[0], &address, &n))
        return listen_fail(port, error);
    memcpy(&v4, &address, sizeof v4);
    emulator->port = ntohs(v4.sin_port);
    v6.sin6_port = v4.sin_port;
    emulator->listeners[1] = listener_open((const struct sockaddr *)&v6, sizeof v6);
    if (emulator->listeners[1] < 0 && port != 0 && errno == EADDRINUSE)
        return listen_fail(port, error);
    return GW_OK; /* without IPv6, or where a free port is free on IPv4 only: IPv4 serves */
}

void emulator_listeners_close(gw_emulator *emulator)
{
    for (size_t k = 0; k < 2; k++) {
        if (emulator->listeners[k] >= 0)
            close(emulator->listeners[k]);
        emulator->listeners[k] = -1;
    }
}

void emulator_sessions_end(gw_emulator *emulator)
{
    pthread_mutex_lock(&emulator->lock);
    for (size_t k = 0; k < EMULATOR_CLIENTS_MAX; k++)
        if (emulator->sessions[k].slot == SLOT_RUNNING)
            shutdown(emulator->sessions[k].fd, SHUT_RDWR);
    pthread_mutex_unlock(&emulator->lock);
    for (size_t k = 0; k < EMULATOR_CLIENTS_MAX; k++) {
        if (emulator->sessions[k].slot != SLOT_FREE)
            pthread_join(emulator->sessions[k].thread, NULL);
        emulator->sessions[k].slot = SLOT_FREE;
    }
}

/* A slot whose thread has ended or that never had one; NULL: all are in use. */
static emulator_session *slot_take(gw_emulator *emulator)
{
    emulator_session *found = NULL;
    pthread_mutex_lock(&emulator->lock);
    for (size_t k = 0; !found && k < EMULATOR_CLIENTS_MAX; k++)
        if (emulator->sessions[k].slot != SLOT_RUNNING)
            found = &emulator->sessions[k];
    pthread_mutex_unlock(&emulator->lock);
    if (found && found->slot == SLOT_DONE)
        pthread_join(found->thread, NULL);
    return found;
}

static void client_begin(gw_emulator *emulator, int fd)
{
    static const char busy[] = "-16\n"; /* EBUSY, in place of the first answer */
    int one = 1;
    emulator_session *session = slot_take(emulator);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (!session) {
        if (send(fd, busy, sizeof busy - 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
            errno = 0; /* it is closed in any case */
        close(fd);
        return;
    }
    pthread_mutex_lock(&emulator->lock);
    *session = (emulator_session){
        .emulator = emulator, .slot = SLOT_RUNNING, .fd = fd, .timeout_ms = UINT64_MAX};
    if (pthread_create(&session->thread, NULL, emulator_session_run, session)) {
        session->slot = SLOT_FREE;
        close(fd);
    }
    pthread_mutex_unlock(&emulator->lock);
}

void *emulator_accept_run(void *argument)
{
    gw_emulator *emulator = argument;
    static const struct timespec pause = {.tv_nsec = 20000000};
    for (;;) {
        struct pollfd fds[] = {{.fd = emulator->wake, .events = POLLIN},
                               {.fd = emulator->listeners[0], .events = POLLIN},
                               {.fd = emulator->listeners[1], .events = POLLIN}};
        if ((poll(fds, 3, TURN_MS) < 0 && errno != EINTR) || fds[0].revents)
            return NULL;
        for (size_t k = 1; k < 3; k++) {
            int fd = fds[k].revents ? accept4(fds[k].fd, NULL, NULL, SOCK_CLOEXEC) : -1;
            if (fd >= 0)
                client_begin(emulator, fd);
            else if (fds[k].revents && errno != EAGAIN)
                nanosleep(&pause, NULL); /* out of descriptors: others may end meanwhile */
        }
        emulator_fault_restart(emulator);
    }
}
