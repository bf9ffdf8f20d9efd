/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * HDF5 as gprMax writes it: /rxs/rxN/Ez (or another component) of [time] or [time][scan], with the
 * attributes dt, nrx, dx_dy_dz, rxsteps. Receivers of one shape are channels.
 */
#include "drivers/formats/import/import_impl.h"

#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { IMAGE_BYTES_MAX = 1 << 29 };

static unsigned char *image;
static size_t n_image;

/* The whole file into memory: nothing needs to be opened later. */
static void image_load(import_answer *answer)
{
    size_t room = 1 << 20;
    image = malloc(room);
    for (ssize_t n = 1; image && n > 0;) {
        if (n_image == room && room < IMAGE_BYTES_MAX)
            image = realloc(image, room *= 2);
        if (n_image == room)
            import_refuse(answer, "longer than %d MiB", IMAGE_BYTES_MAX >> 20);
        n = image ? read(STDIN_FILENO, image + n_image, room - n_image) : 0;
        if (n < 0)
            import_refuse(answer, "cannot be read");
        n_image += (size_t)n;
    }
    if (!image)
        import_refuse(answer, "out of memory");
}

static void prepare(import_answer *answer)
{
    if (lseek(STDIN_FILENO, 0, SEEK_SET) < 0)
        import_refuse(answer, "not a file");
    image_load(answer);
}

/* Up to n numbers of an attribute; how many there are, 0 when there is none. */
static size_t attribute_read(hid_t object, const char *name, double *numbers, size_t n)
{
    size_t found = 0;
    double all[16];
    if (H5Aexists(object, name) <= 0)
        return 0;
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    hid_t space = H5Aget_space(attribute), type = H5Aget_type(attribute);
    hssize_t n_points = H5Sget_simple_extent_npoints(space);
    H5T_class_t class = H5Tget_class(type);
    if (n_points >= 1 && n_points <= 16 && (class == H5T_INTEGER || class == H5T_FLOAT) &&
        H5Aread(attribute, H5T_NATIVE_DOUBLE, all) >= 0)
        found = (size_t)n_points < n ? (size_t)n_points : n;
    memcpy(numbers, all, found * sizeof *numbers);
    return found;
}

/* Words of fixed or variable length. */
static void word_fact(hid_t object, const char *name, char *facts)
{
    char *text = NULL, fixed[200] = "";
    if (H5Aexists(object, name) <= 0)
        return;
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT), type = H5Aget_type(attribute);
    if (H5Tget_class(type) != H5T_STRING)
        return;
    if (H5Tis_variable_str(type) > 0) {
        hid_t memory = H5Tcopy(H5T_C_S1);
        H5Tset_size(memory, H5T_VARIABLE);
        H5Tset_cset(memory, H5Tget_cset(type));
        if (H5Aread(attribute, memory, &text) >= 0 && text)
            gw_fact(facts, name, "%.150s", text);
    } else if (H5Tget_size(type) < sizeof fixed && H5Aread(attribute, type, fixed) >= 0) {
        gw_fact(facts, name, "%.150s", fixed);
    }
}

/* [time] or [time][scan]: their lengths; false when it is not that. */
static bool shape_of(hid_t set, hsize_t shape[2])
{
    hid_t space = H5Dget_space(set);
    int n = H5Sget_simple_extent_ndims(space);
    shape[1] = 1;
    return (n == 1 || n == 2) && H5Sget_simple_extent_dims(space, shape, NULL) == n;
}

/* How much of a component there is: the sum of squares. */
static double energy_of(hid_t set, double *room, size_t n)
{
    double sum = 0;
    if (H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, room) < 0)
        return -1;
    for (size_t k = 0; k < n; k++)
        sum += room[k] * room[k];
    return isfinite(sum) ? sum : 0;
}

