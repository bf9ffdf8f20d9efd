/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/groundwatch/command.h -- the subcommands of `groundwatch`.
 *
 * Each takes its own arguments (argv[0] is the subcommand's name) and returns an exit status of
 * sysexits.h: 0, 64 usage, 65 data, 66 no input, 70 internal, 74 I/O, 78 configuration.
 */
#ifndef GW_CLIENTS_COMMAND_H
#define GW_CLIENTS_COMMAND_H

#include "dsp/status.h"

int command_ask(int argc, char **argv);
int command_calibrate(int argc, char **argv);
int command_detect(int argc, char **argv);
int command_emulate(int argc, char **argv);
int command_explain(int argc, char **argv);
int command_info(int argc, char **argv);
int command_keys(int argc, char **argv);
int command_log(int argc, char **argv);
int command_map(int argc, char **argv);
int command_outcome(int argc, char **argv);
int command_record(int argc, char **argv);
int command_score(int argc, char **argv);
int command_watch(int argc, char **argv);

/* Print "groundwatch NAME: TEXT" on standard error; returns the exit status of error. */
int command_fail(const char *name, const gw_error *error);

#endif
