/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/foreign_support.h -- files of foreign formats, made in a folder of the test's own.
 */
#ifndef GW_TESTS_FOREIGN_SUPPORT_H
#define GW_TESTS_FOREIGN_SUPPORT_H

#include "drivers/recording.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/folder_support.h"

static FILE *file_make(const char *name)
{
    FILE *file = fopen(path_of(name), "wb");
    assert_non_null(file);
    return file;
}

static void text_make(const char *name, const char *text)
{
    FILE *file = file_make(name);
    fputs(text, file);
    fclose(file);
}

static gw_recording *open_good(const char *name)
{
    gw_recording *recording = NULL;
    gw_error error = {0};
    if (gw_recording_open(path_of(name), GW_KIND_GPR, &recording, &error) != GW_OK)
        fail_msg("%s", error.text);
    return recording;
}

/* Refused with `status`, and the text names the file and has `word`. */
static void refused(const char *name, gw_status status, const char *word)
{
    gw_recording *recording = NULL;
    gw_error error = {0};
    assert_int_equal(gw_recording_open(path_of(name), GW_KIND_GPR, &recording, &error), status);
    assert_null(recording);
    if (!strstr(error.text, word) || !strstr(error.text, folder))
        fail_msg("%s: no %s", error.text, word);
}

static void said(const gw_recording *recording, const char *note)
{
    if (!strstr(gw_recording_notes(recording), note))
        fail_msg("'%s': no '%s'", gw_recording_notes(recording), note);
}

#endif
