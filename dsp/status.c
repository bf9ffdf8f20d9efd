/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/status.h"

#include <stdarg.h>
#include <stdio.h>

const char *gw_status_text(gw_status status)
{
    switch (status) {
#define X(name, value, exit_status, text)                                                          \
    case GW_##name:                                                                                \
        return text;
        GW_STATUS_LIST(X)
#undef X
    }
    return "unknown status";
}

int gw_status_exit(gw_status status)
{
    switch (status) {
#define X(name, value, exit_status, text)                                                          \
    case GW_##name:                                                                                \
        return exit_status;
        GW_STATUS_LIST(X)
#undef X
    }
    return 70;
}

gw_status gw_error_set(gw_error *error, gw_status status, const char *format, ...)
{
    if (error) {
        va_list list;
        error->status = status;
        va_start(list, format);
        vsnprintf(error->text, sizeof error->text, format, list);
        va_end(list);
        /* Texts quote outside bytes: none may break the line or speak to the terminal. */
        for (char *at = error->text; *at; at++)
            if ((unsigned char)*at < ' ' || *at == 0x7f)
                *at = '?';
    }
    return status;
}
