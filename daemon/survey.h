/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * daemon/survey.h -- one thread that takes what the detect thread found: the local alarm at once,
 * then records for the store. Coverage is gathered to one record a second of ground.
 */
#ifndef GW_DAEMON_SURVEY_H
#define GW_DAEMON_SURVEY_H

#include "daemon/alarm.h"
#include "daemon/detect.h"
#include "daemon/life.h"
#include "daemon/navigator.h"
#include "daemon/posture.h"
#include "daemon/store.h"

typedef struct gw_survey gw_survey;

typedef struct gw_survey_config {
    gw_feed *feeds[GW_KIND_COUNT];
    gw_ring *findings; /* of gw_finding */
    gw_bell *bell;     /* rung after each; it waits on it */
    gw_store *store;
    gw_alarm *alarm;
    gw_origin place;         /* of the lane */
    gw_balance_mode balance; /* of the metal detector */
    gw_posture posture;      /* limits of how the head is held and moved */
    gw_navigator *navigator; /* NULL: no receiver */
} gw_survey_config;

gw_status gw_survey_create(const gw_survey_config *config, gw_survey **out, gw_error *error);
gw_status gw_survey_start(gw_survey *survey, gw_error *error);
uint64_t gw_survey_turns(const gw_survey *survey);

/* The head stands still where it is, m, or does not: said by each sensor that sees, once a second.
 * Any one thread. */
void gw_survey_stand(gw_survey *survey, bool is_standing, double along_m);

/* The lives of its indications. */
gw_life *gw_survey_life(gw_survey *survey);

/* Newest place that was searched, m; NAN unknown. */
double gw_survey_along(const gw_survey *survey);

/* The ground searched last has no known place. */
bool gw_survey_is_placeless(const gw_survey *survey);

/* Take what is still in the ring, write the coverage gathered so far, end the thread. */
bool gw_survey_stop(gw_survey *survey, void (*idle)(void *user), void *user);
void gw_survey_destroy(gw_survey *survey);

#endif
