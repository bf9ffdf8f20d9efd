/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/gate/endpoint.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* The folder of a socket is made, for its owner alone, where only its last part is missing. */
static void folder_make(const char *path)
{
    char folder[sizeof((struct sockaddr_un *)0)->sun_path];
    const char *slash = strrchr(path, '/');
    if (slash && slash != path) {
        snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
        mkdir(folder, 0700); /* when it exists or cannot be made, the lock says what is wrong */
    }
}

static gw_status lock_take(const char *path, int *lock_fd, gw_error *error)
{
    char lock[sizeof((struct sockaddr_un *)0)->sun_path + 8];
    snprintf(lock, sizeof lock, "%s.lock", path);
    int fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return gw_error_set(error, GW_EIO, "%s: %s", lock, strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        gw_status status = errno == EWOULDBLOCK ? GW_EBUSY : GW_EIO;
        gw_error_set(error, status, "ipc://%s: %s", path,
                     status == GW_EBUSY ? "already served by another gate" : strerror(errno));
        close(fd);
        return status;
    }
    *lock_fd = fd;
    return GW_OK;
}

/* libzmq removes whatever file has the path; we remove sockets only, and only under the lock. */
static gw_status stale_remove(const char *path, gw_error *error)
{
    struct stat info;
    if (lstat(path, &info) < 0 && errno == ENOENT)
        return GW_OK;
    if (!S_ISSOCK(info.st_mode))
        return gw_error_set(error, GW_EIO, "ipc://%s: a file that is no socket is there", path);
    if (unlink(path) < 0)
        return gw_error_set(error, GW_EIO, "ipc://%s: %s", path, strerror(errno));
    return GW_OK;
}

static gw_status ipc_reserve(const char *path, int *lock_fd, gw_error *error)
{
    if (path[0] != '/' || strlen(path) >= sizeof((struct sockaddr_un *)0)->sun_path)
        return gw_error_set(error, GW_EUSAGE,
                            "ipc://%s: an absolute path of at most 107 bytes expected", path);
    folder_make(path);
    gw_status status = lock_take(path, lock_fd, error);
    if (status == GW_OK && (status = stale_remove(path, error)) != GW_OK) {
        close(*lock_fd);
        *lock_fd = -1;
    }
    return status;
}

static bool is_loopback(const char *host_port)
{
    char host[INET_ADDRSTRLEN];
    struct in_addr address;
    const char *colon = strchr(host_port, ':');
    if (strncmp(host_port, "[::1]:", 6) == 0)
        return true;
    if (!colon || colon - host_port >= (ptrdiff_t)sizeof host)
        return false;
    snprintf(host, sizeof host, "%.*s", (int)(colon - host_port), host_port);
    return inet_pton(AF_INET, host, &address) == 1 && ntohl(address.s_addr) >> 24 == 127;
}

gw_status endpoint_reserve(const char *endpoint, bool is_secured, int *lock_fd, gw_error *error)
{
    bool is_tcp = strncmp(endpoint, "tcp://", 6) == 0;
    *lock_fd = -1;
    if (strncmp(endpoint, "ipc://", 6) == 0)
        return ipc_reserve(endpoint + 6, lock_fd, error);
    if (is_tcp && (is_secured || is_loopback(endpoint + 6)))
        return GW_OK;
    return gw_error_set(error, GW_EUSAGE, "%s: ipc:///PATH or tcp://127.0.0.1:PORT expected%s",
                        endpoint, is_tcp ? "; other hosts are served with keys only" : "");
}
