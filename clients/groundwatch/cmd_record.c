/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/command.h"

int command_record(int argc, char **argv)
{
    gw_error error;
    (void)argc;
    gw_error_set(&error, GW_EINTERNAL, "not built yet");
    return command_fail(argv[0], &error);
}
