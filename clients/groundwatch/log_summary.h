/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/groundwatch/log_summary.h -- `groundwatch log summary`.
 */
#ifndef GW_CLIENTS_LOG_SUMMARY_COMMAND_H
#define GW_CLIENTS_LOG_SUMMARY_COMMAND_H

int log_summary_run(int argc, char **argv);

#endif
