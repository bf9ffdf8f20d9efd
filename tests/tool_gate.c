/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The gate, and its doorman alone, in a state that the real program never comes to by itself.
 *
 *   tool_gate --page-fd ...            the gate; a thread of it that gets SIGUSR1 stands still
 *   tool_gate --door SECRET CLIENTS    a guarded publisher: says "door ENDPOINT", publishes every
 *                                      10 ms; "end" on standard input ends the doorman, and nothing
 *                                      else; "ended" is said when he is gone
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#include "daemon/clock.h"
#include "daemon/gate/doorman.h"
#include "daemon/gate/gate.h"

static void stand_still(int number)
{
    (void)number;
    for (;;)
        pause();
}

static int die(const gw_error *error)
{
    fprintf(stderr, "tool_gate: %s\n", error->text);
    return gw_status_exit(error->status);
}

static int door_run(const char *secret_key, const char *clients)
{
    void *context = zmq_ctx_new(), *live = zmq_socket(context, ZMQ_XPUB);
    doorman *d = NULL;
    gw_error error;
    char endpoint[128], line[16];
    size_t size = sizeof endpoint;
    if (doorman_create(context, secret_key, clients, &d, &error) != GW_OK ||
        doorman_guard(d, live, &error) != GW_OK || doorman_prove(d, &error) != GW_OK)
        return die(&error);
    if (zmq_bind(live, "tcp://127.0.0.1:*") != 0 ||
        zmq_getsockopt(live, ZMQ_LAST_ENDPOINT, endpoint, &size) != 0)
        return 74;
    printf("door %s\n", endpoint);
    for (;;) {
        struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
        zmq_send(live, "v1/", 3, ZMQ_SNDMORE | ZMQ_DONTWAIT);
        zmq_send(live, "secret", 6, ZMQ_DONTWAIT);
        if (poll(&in, 1, 10) > 0) {
            if (!fgets(line, sizeof line, stdin))
                _exit(0);
            doorman_destroy(d);
            puts("ended");
        }
    }
}

int main(int argc, char **argv)
{
    gate_options options;
    gw_error error = {.status = GW_OK};
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc == 4 && strcmp(argv[1], "--door") == 0)
        return door_run(argv[2], argv[3]);
    signal(SIGUSR1, stand_still);
    gw_status status = options_parse(argc, argv, &options, &error);
    if (status == GW_OK)
        status = gate_run(&options, &error);
    return status == GW_OK ? 0 : die(&error);
}
