/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clients/groundwatch/record_truth.h -- the truth of a scene beside its recording.
 */
#ifndef GW_CLIENTS_RECORD_TRUTH_H
#define GW_CLIENTS_RECORD_TRUTH_H

#include "drivers/sigmf.h"

/* OUT.truth.csv: targets; OUT.metal.csv: all metal but meshes; OUT.objects.csv: all objects;
 * OUT.ground.csv: soil and head every 0.1 m. Nothing is overwritten. */
gw_status record_truth_write(const char *scene, const char *out, gw_error *error);

/* The soil's name, and in a distance-spaced radar stream the targets as annotations. */
gw_status record_truth_annotate(const char *scene, const gw_stream *stream, gw_sigmf_writer *writer,
                                gw_error *error);

#endif
