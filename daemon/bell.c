/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/bell.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

gw_status gw_bell_create(gw_bell *bell, gw_error *error)
{
    atomic_init(&bell->waiting, 0);
    bell->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (bell->fd < 0)
        return gw_error_set(error, GW_EIO, "eventfd: %s", strerror(errno));
    return GW_OK;
}

void gw_bell_arm(gw_bell *bell)
{
    atomic_exchange_explicit(&bell->waiting, 1, memory_order_acq_rel);
}

void gw_bell_wait(gw_bell *bell, int timeout_ms)
{
    uint64_t n;
    struct pollfd wait = {.fd = bell->fd, .events = POLLIN};
    if (poll(&wait, 1, timeout_ms) > 0 && read(bell->fd, &n, sizeof n) < 0)
        n = 0; /* another wake-up took it: the waiter looks again in any case */
}

void gw_bell_ring(gw_bell *bell)
{
    const uint64_t one = 1;
    if (!atomic_exchange_explicit(&bell->waiting, 0, memory_order_acq_rel))
        return;
    if (write(bell->fd, &one, sizeof one) < 0)
        return; /* the counter is full: it rings already */
}

void gw_bell_destroy(gw_bell *bell)
{
    if (bell->fd >= 0)
        close(bell->fd);
    bell->fd = -1;
}