/* The electric component that holds most, of receiver 1. */
static const char *component_choose(hid_t file, import_answer *answer, hsize_t shape[2])
{
    static const char *const names[] = {"Ez", "Ey", "Ex"};
    const char *best = NULL;
    double most = -1;
    for (int k = 0; k < 3; k++) {
        char path[64];
        hsize_t here[2];
        snprintf(path, sizeof path, "/rxs/rx1/%s", names[k]);
        hid_t set = H5Lexists(file, path, H5P_DEFAULT) > 0 ? H5Dopen2(file, path, H5P_DEFAULT) : -1;
        if (set < 0 || !shape_of(set, here))
            continue;
        if (best && (here[0] != shape[0] || here[1] != shape[1]))
            continue;
        if (here[0] < 1 || here[1] < 1 || here[0] > GW_IMPORT_VALUES_MAX ||
            here[1] > GW_IMPORT_VALUES_MAX)
            import_refuse(answer, "%s: %llu x %llu numbers", path, (unsigned long long)here[0],
                          (unsigned long long)here[1]);
        memcpy(shape, here, sizeof here);
        import_values_room(answer, here[0] * here[1]);
        double energy = energy_of(set, answer->values, (size_t)(here[0] * here[1]));
        if (energy > most) {
            most = energy;
            best = names[k];
        }
    }
    if (!best)
        import_refuse(answer, "no /rxs/rx1/Ez, Ey or Ex of [time] or [time][scan]: not of gprMax");
    return best;
}

/* Receiver after receiver, turned to [scan][receiver][time]. */
static void receivers_read(hid_t file, const char *component, const hsize_t shape[2],
                           import_answer *answer)
{
    size_t n_time = (size_t)shape[0], n_scans = (size_t)shape[1];
    size_t n_channels = answer->head.n_channels, n = n_time * n_scans;
    import_values_room(answer, n * n_channels);
    double *one = calloc(n, sizeof *one);
    if (!one)
        import_refuse(answer, "out of memory");
    for (size_t c = 0; c < n_channels; c++) {
        char path[64];
        hsize_t here[2] = {0};
        snprintf(path, sizeof path, "/rxs/rx%zu/%s", c + 1, component);
        hid_t set = H5Dopen2(file, path, H5P_DEFAULT);
        if (set < 0 || !shape_of(set, here) || here[0] != shape[0] || here[1] != shape[1] ||
            H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, one) < 0)
            import_refuse(answer, "%s: not of the shape of the first receiver, or cut", path);
        for (size_t t = 0; t < n_time; t++)
            for (size_t s = 0; s < n_scans; s++)
                answer->values[(s * n_channels + c) * n_time + t] = one[t * n_scans + s];
    }
}

static void axes_read(hid_t file, import_answer *answer)
{
    gw_import_head *head = &answer->head;
    double dt_s = 0, cell_m[3], steps[3], square = 0;
    if (attribute_read(file, "dt", &dt_s, 1) && dt_s > 1e-15 && dt_s < 1e-3)
        head->sample_rate_hz = 1 / dt_s;
    else
        gw_note(head->notes, "attribute dt is %g s: fast time unknown", dt_s);
    if (attribute_read(file, "dx_dy_dz", cell_m, 3) == 3 &&
        attribute_read(file, "rxsteps", steps, 3) == 3)
        for (int k = 0; k < 3; k++)
            square += cell_m[k] * steps[k] * cell_m[k] * steps[k];
    if (square > 0 && square < 1e4)
        head->scan_spacing_m = sqrt(square);
    else
        gw_note(head->notes, "no attributes dx_dy_dz and rxsteps: spacing unknown");
    word_fact(file, "Title", head->facts);
    word_fact(file, "gprMax", head->facts);
}

static void parse(import_answer *answer)
{
    double n_receivers = 1;
    hsize_t shape[2] = {0};
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    H5PLset_loading_state(0);
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    if (H5Pset_fapl_core(access, 1 << 16, 0) < 0 || H5Pset_file_image(access, image, n_image) < 0)
        import_refuse(answer, "out of memory");
    hid_t file = H5Fopen("image", H5F_ACC_RDONLY, access);
    if (file < 0)
        import_refuse(answer, "HDF5 does not open it: cut, or not HDF5");
    if (attribute_read(file, "nrx", &n_receivers, 1) &&
        !(n_receivers >= 1 && n_receivers <= GW_CHANNELS_MAX && n_receivers == floor(n_receivers)))
        import_refuse(answer, "attribute nrx is %g, not 1..%d", n_receivers, GW_CHANNELS_MAX);
    answer->head.n_channels = (uint32_t)n_receivers;
    const char *component = component_choose(file, answer, shape);
    receivers_read(file, component, shape, answer);
    answer->head.n_samples = (uint32_t)shape[0];
    gw_fact(answer->head.facts, "component", "%s", component);
    axes_read(file, answer);
    gw_note(answer->head.notes,
            "gprMax says no frequency of the antenna: taken from the time window");
}

const import_form import_hdf5 = {.name = "hdf5", .prepare = prepare, .parse = parse};
