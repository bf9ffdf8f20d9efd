/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/groundwatch/explain.h -- a decision of a journal beside the same computed anew.
 */
#ifndef GW_CLIENTS_EXPLAIN_H
#define GW_CLIENTS_EXPLAIN_H

#include <stdio.h>

#include "clients/groundwatch/detect.h"
#include "clients/log/decision.h"

/* Prints what the decision rests on and how the two compare. False: it does not come out of the
 * recording, or differs by more than 1e-5. */
bool explain_print(const gw_decision *decision, const detect_result *result, FILE *to);

#endif
