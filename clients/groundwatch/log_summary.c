/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/log_summary.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "clients/groundwatch/command.h"
#include "clients/log/summary.h"

/* Names come from files: what a terminal would obey is not printed. */
static void text_print(const char *text, int width)
{
    int n = 0;
    for (; *text; text++, n++)
        putchar((unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text);
    printf("%*s", n < width ? width - n : 0, "");
}

static void counts_print(const char *heading, const json_t *counts)
{
    const char *key, *between = "";
    json_t *n;
    if (!json_object_size(counts))
        return;
    printf("    %s: ", heading);
    json_object_foreach((json_t *)(uintptr_t)counts, key, n)
    {
        fputs(between, stdout);
        text_print(key, 0);
        printf(" %" JSON_INTEGER_FORMAT, json_integer_value(n));
        between = ", ";
    }
    puts("");
}

static void summary_print(const json_t *summary)
{
    size_t k;
    const json_t *row;
    printf("%-24s %9s %12s %13s\n", "area", "outcomes", "open alarms", "acknowledged");
    json_array_foreach(json_object_get(summary, "areas"), k, row)
    {
        const char *name = json_string_value(json_object_get(row, "area"));
        text_print(name ? name : "(in none)", 24);
        printf(" %9" JSON_INTEGER_FORMAT " %12" JSON_INTEGER_FORMAT " %13" JSON_INTEGER_FORMAT "\n",
               json_integer_value(json_object_get(row, "outcomes")),
               json_integer_value(json_object_get(row, "open_alarms")),
               json_integer_value(json_object_get(row, "acknowledged")));
        counts_print("by model", json_object_get(row, "by_model"));
        counts_print("by year", json_object_get(row, "by_year"));
    }
    printf("%-24s %9" JSON_INTEGER_FORMAT " %12" JSON_INTEGER_FORMAT "\n", "all",
           json_integer_value(json_object_get(summary, "outcomes")),
           json_integer_value(json_object_get(summary, "open_alarms")));
    json_int_t n = json_integer_value(json_object_get(summary, "unplaced_outcomes"));
    if (n)
        printf("%" JSON_INTEGER_FORMAT " outcomes have no place in WGS 84: in no row above\n", n);
}

int log_summary_run(int argc, char **argv)
{
    static const struct option known[] = {{"areas", required_argument, NULL, 'a'},
                                          {"json", no_argument, NULL, 'j'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    const char *path = NULL;
    bool is_json = false;
    gw_error error = {0};
    gw_areas *areas = NULL;
    json_t *summary = NULL;
    for (int option; (option = getopt_long(argc, argv, "h", known, NULL)) != -1;)
        if (option == 'a')
            path = optarg;
        else if (option == 'j')
            is_json = true;
        else if (option == 'h')
            return puts("usage: groundwatch log summary FILE.gpkg --areas AREAS.geojson [--json]"),
                   0;
        else
            return gw_status_exit(GW_EUSAGE);
    if (optind + 1 != argc || !path) {
        gw_error_set(&error, GW_EUSAGE, "a log and --areas are needed; `groundwatch log --help`");
        return command_fail("log summary", &error);
    }
    gw_status status = gw_areas_load(path, &areas, &error);
    if (status == GW_OK)
        status = gw_log_summary(argv[optind], areas, &summary, &error);
    if (status == GW_OK && is_json) {
        json_dumpf(summary, stdout, JSON_INDENT(1));
        puts("");
    } else if (status == GW_OK) {
        summary_print(summary);
    }
    json_decref(summary);
    gw_areas_destroy(areas);
    return status == GW_OK ? 0 : command_fail("log summary", &error);
}
