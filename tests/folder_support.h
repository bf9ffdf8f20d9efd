/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/folder_support.h -- a folder of the test's own, made before it and removed after it.
 */
#ifndef GW_TESTS_FOLDER_SUPPORT_H
#define GW_TESTS_FOLDER_SUPPORT_H

#include <stdio.h>
#include <stdlib.h>

static char folder[64];

static int folder_make(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/gw-test-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int folder_remove(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static const char *path_of(const char *name)
{
    static char path[4][256];
    static int next;
    char *made = path[next++ % 4];
    snprintf(made, 256, "%s/%s", folder, name);
    return made;
}

#endif
