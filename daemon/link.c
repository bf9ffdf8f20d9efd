/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/link.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

const char *gw_record_name(gw_record_kind kind)
{
    static const char *const names[] = {
#define X(name, word) word,
        GW_RECORD_LIST(X)
#undef X
    };
    return (unsigned)kind < GW_RECORD_COUNT ? names[kind] : "unknown";
}

gw_status gw_link_create(gw_link_page **page, int *page_fd, int *core_queue_fd, int *gate_queue_fd,
                         gw_error *error)
{
    int pair[2];
    int fd = memfd_create("groundwatch-link", MFD_CLOEXEC);
    if (fd < 0 || ftruncate(fd, sizeof(gw_link_page)) < 0)
        goto fail;
    *page = mmap(NULL, sizeof(gw_link_page), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd,
                 0); /* the detect thread shall fault no page */
    if (*page == MAP_FAILED)
        goto fail;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) < 0) {
        munmap(*page, sizeof(gw_link_page));
        goto fail;
    }
    *page_fd = fd;
    *core_queue_fd = pair[0];
    *gate_queue_fd = pair[1];
    return GW_OK;
fail:
    gw_error_set(error, GW_EIO, "link to the gate: %s", strerror(errno));
    if (fd >= 0)
        close(fd);
    *page = NULL;
    return GW_EIO;
}

const gw_link_page *gw_link_map(int page_fd)
{
    void *page = mmap(NULL, sizeof(gw_link_page), PROT_READ, MAP_SHARED, page_fd, 0);
    return page == MAP_FAILED ? NULL : page;
}

void gw_link_publish(gw_link_page *page, const gw_link_report *report)
{
    uint64_t version = atomic_load_explicit(&page->version, memory_order_relaxed);
    atomic_store_explicit(&page->version, version + 1, memory_order_relaxed);
    atomic_thread_fence(memory_order_release);
    page->report = *report;
    atomic_store_explicit(&page->version, version + 2, memory_order_release);
    atomic_fetch_add_explicit(&page->beat, 1, memory_order_release);
}

bool gw_link_read(const gw_link_page *page, gw_link_report *report, uint64_t *beat)
{
    for (int attempt = 0; attempt < 1000; attempt++) {
        uint64_t before = atomic_load_explicit(&page->version, memory_order_acquire);
        *beat = atomic_load_explicit(&page->beat, memory_order_acquire);
        *report = page->report;
        atomic_thread_fence(memory_order_acquire);
        if (!(before & 1) && atomic_load_explicit(&page->version, memory_order_relaxed) == before)
            return true;
    }
    return false;
}
