# SPDX-License-Identifier: GPL-3.0-or-later
"""A daemon's journal and the log that was kept of it, as SQLite sees them."""
import json
import sqlite3

import ledger
import schemas

checked = set()  # records are held against their schemas once, however often they are read


def journal(folder):
    db = None
    try:
        db = sqlite3.connect(f"file:{folder}/journal.sqlite?mode=ro", uri=True)
        records = db.execute("SELECT kind, kind_seq, json FROM record ORDER BY seq").fetchall()
        for _, _, text in records:
            if text not in checked:
                schemas.check_event(json.loads(text))
                checked.add(text)
        ledger.check((kind, json.loads(text)["data"]) for kind, _, text in records)
        return records
    except sqlite3.OperationalError:
        return []  # it is only being made
    finally:
        if db:
            db.close()


def rows(path, sql):
    db = sqlite3.connect(path)
    try:
        return db.execute(sql).fetchall()
    except sqlite3.OperationalError as wrong:
        assert "no such table" in str(wrong), wrong
        return []  # it is only being made
    finally:
        db.close()


def package(path):
    """Every record of the log by (stream, kind, kind_seq), each once; and the log's own words."""
    found = {}
    for table in ("detections", "coverage", "outcomes", "events"):
        for (text,) in rows(path, f"SELECT record FROM {table} WHERE kind_seq IS NOT NULL"):
            event = json.loads(text)
            key = (event["data"]["stream"], event["type"].split(".")[2], event["data"]["kind_seq"])
            assert key not in found, key
            found[key] = event
    words = rows(path, "SELECT word FROM events WHERE kind = 'log'")
    return found, [word for (word,) in words]


def same(found, folders):
    wanted = {}
    for folder in folders:
        for kind, number, text in journal(folder):
            event = json.loads(text)
            wanted[(event["data"]["stream"], kind, str(number))] = event
    assert found.keys() == wanted.keys(), found.keys() ^ wanted.keys()
    for key, event in wanted.items():
        got = found[key]
        got["data"].pop("durable"), event["data"].pop("durable")  # it may have been sent before
        assert got == event, key
    return len(wanted)
