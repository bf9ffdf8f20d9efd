/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/scene/head.h"

#include <math.h>
#include <stdlib.h>

#include "drivers/line_field.h"
#include "dsp/loop_field.h"

static const double REACH_M = 1.5, MESH_HALF_M = 1.0;
static const double mu0_2pi = 2e-7;

/* Values of a straight conductor: polarised along and across, and by its current. */
typedef struct wire_values {
    scene_values along, across, current;
} wire_values;

struct gw_scene_head {
    const gw_scene *scene;
    scene_basis basis;
    gw_scene_window *window;
    gw_line_field *lines;
    scene_values steady, viscous, eddies;
    wire_values wires[SCENE_WIRES_MAX], bars[SCENE_MESHES_MAX];
};

/* Extra numbers of an object: values along its axis, then across it. */
static void object_prepare(void *user, const gw_scene_object *object, double *extra)
{
    const gw_scene_head *head = user;
    const scene_basis *basis = &head->basis;
    size_t n = basis->n_values;
    gw_scene_basis_body(basis, &object->metal, GW_BODY_ALONG, extra);
    gw_scene_basis_body(basis, &object->metal, GW_BODY_ACROSS, extra + n);
    if (!(object->volume_m3 > 0))
        return;
    scene_ground ground = gw_scene_ground_mean(&head->scene->soil, object->truth.along_m);
    const gw_body grain = {.form = GW_BODY_GRAIN,
                           .volume_m3 = object->volume_m3,
                           .chi = object->chi - ground.chi,
                           .chi_drop = ground.chi_drop};
    scene_values hole;
    gw_scene_basis_body(basis, &grain, GW_BODY_ALONG, hole.v);
    for (size_t k = 0; k < 2 * n; k++)
        extra[k] += hole.v[k % n];
}

static void conductor_fill(const scene_basis *basis, const scene_circuit *circuit,
                           wire_values *values)
{
    gw_scene_basis_cylinder(basis, circuit->radius_m, GW_BODY_ALONG, values->along.v);
    gw_scene_basis_cylinder(basis, circuit->radius_m, GW_BODY_ACROSS, values->across.v);
    gw_scene_basis_current(basis, circuit, values->current.v);
}

/* A wire's current closes through the ground at its ends; a bar's through its two neighbours, half
 * through each, over two spacings. */
static void wires_fill(gw_scene_head *head)
{
    const gw_scene *scene = head->scene;
    for (size_t k = 0; k < scene->n_wires; k++) {
        const scene_wire *wire = &scene->wires[k];
        double radius = 0.5 * wire->diameter_m;
        const scene_circuit circuit = {radius, wire->length_m, wire->earth_ohm,
                                       mu0_2pi * wire->length_m * log(2 * wire->length_m / radius)};
        conductor_fill(&head->basis, &circuit, &head->wires[k]);
    }
    for (size_t k = 0; k < scene->n_meshes; k++) {
        const scene_mesh *mesh = &scene->meshes[k];
        double radius = 0.5 * mesh->bar_m, length = 2 * mesh->spacing_m;
        double per_m = mu0_2pi * (1.5 * log(mesh->spacing_m / radius) - 0.5 * log(2));
        const scene_circuit circuit = {radius, length, 0, per_m * length};
        conductor_fill(&head->basis, &circuit, &head->bars[k]);
    }
}

gw_status gw_scene_head_create(const gw_scene *scene, gw_scene_head **out)
{
    gw_scene_head *head = calloc(1, sizeof *head);
    *out = NULL;
    if (!head)
        return GW_ENOMEM;
    head->scene = scene;
    gw_scene_basis_init(&head->basis, &scene->md);
    gw_scene_basis_ground(&head->basis, &head->steady, &head->viscous, &head->eddies);
    const gw_scene_window_config config = {.scene = scene,
                                           .n_extra = 2 * head->basis.n_values,
                                           .prepare = object_prepare,
                                           .user = head};
    gw_status status = gw_scene_window_create(&config, &head->window);
    if (status == GW_OK && (scene->n_wires || scene->n_meshes)) {
        status = gw_line_field_create(scene->md.transmit_m, scene->md.receive_m, &head->lines);
        wires_fill(head);
    }
    if (status != GW_OK) {
        gw_scene_head_destroy(head);
        return status;
    }
    *out = head;
    return GW_OK;
}

const scene_basis *gw_scene_head_basis(const gw_scene_head *head)
{
    return &head->basis;
}

void gw_scene_head_destroy(gw_scene_head *head)
{
    if (!head)
        return;
    gw_scene_window_destroy(head->window);
    gw_line_field_destroy(head->lines);
    free(head);
}

typedef struct head_place {
    double along, cross, lift;
} head_place;

static void values_add(const scene_basis *basis, double weight, const double *from, double *to)
{
    for (size_t k = 0; k < basis->n_values; k++)
        to[k] += weight * from[k];
}

static void ground_feel(const gw_scene_head *head, const head_place *at, double *values)
{
    const scene_coils *md = &head->scene->md;
    scene_ground ground = gw_scene_ground_at(&head->scene->soil, at->along);
    double image = 0.5 * ground.chi * gw_loop_mutual(md->transmit_m, md->receive_m, 2 * at->lift);
    values_add(&head->basis, image, head->steady.v, values);
    values_add(&head->basis, image * ground.chi_drop, head->viscous.v, values);
    if (ground.sigma_s_m > 0)
        values_add(&head->basis,
                   ground.sigma_s_m * gw_loop_eddies(md->transmit_m, md->receive_m, 2 * at->lift),
                   head->eddies.v, values);
}

