/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/status.h"
typedef int gw_placeholder;
