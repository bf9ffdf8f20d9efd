/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static gw_status not_regular(const char *path, gw_status wrong, gw_error *error)
{
    return gw_error_set(error, wrong, "%s: not a regular file", path);
}

gw_status gw_file_check(const char *path, gw_status wrong, gw_error *error)
{
    struct stat about;
    bool is_other = stat(path, &about) == 0 && !S_ISREG(about.st_mode);
    return is_other ? not_regular(path, wrong, error) : GW_OK;
}

gw_status gw_file_open(const char *path, gw_status wrong, int *fd, gw_error *error)
{
    struct stat about;
    *fd = -1;
    /* Looked at first: opening alone does something to some devices. */
    gw_status status = gw_file_check(path, wrong, error);
    if (status != GW_OK)
        return status;
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (*fd < 0)
        return gw_error_set(error, errno == ENOENT || errno == ENOTDIR ? GW_ENOENT : GW_EIO,
                            "%s: %s", path, strerror(errno));
    /* And again: between the two it may have become another. */
    if (fstat(*fd, &about) == 0 && S_ISREG(about.st_mode))
        return GW_OK;
    close(*fd);
    *fd = -1;
    return not_regular(path, wrong, error);
}

gw_status gw_file_stream(const char *path, gw_status wrong, FILE **file, gw_error *error)
{
    int fd;
    *file = NULL;
    gw_status status = gw_file_open(path, wrong, &fd, error);
    if (status == GW_OK && !(*file = fdopen(fd, "rb"))) {
        status = gw_error_set(error, GW_EIO, "%s: %s", path, strerror(errno));
        close(fd);
    }
    return status;
}
