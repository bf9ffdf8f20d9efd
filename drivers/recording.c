/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/recording.h"
typedef int gw_placeholder;
