/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/command.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clients/groundwatch/info.h"

static const char help[] =
    "usage: groundwatch info [--json] RECORDING|URI...\n\n"
    "Says what a recording holds, and what of it was not understood; or lists the devices and\n"
    "channels of a libiio context (iio:ip:HOST[:PORT], ip:HOST[:PORT], iio:local:, iio:usb:...),\n"
    "which of them would serve as gpr, md or pose, why the others would not, and the lines of\n"
    "configuration that name a foreign front end.\n\n"
    "  --json      one JSON object a line, for each argument\n"
    "  --picture   draw the radar in characters (on a terminal it is drawn anyhow)\n"
    "  --png FILE  draw the radar of one recording, with axes in metres and nanoseconds\n\n"
    "Exit status: that of the first argument that failed, after all were tried.\n";

static void array_print(const json_t *array)
{
    size_t k;
    json_t *each;
    json_array_foreach((json_t *)(uintptr_t)array, k, each)
    {
        fputs(k ? ", " : "", stdout);
        if (json_is_string(each))
            fputs(json_string_value(each), stdout);
        else
            printf("%.10g", json_number_value(each));
    }
    puts("");
}

/* "lat 39.64, lon 46.54" */
static void object_print(const json_t *object)
{
    const char *between = "", *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        printf("%s%s %.10g", between, key, json_number_value(value));
        between = ", ";
    }
    puts("");
}

void info_value_print(int indent, const char *key, const json_t *value)
{
    if (!value || (json_is_array(value) && json_array_size(value) == 0))
        return;
    printf("%*s%-*s", indent, "", 30 - indent, key);
    if (json_is_array(value))
        array_print(value);
    else if (json_is_object(value))
        object_print(value);
    else if (json_is_string(value))
        puts(json_string_value(value));
    else if (json_is_boolean(value))
        puts(json_is_true(value) ? "yes" : "no");
    else
        printf("%.10g\n", json_number_value(value));
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* Schemes of libiio that need no "iio:" before them here. */
static bool is_bare(const char *argument)
{
    return begins(argument, "ip:") || begins(argument, "usb:") || begins(argument, "local:");
}

typedef struct options {
    bool is_json, has_picture;
    const char *png;
} options;

static int info_one(const char *argument, const options *chosen)
{
    json_t *about = NULL;
    gw_error error = {.status = GW_OK};
    gw_status status;
    const char *path = argument + (begins(argument, "file:") ? 5 : 0);
    bool is_context = begins(argument, "iio:") || is_bare(argument);
    char *uri = NULL;
    if (is_context && asprintf(&uri, "%s%s", is_bare(argument) ? "iio:" : "", argument) < 0)
        return gw_status_exit(GW_ENOMEM);
    if (is_context)
        status = info_context(uri, &about, &error);
    else
        status = info_recording(path, &about, &error);
    free(uri);
    bool has = about && (is_context || json_array_size(json_object_get(about, "streams")) > 0);
    if (has && chosen->is_json) {
        json_dumpf(about, stdout, JSON_COMPACT);
        puts("");
    } else if (has) {
        (is_context ? info_context_print : info_recording_print)(about);
    }
    bool is_printed = chosen->has_picture && !chosen->is_json;
    if (status == GW_OK && !is_context && (is_printed || chosen->png))
        status = info_picture(path, chosen->png, is_printed, &error);
    fflush(stdout);
    json_decref(about);
    return status == GW_OK ? 0 : command_fail("info", &error);
}

int command_info(int argc, char **argv)
{
    enum { PICTURE = 256, PNG };
    static const struct option known[] = {{"json", no_argument, NULL, 'j'},
                                          {"picture", no_argument, NULL, PICTURE},
                                          {"png", required_argument, NULL, PNG},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    options chosen = {.has_picture = isatty(STDOUT_FILENO)};
    int first_failure = 0;
    for (int option; (option = getopt_long(argc, argv, "h", known, NULL)) != -1;) {
        if (option == 'h') {
            fputs(help, stdout);
            return 0;
        }
        if (option == 'j')
            chosen.is_json = true;
        else if (option == PICTURE)
            chosen.has_picture = true;
        else if (option == PNG)
            chosen.png = optarg;
        else
            return gw_status_exit(GW_EUSAGE);
    }
    if (optind == argc || (chosen.png && optind + 1 != argc)) {
        gw_error error;
        gw_error_set(&error, GW_EUSAGE, "give a recording or a URI%s (see --help)",
                     chosen.png ? ", one for --png" : "");
        return command_fail("info", &error);
    }
    for (int k = optind; k < argc; k++) {
        int status = info_one(argv[k], &chosen);
        first_failure = first_failure ? first_failure : status;
    }
    return first_failure;
}
