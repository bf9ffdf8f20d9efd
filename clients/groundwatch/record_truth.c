/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/record_truth.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/scene/scene.h"

enum { PATH_BYTES = 1100 };

typedef void line_put(FILE *file, const void *items, size_t k);

static void target_put(FILE *file, const void *items, size_t k)
{
    const gw_truth *truth = (const gw_truth *)items + k;
    if (truth->is_target)
        fprintf(file, "%.3f,%s,%s,%.3f,%g,%.3f\n", truth->along_m, truth->class_name, truth->name,
                truth->depth_m, truth->diameter_m, truth->cross_m);
}

static void metal_put(FILE *file, const void *items, size_t k)
{
    const gw_truth *truth = (const gw_truth *)items + k;
    if (truth->is_metal)
        fprintf(file, "%.3f,%s,%.3f,%.3f\n", truth->along_m, truth->name, truth->depth_m,
                truth->cross_m);
}

static void object_put(FILE *file, const void *items, size_t k)
{
    const gw_truth *truth = (const gw_truth *)items + k;
    fprintf(file, "%.3f,%.3f,%.3f,%.4g,%s,%s,%d,%d\n", truth->along_m, truth->cross_m,
            truth->depth_m, truth->diameter_m, truth->name, truth->class_name, truth->is_target,
            truth->is_metal);
}

static void ground_put(FILE *file, const void *items, size_t k)
{
    const gw_truth_ground *ground = (const gw_truth_ground *)items + k;
    fprintf(file, "%.3f,%.4f,%.4f,%.4f,%.4g,%.4g,%.5g,%.4g,%g\n", ground->along_m, ground->time_s,
            ground->lift_m, ground->cross_m, ground->eps_r, ground->sigma_s_m, ground->chi,
            ground->chi_drop_per_decade, ground->mesh_m);
}

/* One file: a header and what `put` says of each item. */
typedef struct table {
    const char *ending, *header;
    line_put *put;
} table;

static gw_status table_write(const char *out, const table *what, const void *items, size_t n,
                             gw_error *error)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%.1000s%s", out, what->ending);
    FILE *file = fopen(path, "wx");
    if (!file)
        return gw_error_set(error, GW_EIO, "%s: %s", path, strerror(errno));
    fprintf(file, "%s\n", what->header);
    for (size_t k = 0; k < n; k++)
        what->put(file, items, k);
    bool is_good = !ferror(file);
    is_good &= fclose(file) == 0;
    return is_good ? GW_OK : gw_error_set(error, GW_EIO, "%s: %s", path, strerror(errno));
}

gw_status record_truth_write(const char *scene, const char *out, gw_error *error)
{
    static const table tables[] = {
        {".truth.csv", "along_m,class,name,depth_m,diameter_m,cross_m", target_put},
        {".metal.csv", "along_m,name,depth_m,cross_m", metal_put},
        {".objects.csv", "along_m,cross_m,depth_m,diameter_m,name,class,is_target,is_metal",
         object_put}};
    static const table ground_table = {".ground.csv",
                                       "along_m,time_s,lift_m,cross_m,eps_r,sigma_s_m,chi,"
                                       "chi_drop_per_decade,mesh_m",
                                       ground_put};
    gw_truth *truth = NULL;
    gw_truth_ground *ground = NULL;
    size_t n = 0, n_ground = 0;
    gw_status status = gw_scene_truth(scene, &truth, &n, error);
    for (size_t k = 0; k < sizeof tables / sizeof *tables && status == GW_OK; k++)
        status = table_write(out, &tables[k], truth, n, error);
    if (status == GW_OK)
        status = gw_scene_truth_ground(scene, &ground, &n_ground, error);
    if (status == GW_OK)
        status = table_write(out, &ground_table, ground, n_ground, error);
    free(truth);
    free(ground);
    return status;
}

/* Rows of a recording have lost ones before them: the first that is at or beyond a scan. */
static void row_seek(gw_recording *recording, double scan, uint64_t *row, uint64_t *n_lost)
{
    uint64_t n_rows = (uint64_t)gw_recording_stream(recording)->n_rows;
    for (; *row + 1 < n_rows && (double)(*row + *n_lost) < scan; ++*row)
        *n_lost += gw_recording_gap(recording, *row + 1);
}

static gw_status targets_annotate(const char *scene, const gw_truth *truth, size_t n,
                                  gw_sigmf_writer *writer, gw_error *error)
{
    gw_recording *recording = NULL;
    uint64_t row = 0, n_lost = 0;
    gw_status status = gw_recording_open(scene, GW_KIND_GPR, &recording, error);
    for (size_t k = 0; k < n && status == GW_OK; k++) {
        char comment[64];
        if (!truth[k].is_target)
            continue;
        double spacing_m = gw_recording_stream(recording)->scan_spacing_m;
        row_seek(recording, floor(truth[k].along_m / spacing_m + 0.5), &row, &n_lost);
        snprintf(comment, sizeof comment, "%s depth %.1f cm", truth[k].class_name,
                 truth[k].depth_m * 100);
        status = gw_sigmf_writer_annotate(writer, row, 1, truth[k].name, comment, error);
    }
    gw_recording_close(recording);
    return status;
}

gw_status record_truth_annotate(const char *scene, const gw_stream *stream, gw_sigmf_writer *writer,
                                gw_error *error)
{
    char soil[32];
    gw_truth *truth = NULL;
    size_t n = 0;
    gw_status status = gw_scene_truth_soil(scene, soil, error);
    if (status == GW_OK && soil[0] && stream->kind != GW_KIND_POSE)
        gw_sigmf_writer_label(writer, "gw:soil", soil);
    if (status != GW_OK || stream->kind != GW_KIND_GPR || stream->scan_spacing_m <= 0)
        return status;
    status = gw_scene_truth(scene, &truth, &n, error);
    if (status == GW_OK)
        status = targets_annotate(scene, truth, n, writer, error);
    free(truth);
    return status;
}
