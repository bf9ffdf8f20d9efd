# SPDX-License-Identifier: GPL-3.0-or-later
"""The map in a browser: an alarm appears, a click shows its evidence, BLIND shows when the emulator
dies and goes when it comes back; no error in the console, no request but to the map itself.
GW_PICTURES=FOLDER keeps the pictures."""
import json
import os
import pathlib
import shutil
import signal
import subprocess

import gw
from e2e_map import Map
from logbook import journal
from passes import joined

try:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.by import By
except ImportError:
    gw.skip("python3-selenium is not installed")

ORIGIN = "origin: {lat: 39.6412, lon: 46.5461, heading_deg: 30}\n"


class Browser:
    def __init__(self, url):
        options = webdriver.ChromeOptions()
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu",
                         "--disable-dev-shm-usage", "--window-size=1500,950"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.requests = []
        self.driver.get(url)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def text(self, selector):
        return self.driver.execute_script(
            "return document.querySelector(arguments[0]).textContent", selector)

    def wait_state(self, *words):
        return gw.wait_for(words, lambda: self.text("#word") in words)

    def script(self, text, *arguments):
        return self.driver.execute_script(text, *arguments)

    def picture(self, name):
        folder = os.environ.get("GW_PICTURES")
        if folder:
            self.driver.save_screenshot(str(pathlib.Path(folder) / f"{name}.png"))

    def urls(self):
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] in ("Network.requestWillBeSent", "Network.webSocketCreated"):
                parameters = message["params"]
                self.requests.append(parameters.get("url") or parameters["request"]["url"])
        return self.requests

    def errors(self):
        return [entry for entry in self.driver.get_log("browser") if entry["level"] != "INFO"]

    def end(self):
        self.driver.quit()


def no_word_of_safety(browser):
    page = browser.script("return document.documentElement.outerHTML").lower()
    for word in ("safe", "cleared", "all clear"):
        assert word not in page, word
    assert "not certified for clearance" in page


def listed_in(browser):
    return browser.script("return [...document.querySelectorAll('#alarms button')]"
                          ".map((b) => b.dataset.id)")


def evidence_on_click(browser, folder):
    mark = gw.wait_for("an alarm in the map", lambda: browser.all(".mark.alarm"))[-1]
    found = browser.script("arguments[0].click(); return arguments[0].dataset.id", mark)
    gw.wait_for("its evidence", lambda: found in browser.text("#evidence"))
    data = next(d for kind, _, text in journal(folder) if kind == "detection"
                and (d := json.loads(text)["data"])["id"] == found)
    shown = browser.text("#evidence")
    for value in ("ALARM", f"{data['score']:.2f}", f"{data['lat']:.7f}", "(configured)",
                  data["hash"], "uncalibrated", "emulated"):
        assert value in shown, (value, shown)
    listed = gw.wait_for("its line in the list",
                         lambda: found in (ids := listed_in(browser)) and ids)
    assert len(listed) == len(set(listed)), listed


def an_alarm_appears_and_blind_comes_and_goes(browser, folder, emulator, scene):
    browser.wait_state("SEARCHING", "ALARM")
    evidence_on_click(browser, folder)
    gw.wait_for("pictures", lambda: "channel 0" in browser.text("#radar-note")
                and "kHz" in browser.text("#metal-note"))
    assert not browser.all("#radar.stale")
    is_drawn = browser.script(
        "const c = document.getElementById('waterfall'), d = c.getContext('2d')"
        ".getImageData(c.width - 60, 0, 60, c.height).data; return new Set(d).size")
    assert is_drawn > 20, is_drawn
    browser.wait_state("ALARM")
    browser.picture("map")
    port = emulator.port
    emulator.stop(signal.SIGKILL)
    browser.wait_state("BLIND")
    gw.wait_for("why", lambda: "STOP" in browser.text("#meaning")
                and "check cable" in browser.text("#reasons"))
    gw.wait_for("no picture", lambda: len(browser.all(".live.stale")) == 2)
    assert browser.driver.title.startswith("BLIND")
    browser.picture("map-blind")
    with gw.emulate(folder, scene, "--port", str(port), "--speed", "2"):
        browser.wait_state("SEARCHING", "ALARM", "DEGRADED")


def silence_of_every_link_is_blind(browser, page, daemon):
    browser.wait_state("BLIND")  # the emulator has just ended
    page.process.send_signal(signal.SIGSTOP)
    gw.wait_for("the server's silence", lambda: "server fell silent" in browser.text("#reasons"))
    page.process.send_signal(signal.SIGCONT)
    gw.wait_for("the daemon's word", lambda: "check cable" in browser.text("#reasons"))
    daemon.stop()
    gw.wait_for("the daemon's silence",
                lambda: "nothing is heard from the daemon" in browser.text("#reasons"))
    page.stop()
    gw.wait_for("no server", lambda: "not reached" in browser.text("#reasons"))
    assert browser.text("#word") == "BLIND"


def nothing_left_this_machine(browser, page):
    own = (f"http://127.0.0.1:{page.port}/", f"ws://127.0.0.1:{page.port}/", "data:")
    urls = browser.urls()
    assert len(urls) > 8 and all(url.startswith(own) for url in urls), urls
    errors = browser.errors()
    assert not errors, errors


def with_places(folder):
    scene = folder / "placed.yaml"
    scene.write_text((gw.ROOT / "drivers/scenes/demo.yaml").read_text() + ORIGIN)
    page = Map(folder)
    emulator = gw.emulate(folder, scene, "--speed", "2")
    daemon = gw.daemon(folder, f"iio:ip:127.0.0.1:{emulator.port}")
    browser = Browser(f"http://127.0.0.1:{page.port}/")
    try:
        an_alarm_appears_and_blind_comes_and_goes(browser, folder, emulator, scene)
        no_word_of_safety(browser)
        nothing_left_this_machine(browser, page)
        silence_of_every_link_is_blind(browser, page, daemon)
    finally:
        browser.end()
        daemon.stop()


