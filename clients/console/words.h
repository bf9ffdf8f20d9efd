/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/console/words.h -- states and reasons in an operator's words. docs/blind.md says more.
 */
#ifndef GW_CLIENTS_CONSOLE_WORDS_H
#define GW_CLIENTS_CONSOLE_WORDS_H

/* From worst to best, as in docs/messages.md. */
typedef enum { GW_SHOWN_BLIND, GW_SHOWN_DEGRADED, GW_SHOWN_SEARCHING, GW_SHOWN_ALARM } gw_shown;

/* Of a message; a word that is not known here, or none (NULL), is BLIND. */
gw_shown gw_shown_of(const char *word);
const char *gw_shown_word(gw_shown state);

/* What a state means. */
const char *gw_shown_text(gw_shown state);

/* What a reason's word means and what to do; NULL: not known here. */
const char *gw_reason_plain(const char *word);

#endif
