/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/groundwatch/explain.h -- a decision of a journal beside the same computed anew.
 */
#ifndef GW_CLIENTS_EXPLAIN_H
#define GW_CLIENTS_EXPLAIN_H

#include <stdio.h>

#include "clients/groundwatch/detect.h"
#include "clients/log/decision.h"

/* What is wanted of the metal detector's chain, for the job that computes the decision anew: [*n],
 * of the decision and of each later pass; free() them. GW_ENOMEM. */
gw_status explain_looks_create(const gw_decision *decision, look **looks, size_t *n,
                               gw_error *error);

/* Prints what the decision rests on and how the two compare. looks: as the job filled them in.
 * False: it does not come out of the recording, or differs by more than 1e-5. */
bool explain_print(const gw_decision *decision, const detect_result *result, const look *looks,
                   FILE *to);

/* DIR/NAME.png of the radar (detect_picture), DIR/NAME-md.png of the metal detector's part,
 * DIR/NAME-md-K.png of that of the K-th pass. GW_EIO, GW_ENOMEM. */
gw_status explain_draw(const detect_job *job, const detect_result *result, const char *folder,
                       gw_error *error);

#endif
