# SPDX-License-Identifier: GPL-3.0-or-later
"""The map's server, by a foreign WebSocket client: every record once, beats that die with the
daemon, strangers refused, what is asked wrongly said."""
import http.client
import json
import re
import signal
import subprocess

import gw
import websocket
from e2e_security import Secured, keys
from logbook import journal


class Map(gw.Program):
    def __init__(self, folder, *options, name="map"):
        file = folder / f"{name}.port"
        ends = [] if "--live" in options else ["--live", f"ipc://{folder}/live",
                                               "--replay", f"ipc://{folder}/replay"]
        super().__init__([gw.GW, "map", "--port", "0", "--port-file", file, *ends, *options],
                         folder / f"{name}.log")
        gw.wait_for("the map's port", lambda: file.exists() or self.process.poll() is not None)
        assert self.process.poll() is None, self.log.read_text()
        self.port = int(file.read_text())

    def get(self, path, method="GET", **headers):
        to = http.client.HTTPConnection("127.0.0.1", self.port, timeout=gw.HANG_S)
        to.request(method, path, headers=headers)
        answer = to.getresponse()
        return answer.status, answer.read(), answer.headers


class Guest:
    """A page, as the server sees it."""

    def __init__(self, port, **options):
        self.socket = websocket.create_connection(
            f"ws://127.0.0.1:{port}/feed", subprotocols=["groundwatch-map"], timeout=gw.HANG_S,
            **options)
        self.records, self.beat, self.pictures = {}, None, 0

    def take(self):
        code, data = self.socket.recv_data()
        if code == websocket.ABNF.OPCODE_BINARY:
            n = int.from_bytes(data[:4], "little")
            head = json.loads(data[4:4 + n])
            size = {"i8": 1, "f32": 4}[head["type"]]
            assert len(data) == 4 + n + size * head["n_rows"] * head["n_columns"]
            self.pictures += 1
            return
        message = json.loads(data)
        if message["t"] == "beat":
            self.beat = message
        elif message["t"] == "record":
            kind = message["event"]["type"].split(".")[2]
            key = kind, message["event"]["data"]["kind_seq"]
            assert key not in self.records, key
            self.records[key] = message["event"]

    def until(self, what, condition):
        def found():
            self.take()
            return condition()
        return gw.wait_for(what, lambda: any(found() for _ in range(100)))

    def live(self, is_live):
        self.until(f"live {is_live}", lambda: self.beat and self.beat["live"] is is_live)


def numbered(folder):
    return {(kind, str(number)): json.loads(text) for kind, number, text in journal(folder)}


def every_record_comes_once(folder):
    scene = gw.ROOT / "drivers" / "scenes" / "demo.yaml"
    page = Map(folder)
    early = Guest(page.port)
    early.live(False)
    with gw.emulate(folder, scene, "--speed", "10") as emulator, \
            gw.daemon(folder, f"iio:ip:127.0.0.1:{emulator.port}") as daemon:
        early.live(True)
        early.until("the lane's end", lambda: any(
            kind == "coverage" and event["data"].get("to_m", 0) > 9.9
            for (kind, _), event in early.records.items()))
        assert early.pictures > 10, early.pictures
        daemon.stop()
        early.until("the session's end", lambda: sum(
            kind == "session" for kind, _ in early.records) == 2)
        early.live(False)
    wanted = numbered(folder)
    late = Guest(page.port)
    late.until("all of it", lambda: len(late.records) >= len(wanted))
    for guest in (early, late):
        got = {key: event for key, event in guest.records.items() if key[1] != "0"}
        assert got.keys() == wanted.keys(), got.keys() ^ wanted.keys()
        assert all(got[key]["data"]["time_ns"] == event["data"]["time_ns"]
                   for key, event in wanted.items())
    print(f"{len(wanted)} records, each once to a page that was there and one that came late")
    assert page.stop() == 0


def strangers_are_refused(folder):
    with Map(folder) as page:
        own = f"127.0.0.1:{page.port}"
        for path in ("/", "/leaflet/leaflet.min.js", "/feed"):
            assert page.get(path, Host="evil.example")[0] == 403, path
            assert page.get(path, Host=f"127.0.0.1.evil.example:{page.port}")[0] == 403
        status, body, headers = page.get("/")
        assert status == 200 and b"Not certified for clearance" in body
        assert "default-src 'none'" in headers["content-security-policy"]
        for path in ("/leaflet/leaflet.min.js", "/leaflet/leaflet.css", "/main.js", "/map.css",
                     "/dygraphs/dygraph.min.js"):
            assert page.get(path)[0] == 200, path
        for path in ("/none", "/leaflet/../../../../etc/passwd", "/map.css/x"):
            assert page.get(path)[0] in (403, 404), path
        assert page.get("/", method="POST")[0] == 405
        Guest(page.port, origin=f"http://{own}").live(False)
        for origin in ("http://evil.example", "null", f"https://{own}"):
            try:
                Guest(page.port, origin=origin)
                raise AssertionError(f"{origin} was let in")
            except (websocket.WebSocketException, ConnectionError):
                pass
        flood = [Guest(page.port) for _ in range(15)]
        try:
            Guest(page.port)
            raise AssertionError("a page too many was let in")
        except (websocket.WebSocketException, ConnectionError):
            flood[0].live(False)


def a_daemon_beyond_this_machine(folder):
    pairs = keys(folder, "map", "stranger")
    core = Secured(folder)
    ends = ["--live", core.live, "--replay", core.replay, "--server-key", folder / "daemon.pub"]
    core.do("durable 1")
    with Map(folder, *ends, "--key", folder / "map") as page, \
            Map(folder, *ends, "--key", folder / "stranger", name="stranger") as strange:
        guest, blind = Guest(page.port), Guest(strange.port)
        guest.live(True)
        guest.until("the record", lambda: ("detection", "1") in guest.records)
        for _ in range(10):
            blind.take()
        assert not blind.records and blind.beat["live"] is False
    core.end()
    assert pairs


def what_is_wrong_is_said(folder):
    with Map(folder) as page:
        for status, word, options in (
                (74, "in use", ["--port", page.port]), (64, "0..65535", ["--port", "70000"]),
                (64, "--port", ["--port", "x"]), (64, "1..4096", ["--keep", "0"]),
                (64, "not expected", ["file"]), (64, "unknown option", ["--flie"]),
                (74, "cannot be written", ["--port", "0", "--port-file", folder / "no" / "file"]),
                (66, "No such file", ["--key", folder / "none"])):
            done = subprocess.run([gw.GW, "map", *map(str, options)], capture_output=True,
                                  text=True, timeout=gw.HANG_S)
            assert done.returncode == status and word in done.stderr, (options, done)
        page.process.send_signal(signal.SIGINT)
        assert page.process.wait(timeout=gw.HANG_S) == 0


def operators_read_the_same_everywhere():
    """States and reasons in the page's words are those of the console."""
    console = (gw.ROOT / "clients/console/words.c").read_text()
    page = (gw.ROOT / "clients/map/page/state.js").read_text()
    reasons = dict(re.findall(r'\{"(\w+)", "([^"]+)"\}', console))
    assert reasons == dict(re.findall(r'^  ([a-z_]+): "([^"]+)",$', page, re.M)) and reasons
    for text in re.findall(r'return "([^"]+)";', console):
        assert text in page, text


def main():
    operators_read_the_same_everywhere()
    for test in (every_record_comes_once, strangers_are_refused, a_daemon_beyond_this_machine,
                 what_is_wrong_is_said):
        with gw.Folder() as folder:
            test(folder)
            print(test.__name__)


if __name__ == "__main__":
    main()