/* Product of both loops' fields along the body's axis. Below the loops their radial
 * part points inwards. */
static double axial_product(const gw_scene_object *object, gw_loop_field sent, gw_loop_field felt,
                            const double way[2])
{
    double rho = hypot(way[0], way[1]), up = -sin(object->dip_rad);
    double out = cos(object->heading_rad) * way[0] + sin(object->heading_rad) * way[1];
    out = rho > 0 ? out / rho * cos(object->dip_rad) : 0;
    return (sent.axial * up - sent.radial * out) * (felt.axial * up - felt.radial * out);
}

/* How strongly both loops' fields meet at the body: along its axis, and all of them, 1/m^2. */
static void body_feel(const gw_scene_head *head, const head_place *at, size_t k, double *values)
{
    const gw_scene_object *object = gw_scene_window_object(head->window, k);
    const double *extra = gw_scene_window_extra(head->window, k);
    double way[2] = {object->truth.along_m - at->along, object->truth.cross_m - at->cross};
    double rho = sqrt(way[0] * way[0] + way[1] * way[1]), z = at->lift + object->metal_depth_m;
    gw_loop_field sent = gw_loop_field_at(head->scene->md.transmit_m, rho, z);
    gw_loop_field felt = gw_loop_field_at(head->scene->md.receive_m, rho, z);
    double all = sent.radial * felt.radial + sent.axial * felt.axial;
    double axial = object->length_m > 0 ? axial_product(object, sent, felt, way) : 0;
    values_add(&head->basis, all - axial, extra + head->basis.n_values, values);
    if (object->length_m > 0)
        values_add(&head->basis, axial, extra, values);
}

/* Where a conductor runs, seen from the coils, and the product of its fluxes through them. */
typedef struct line_place {
    double aside, down, fluxes;
} line_place;

static void conductor_feel(gw_scene_head *head, const wire_values *wire, line_place at,
                           double *values)
{
    gw_line_weight weight = gw_line_field_at(head->lines, at.aside, at.down);
    values_add(&head->basis, weight.along, wire->along.v, values);
    values_add(&head->basis, weight.across, wire->across.v, values);
    values_add(&head->basis, at.fluxes, wire->current.v, values);
}

/* Through a loop, of a bar whose current comes back in its neighbours. */
static double bar_flux(double radius, line_place at, double spacing)
{
    return gw_loop_wire(radius, at.aside, at.down) -
           0.5 * gw_loop_wire(radius, at.aside - spacing, at.down) -
           0.5 * gw_loop_wire(radius, at.aside + spacing, at.down);
}

/* Bars from one place to another aside. */
static void bars_feel(gw_scene_head *head, size_t k, line_place at, double last, double *values)
{
    const scene_coils *md = &head->scene->md;
    double spacing = head->scene->meshes[k].spacing_m;
    for (; at.aside <= last; at.aside += spacing) {
        at.fluxes = bar_flux(md->transmit_m, at, spacing) * bar_flux(md->receive_m, at, spacing);
        conductor_feel(head, &head->bars[k], at, values);
    }
}

/* Bars across the lane every spacing from from_m on; bars along it, one of them in its middle, one
 * bar deeper. */
static void mesh_feel(gw_scene_head *head, size_t k, const head_place *at, double *values)
{
    const scene_mesh *mesh = &head->scene->meshes[k];
    double first = fmax(mesh->from_m, at->along - REACH_M);
    double last = fmin(fmin(mesh->to_m, head->scene->path.length_m + REACH_M), at->along + REACH_M);
    double n = ceil((first - mesh->from_m) / mesh->spacing_m);
    line_place bar = {.aside = mesh->from_m + n * mesh->spacing_m - at->along,
                      .down = at->lift + mesh->depth_m + 0.5 * mesh->bar_m};
    bars_feel(head, k, bar, last - at->along, values);
    if (at->along < mesh->from_m || at->along > mesh->to_m)
        return;
    bar.aside = -floor(MESH_HALF_M / mesh->spacing_m) * mesh->spacing_m - at->cross;
    bar.down += mesh->bar_m;
    bars_feel(head, k, bar, MESH_HALF_M - at->cross, values);
}

static void wires_feel(gw_scene_head *head, const head_place *at, double *values)
{
    const gw_scene *scene = head->scene;
    for (size_t k = 0; k < scene->n_wires; k++) {
        const scene_wire *wire = &scene->wires[k];
        double skew = wire->skew_deg * M_PI / 180;
        line_place line = {.aside = (wire->along_m - at->along) * cos(skew) - at->cross * sin(skew),
                           .down = at->lift + wire->depth_m};
        if (fabs(line.aside) > REACH_M)
            continue;
        line.fluxes = gw_loop_wire(scene->md.transmit_m, line.aside, line.down) *
                      gw_loop_wire(scene->md.receive_m, line.aside, line.down);
        conductor_feel(head, &head->wires[k], line, values);
    }
    for (size_t k = 0; k < scene->n_meshes; k++)
        mesh_feel(head, k, at, values);
}

void gw_scene_head_feel(gw_scene_head *head, double time_s, scene_values *values)
{
    const scene_path *path = &head->scene->path;
    head_place at;
    at.along = gw_scene_along_m(path, time_s);
    at.cross = gw_scene_cross_m(path, at.along);
    at.lift = gw_scene_lift_m(path, at.along);
    memset(values, 0, sizeof *values);
    ground_feel(head, &at, values->v);
    size_t n = gw_scene_window_seek(head->window, at.along - REACH_M, at.along + REACH_M);
    for (size_t k = 0; k < n; k++)
        body_feel(head, &at, k, values->v);
    wires_feel(head, &at, values->v);
}
