/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/client.h"
typedef int gw_placeholder;
