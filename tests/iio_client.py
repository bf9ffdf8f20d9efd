# SPDX-License-Identifier: GPL-3.0-or-later
"""A foreign client of libiio: what its functions return, through ctypes."""
import ctypes
import errno

LIBRARY = "libiio.so.0"
POINTERS = ("iio_create_context_from_uri", "iio_context_find_device", "iio_device_find_channel",
            "iio_device_create_buffer", "iio_buffer_first", "iio_buffer_end")
try:
    iio = ctypes.CDLL(LIBRARY, use_errno=True)
except OSError:
    iio = None
else:
    for name in POINTERS:
        getattr(iio, name).restype = ctypes.c_void_p
    for name in ("iio_buffer_refill", "iio_buffer_step", "iio_device_attr_read"):
        getattr(iio, name).restype = ctypes.c_ssize_t
    iio.iio_channel_get_data_format.restype = ctypes.POINTER(ctypes.c_uint)


def name_of(number):
    """"EPIPE" of -32."""
    return errno.errorcode.get(-number, str(number))


class Refused(Exception):
    pass


def pointer(function, *arguments):
    ctypes.set_errno(0)
    got = function(*arguments)
    if not got:
        raise Refused(errno.errorcode.get(ctypes.get_errno(), str(ctypes.get_errno())))
    return ctypes.c_void_p(got)


class Client:
    """One context; `stream` opens a device with some of its channels."""

    def __init__(self, uri, timeout_ms=1000):
        self.buffer = None
        self.context = pointer(iio.iio_create_context_from_uri,
                               ctypes.create_string_buffer(uri.encode(), 256))
        iio.iio_context_set_timeout(self.context, timeout_ms)

    def device(self, name):
        return pointer(iio.iio_context_find_device, self.context, name.encode())

    def read(self, device, attribute):
        """Value of a device's attribute, or a negative errno."""
        text = ctypes.create_string_buffer(256)
        got = iio.iio_device_attr_read(self.device(device), attribute.encode(), text,
                                       ctypes.c_size_t(len(text)))
        return got if got < 0 else text.value.decode()

    def stream(self, name, channels, n_samples):
        device = self.device(name)
        self.channels = [pointer(iio.iio_device_find_channel, device, c.encode(),
                                 ctypes.c_bool(False)) for c in channels]
        for channel in self.channels:
            iio.iio_channel_enable(channel)
        iio.iio_device_set_kernel_buffers_count(device, 512)
        self.buffer = pointer(iio.iio_device_create_buffer, device, ctypes.c_size_t(n_samples),
                              ctypes.c_bool(False))
        return self

    def refill(self):
        """Rows of the channels' values, or a negative errno."""
        got = iio.iio_buffer_refill(self.buffer)
        if got < 0:
            return got
        step = iio.iio_buffer_step(self.buffer)
        columns = []
        for channel in self.channels:
            first = iio.iio_buffer_first(self.buffer, channel)
            size = iio.iio_channel_get_data_format(channel)[0] // 8
            end = iio.iio_buffer_end(self.buffer)
            raw = ctypes.string_at(first, max(0, end - first))
            columns.append([int.from_bytes(raw[k:k + size], "little", signed=size == 8)
                            for k in range(0, len(raw) - size + 1, step)])
        return list(zip(*columns))

    def step(self):
        return iio.iio_buffer_step(self.buffer)

    def close(self):
        if self.buffer:
            iio.iio_buffer_cancel(self.buffer)
            iio.iio_buffer_destroy(self.buffer)
        iio.iio_context_destroy(self.context)


