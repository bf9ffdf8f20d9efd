/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/state.h"

const char *gw_state_name(gw_state state)
{
    static const char *const names[] = {"BLIND", "DEGRADED", "SEARCHING", "ALARM"};
    return (unsigned)state < 4 ? names[state] : names[GW_STATE_BLIND];
}

gw_state gw_state_of(unsigned reasons)
{
    gw_state worst = GW_STATE_SEARCHING;
#define X(name, bit, word, text, state)                                                            \
    if ((reasons & GW_REASON_##name) && GW_STATE_##state < worst)                                  \
        worst = GW_STATE_##state;
    GW_REASON_LIST(X)
#undef X
    return worst;
}

const char *gw_reason_word(unsigned reason)
{
    switch (reason) {
#define X(name, bit, word, text, state)                                                            \
    case GW_REASON_##name:                                                                         \
        return word;
        GW_REASON_LIST(X)
#undef X
    default:
        return "unknown";
    }
}

const char *gw_reason_text(unsigned reason)
{
    switch (reason) {
#define X(name, bit, word, text, state)                                                            \
    case GW_REASON_##name:                                                                         \
        return text;
        GW_REASON_LIST(X)
#undef X
    default:
        return "unknown";
    }
}