def ask(folder, *arguments):
    subprocess.run([gw.GW, *arguments, "--live", f"ipc://{folder}/live", "--replay",
                    f"ipc://{folder}/replay"], check=True, capture_output=True,
                   timeout=gw.HANG_S)


def second_ground(browser, folder):
    gw.wait_for("another ground", lambda: browser.text(
        "#frame") == "session 1, metressession 2, metres")
    begun = [k for k, (kind, _, _) in enumerate(journal(folder)) if kind == "session"][-1]
    gw.wait_for("a candidate", lambda: any(
        kind == "detection" and json.loads(text)["data"].get("alarm") is False
        for kind, _, text in journal(folder)[begun:]))


def without_places(folder):
    """Metres; an outcome; each session a ground of its own; candidates when they are asked for."""
    page = Map(folder)
    browser = Browser(f"http://127.0.0.1:{page.port}/")
    scene = gw.ROOT / "drivers/scenes/demo.yaml"

    def lane(during):
        with gw.emulate(folder, scene, "--speed", "10") as emulator, \
                gw.daemon(folder, f"iio:ip:127.0.0.1:{emulator.port}") as daemon:
            gw.wait_for("an alarm", lambda: browser.all(".mark.alarm"))
            during()
            daemon.stop()

    def dug_up():
        found = gw.wait_for("an alarm in the list", lambda: listed_in(browser))[-1]
        ask(folder, "outcome", found, "--by", "A. B.", "--model", "PMN-2 <b>", "--year", "1986")
        gw.wait_for("the outcome", lambda: browser.all(f".mark.outcome[data-id='{found}']"))
        browser.script("document.querySelector(arguments[0]).click()",
                       f"#alarms button[data-id='{found}']")
        gw.wait_for("its words", lambda: "PMN-2 <b>, 1986" in browser.text("#evidence .outcome"))

    try:
        lane(dug_up)
        names = browser.script("return [...document.getElementById('frame').options]"
                               ".map((o) => o.value)")
        assert names == ["session 1, metres"], names
        lane(lambda: second_ground(browser, folder))
        n_alarms = len(browser.all(".mark.alarm"))
        browser.script("document.getElementById('candidates').click()")
        gw.wait_for("candidates", lambda: browser.all(".mark.candidate"))
        assert len(browser.all(".mark.alarm")) == n_alarms
        browser.script("const s = document.getElementById('frame'); s.value = s.options[0].value;"
                       "s.dispatchEvent(new Event('change'))")
        gw.wait_for("the first ground", lambda: browser.all(".mark.outcome"))
        browser.picture("map-metres")
        nothing_left_this_machine(browser, page)
    finally:
        browser.end()
        page.stop()


def rings_of(browser):
    """Of each gap: its class and its box in the map, px."""
    return browser.script("return [...document.querySelectorAll('path.gap')].map((p) => {"
                          "const b = p.getBBox(); return [p.getAttribute('class'), b.width,"
                          "b.height]; })")


def both_passes_are_drawn(browser):
    """The head's track goes aside by the tenth part of the lane; the head itself is a circle."""
    return browser.script("return [...document.querySelectorAll('.leaflet-track-pane path')]"
                          ".filter((p) => !p.getAttribute('d').includes('a')).some((p) => {"
                          "const b = p.getBBox(); return Math.min(b.width, b.height) >"
                          "0.05 * Math.max(b.width, b.height); })")


def between_passes(folder):
    """Two passes 0.4 m apart under coils of 0.26 m: what lies between is drawn, as long as the lane
    and two cells wide; the same with an origin, on the earth."""
    passes = [{"seed": 1, "length": 4, "sway": 0, "aside": aside} for aside in (0, 0.4)]
    for more in ("", ORIGIN.replace("30", "0")):
        here = folder / f"with{len(more)}"
        here.mkdir()
        lane = joined(here, passes, more)
        page = Map(here)
        browser = Browser(f"http://127.0.0.1:{page.port}/")
        try:
            with gw.daemon(here, f"file:{lane}", "--stay") as daemon:
                gw.wait_for("the second pass", lambda: any(
                    kind == "coverage" and json.loads(text)["data"].get("cross_m", 0) > 0.3
                    and json.loads(text)["data"]["to_m"] > 3.5
                    for kind, _, text in journal(here)))
                gw.wait_for("both passes in the map", lambda: both_passes_are_drawn(browser))
                assert daemon.stop() == 0  # the pass ends; what it left is told
                gw.wait_for("the gap", lambda: rings_of(browser))
                told, = [d for kind, _, text in journal(here) if kind == "gap"
                         and (d := json.loads(text)["data"])["what"] == "ground"]
                (words, width, height), = rings_of(browser)
                assert "md" in words.split(), words
                wanted = (told["to_m"] - told["from_m"]) / (told["to_cross_m"]
                                                            - told["from_cross_m"])
                assert 0.8 < height / width / wanted < 1.25, (height, width, told)
                browser.picture(f"map-gap-{len(more)}")
            assert not browser.errors()
        finally:
            browser.end()
            page.stop()


def main():
    if not shutil.which("chromedriver"):
        gw.skip("chromium-driver is not installed")
    for test in (with_places, without_places, between_passes):
        with gw.Folder() as folder:
            test(folder)
            print(test.__name__)


if __name__ == "__main__":
    main()
