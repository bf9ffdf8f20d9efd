# SPDX-License-Identifier: GPL-3.0-or-later
"""The log while others are at its file: a reader that holds it, a second log, an editor in WAL; an
outcome while the gate is dead; daemons that end and come back, their positions kept."""
import json
import os
import signal
import sqlite3
import subprocess
import time

import gw

SCENE = """name: trouble
seed: 3
length_m: 30
speed: {mean_m_s: 0.7, wobble: 0}
targets: [{name: TM-62M, along_m: 1.5, depth_m: 0.08}]
"""
READ_S = 3  # longer than SQLite's own patience in the log


def run(*arguments, status=0):
    done = subprocess.run([gw.GW, *map(str, arguments)], capture_output=True, text=True,
                          timeout=gw.HANG_S)
    assert done.returncode == status, (arguments, done.returncode, done.stdout, done.stderr)
    return done


def rows(path, sql):
    if not path.exists():
        return []
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=gw.HANG_S)
    try:
        return db.execute(sql).fetchall()
    except sqlite3.OperationalError:
        return []  # it is only being made
    finally:
        db.close()


def journal(folder):
    return [(json.loads(text)["data"]["stream"], kind, number) for kind, number, text in rows(
        folder / "journal.sqlite", "SELECT kind, kind_seq, json FROM record")]


def held(path):
    """(stream, kind, kind_seq) of all that has a number."""
    return rows(path, " UNION ALL ".join(
        f"SELECT stream, {kind}, kind_seq FROM {table} WHERE kind_seq IS NOT NULL"
        for table, kind in (("detections", "'detection'"), ("coverage", "'coverage'"),
                            ("outcomes", "'outcome'"), ("events", "kind"))))


def ends(folder):
    return f"ipc://{folder}/live", f"ipc://{folder}/replay"


def follow(output, folders, log):
    first, *others = folders
    also = [text for other in others for text in ("--also", ",".join(ends(other)))]
    live, replay = ends(first)
    return gw.Program([gw.GW, "log", "--output", output, "--live", live, "--replay", replay, *also],
                      log, signal.SIGINT)


def grows(output, log):
    n = len(held(output))
    gw.wait_for("more records", lambda: log.process.poll() is not None or len(held(output)) > n)
    assert log.process.poll() is None, log.log.read_text()


def a_reader_is_waited_for(output, log):
    db = sqlite3.connect(f"file:{output}?mode=ro", uri=True, isolation_level=None)
    cursor = db.execute("SELECT record FROM events")
    assert cursor.fetchone()
    time.sleep(READ_S)
    gw.wait_for("word of it", lambda: log.process.poll() is not None or log.said("busy"))
    cursor.close()
    db.close()
    grows(output, log)
    assert log.log.read_text().count("busy") == 1, log.log.read_text()


def an_editor_in_wal_is_no_trouble(output, log):
    """As QGIS has it open."""
    db = sqlite3.connect(output, timeout=gw.HANG_S, isolation_level=None)

    def is_wal():
        try:
            return db.execute("PRAGMA journal_mode = WAL").fetchone()[0] == "wal"
        except sqlite3.OperationalError:
            return False  # between two commits only

    gw.wait_for("WAL", is_wal)
    db.execute("BEGIN")
    assert db.execute("SELECT count(*) FROM events").fetchone()[0]
    grows(output, log)
    db.execute("COMMIT")
    db.close()


def a_second_log_is_refused(output, folder):
    live, replay = ends(folder)
    done = run("log", "--output", output, "--live", live, "--replay", replay, status=74)
    assert "another log writes it" in done.stderr, done.stderr


