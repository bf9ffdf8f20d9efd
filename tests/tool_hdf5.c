/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writes HDF5 as gprMax does, or nearly. usage: tool_hdf5 FILE sane|receivers|ascan|deep|shape|
 * text|bare
 */
#include <hdf5.h>
#include <stdio.h>
#include <string.h>

enum { TIMES = 64, SCANS = 20 };

static void number_put(hid_t file, const char *name, const double *values, hsize_t n)
{
    hid_t space = n > 1 ? H5Screate_simple(1, &n, NULL) : H5Screate(H5S_SCALAR);
    hid_t at = H5Acreate2(file, name, H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(at, H5T_NATIVE_DOUBLE, values);
    H5Aclose(at);
    H5Sclose(space);
}

static void set_put(hid_t file, const char *path, int n_dims, const hsize_t *shape, hid_t type)
{
    static float values[TIMES * SCANS];
    hid_t links = H5Pcreate(H5P_LINK_CREATE), space = H5Screate_simple(n_dims, shape, NULL);
    H5Pset_create_intermediate_group(links, 1);
    for (int t = 0; t < TIMES; t++)
        for (int s = 0; s < SCANS; s++)
            values[t * SCANS + s] = (float)(t + 100 * s);
    hid_t set = H5Dcreate2(file, path, type, space, links, H5P_DEFAULT, H5P_DEFAULT);
    if (type == H5T_IEEE_F32LE && n_dims <= 2)
        H5Dwrite(set, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    H5Dclose(set);
    H5Sclose(space);
    H5Pclose(links);
}

static void axes_put(hid_t file, double n_receivers)
{
    const double cell_m[3] = {0.002, 0.002, 0.002}, steps[3] = {10, 0, 0}, dt_s = 5e-11;
    number_put(file, "dt", &dt_s, 1);
    number_put(file, "nrx", &n_receivers, 1);
    number_put(file, "dx_dy_dz", cell_m, 3);
    number_put(file, "rxsteps", steps, 3);
}

int main(int argc, char **argv)
{
    const hsize_t shape[3] = {TIMES, SCANS, 2}, other[2] = {TIMES, SCANS - 1};
    const char *kind = argc > 2 ? argv[2] : "sane";
    if (argc < 2) {
        fputs("usage: tool_hdf5 FILE [KIND]\n", stderr);
        return 64;
    }
    hid_t file = H5Fcreate(argv[1], H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    int is_many = strcmp(kind, "receivers") == 0 || strcmp(kind, "shape") == 0;
    if (strcmp(kind, "bare") == 0)
        set_put(file, "/data", 2, shape, H5T_IEEE_F32LE);
    else if (strcmp(kind, "deep") == 0)
        set_put(file, "/rxs/rx1/Ez", 3, shape, H5T_IEEE_F32LE);
    else
        set_put(file, "/rxs/rx1/Ez", strcmp(kind, "ascan") ? 2 : 1, shape,
                strcmp(kind, "text") ? H5T_IEEE_F32LE : H5T_C_S1);
    if (is_many)
        set_put(file, "/rxs/rx2/Ez", 2, strcmp(kind, "shape") ? shape : other, H5T_IEEE_F32LE);
    axes_put(file, is_many ? 2 : 1);
    return H5Fclose(file) < 0;
}
