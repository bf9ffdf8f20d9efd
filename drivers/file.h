/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/file.h -- files that a user names, opened so that none can hold the program up.
 *
 * A pipe nobody writes to would be waited for, a device may give bytes for ever: only regular files
 * are opened.
 */
#ifndef GW_DRIVERS_FILE_H
#define GW_DRIVERS_FILE_H

#include <stdio.h>

#include "dsp/status.h"

/* GW_OK where there is a regular file, or nothing; `wrong`: a folder, pipe, socket or device. */
gw_status gw_file_check(const char *path, gw_status wrong, gw_error *error);

/* Open a regular file for reading; *fd is -1 where it fails. GW_ENOENT; GW_EIO; `wrong`: as
 * above. */
gw_status gw_file_open(const char *path, gw_status wrong, int *fd, gw_error *error);

/* The same as a stream; *file is NULL where it fails. */
gw_status gw_file_stream(const char *path, gw_status wrong, FILE **file, gw_error *error);

#endif