def an_outcome_outlives_its_gate(folder, daemon):
    """The gate is killed while it is asked, again and again: each outcome is recorded once."""
    live, replay = ends(folder)
    for number in range(3):
        asked = subprocess.Popen(
            [gw.GW, "outcome", "--by", "A. B.", "--note", f"no {number}", "--along", "1.5",
             "--live", live, "--replay", replay], stdout=subprocess.PIPE, text=True)
        time.sleep(0.02 * number)
        gates = subprocess.run(["pgrep", "-P", str(daemon.process.pid)], capture_output=True,
                               text=True).stdout.split()
        for gate in gates:
            os.kill(int(gate), signal.SIGKILL)
        said = asked.communicate(timeout=gw.HANG_S)[0]
        assert asked.returncode == 0 and said.startswith("recorded: outcome"), said
    notes = [json.loads(text)["data"]["note"] for (text,) in rows(
        folder / "journal.sqlite", "SELECT json FROM record WHERE kind = 'outcome'")]
    assert notes == ["no 0", "no 1", "no 2"], notes


def an_altered_journal_is_not_believed(top, folder):
    """One record is edited: all others are taken, and it is named."""
    copy, output = top / "altered.sqlite", top / "altered.gpkg"
    db, to = sqlite3.connect(folder / "journal.sqlite"), sqlite3.connect(copy)
    db.backup(to)
    wanted = set(journal(folder))
    seq, kind, number, text = to.execute(
        "SELECT seq, kind, kind_seq, json FROM record WHERE kind = 'coverage' LIMIT 1").fetchone()
    to.execute("UPDATE record SET json = replace(json, '\"from_m\":', '\"from_m\":1') "
               "WHERE seq = ?", (seq,))
    to.commit()
    to.close()
    db.close()
    done = run("log", "--output", output, "--from", copy, status=65)
    assert "1 records are damaged" in done.stderr, done.stderr
    assert set(held(output)) == wanted - {(json.loads(text)["data"]["stream"], kind, number)}
    assert rows(output, "SELECT text FROM events WHERE word = 'damaged'") == [
        (f"record {seq} is damaged",)]


with gw.Folder() as top:
    folders, emulators, daemons, output = [top / "a", top / "b"], [], [], top / "day.gpkg"
    for folder in folders:
        folder.mkdir()
        (folder / "scene.yaml").write_text(SCENE)
        emulators.append(gw.emulate(folder, folder / "scene.yaml"))
        daemons.append(gw.daemon(folder, f"iio:ip:127.0.0.1:{emulators[-1].port}"))
    log = follow(output, folders, top / "log.txt")
    gw.wait_for("records of both", lambda: len({stream for stream, _, _ in held(output)}) == 2)
    a_reader_is_waited_for(output, log)
    a_second_log_is_refused(output, folders[0])
    an_editor_in_wal_is_no_trouble(output, log)
    an_outcome_outlives_its_gate(folders[0], daemons[0])

    assert log.stop() == 0, log.log.read_text()
    positions = rows(output, "SELECT source, stream, next FROM groundwatch_position")
    assert {source for source, _, _ in positions} == {ends(folder)[0] for folder in folders}
    # one daemon ends and comes back while the log is away
    assert daemons[0].stop() == 0
    daemons[0] = gw.daemon(folders[0], f"iio:ip:127.0.0.1:{emulators[0].port}")
    log = follow(output, folders, top / "log2.txt")
    gw.wait_for("the second start", lambda: sum(
        key in held(output) for key in journal(folders[0]) if key[1] == "session") == 3)
    grows(output, log)
    for program in daemons + emulators:
        program.stop()
    gw.wait_for("BLIND of both", lambda: log.log.read_text().count("BLIND") >= 2)
    assert log.stop() == 0, log.log.read_text()
    found, wanted = held(output), [key for folder in folders for key in journal(folder)]
    assert len(found) == len(set(found)), "a record is there twice"
    assert set(found) == set(wanted), set(found) ^ set(wanted)
    assert not rows(output, "SELECT 1 FROM events WHERE word = 'gap'")
    an_altered_journal_is_not_believed(top, folders[0])
print(f"{len(found)} records, each once, with a reader, an editor and dying gates about")
