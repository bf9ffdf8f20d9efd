/* SPDX-License-Identifier: GPL-3.0-or-later
 * The alarms of a recording (SigMF, GSSI DZT), one JSON object a line:
 *     cc -o alarms alarms.c $(pkg-config --cflags --libs groundwatch) && ./alarms FILE */
#include <groundwatch/drivers/detection_json.h>
#include <groundwatch/drivers/playback.h>

/* Called for each indication; those that are no alarm are left out. */
static void print(void *path, const gw_detection *found)
{
    json_t *line = found->alarm ? gw_detection_encode(found, path) : NULL;
    if (line && json_dumpf(line, stdout, JSON_COMPACT) == 0)
        putchar('\n');
    json_decref(line);
}

int main(int argc, char **argv)
{
    char *path = argc > 1 ? argv[1] : "";
    const gw_detector_sink sink = {.detection = print, .user = path};
    gw_playback *playback = NULL;
    gw_error error = {.status = GW_OK}; /* also GW_END, at the end of the recording */
    if (gw_playback_open(path, &playback, &error) == GW_OK)
        gw_playback_start(playback, NULL, &sink, &error); /* NULL: 0.1 false alarms a metre */
    while (error.status == GW_OK)
        gw_playback_step(playback, &error);
    if (error.status != GW_END)
        fprintf(stderr, "alarms: %s\n", error.text);
    gw_playback_close(playback);
    return gw_status_exit(error.status); /* 0 at the end, else as in sysexits.h */
}
