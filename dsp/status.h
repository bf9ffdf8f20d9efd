/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/status.h -- what can go wrong, its exit status, and one line that says so.
 *
 * Functions that can fail return a gw_status; those at the edges (open, load, parse) also fill a
 * gw_error, whose text names file, place and cause. Nothing below the commands prints it.
 */
#ifndef GW_DSP_STATUS_H
#define GW_DSP_STATUS_H

/* name, value, exit status (sysexits), text */
/* clang-format off */
#define GW_STATUS_LIST(X)                                                                          \
    X(OK,          0,  0, "ok")                                                                    \
    X(END,        -1,  0, "end of the recording")                                                  \
    X(EUSAGE,     -2, 64, "wrong usage")                                                           \
    X(EFORMAT,    -3, 65, "data not understood")                                                   \
    X(ENOENT,     -4, 66, "no such file")                                                          \
    X(ENODEV,     -5, 66, "no such device or stream")                                              \
    X(EINVAL,     -6, 70, "invalid argument")                                                      \
    X(ENOMEM,     -7, 70, "out of memory")                                                         \
    X(EINTERNAL,  -8, 70, "internal error")                                                        \
    X(EIO,        -9, 74, "input or output failed")                                                \
    X(ELOST,     -10, 74, "connection lost")                                                       \
    X(ETIMEDOUT, -11, 74, "timed out")                                                             \
    X(EBUSY,     -12, 74, "already in use")                                                        \
    X(ECANCELED, -13, 74, "cancelled")                                                             \
    X(ECONFIG,   -14, 78, "wrong configuration")
/* clang-format on */

typedef enum {
#define X(name, value, exit_status, text) GW_##name = (value),
    GW_STATUS_LIST(X)
#undef X
} gw_status;

typedef struct gw_error {
    gw_status status;
    char text[480]; /* one line, no newline at its end; "" when ok */
} gw_error;

/* Text of a status: a constant, never NULL. */
const char *gw_status_text(gw_status status);

/* Exit status of a status, by the contract of the commands (sysexits.h). */
int gw_status_exit(gw_status status);

/* Write status and text into error (NULL is allowed); returns status, so that a caller can
 * `return gw_error_set(...)`. */
gw_status gw_error_set(gw_error *error, gw_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
