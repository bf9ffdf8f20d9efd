// SPDX-License-Identifier: GPL-3.0-or-later
// The installed headers from C++: the state of a daemon, until it was heard once.
#include <groundwatch/clients/client.h>
#include <groundwatch/drivers/calibration.h>
#include <groundwatch/drivers/recording.h>
#include <groundwatch/drivers/sigmf.h>
#include <groundwatch/dsp/detector.h>

#include <cstdio>

int main(int argc, char **argv)
{
    char error[200];
    gw_client_config config = {};
    config.live = argc > 1 ? argv[1] : "ipc:///nowhere";
    gw_client *client = gw_client_create(&config, error, sizeof error);
    if (!client) {
        std::fprintf(stderr, "%s\n", error);
        return gw_status_exit(GW_EUSAGE);
    }
    gw_client_event event = {};
    for (int turn = 0; turn < 600 && event.type != GW_CLIENT_HEARTBEAT; turn++)
        gw_client_poll(client, 100, &event);
    std::puts(event.type == GW_CLIENT_HEARTBEAT ? "heard" : "nothing");
    gw_client_destroy(client);
    return event.type == GW_CLIENT_HEARTBEAT ? 0 : 1;
}
