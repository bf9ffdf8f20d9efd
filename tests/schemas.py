# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages against docs/schemas, by a validator that is not ours. For the e2e tests."""
import json
import os
import pathlib
import threading

from jsonschema import Draft202012Validator, RefResolver

FOLDER = pathlib.Path(os.environ["GW_ROOT"]) / "docs" / "schemas"


def load(name):
    return json.loads((FOLDER / (name + ".json")).read_text())


def validator(name):
    schema = load(name)
    Draft202012Validator.check_schema(schema)
    resolver = RefResolver((FOLDER / (name + ".json")).as_uri(), schema)
    return Draft202012Validator(schema, resolver=resolver)


_own = threading.local()  # a resolver keeps where it is: one for each thread


def check(name, instance):
    """Raises with the place and the cause when instance breaks the schema `name`."""
    validators = _own.__dict__.setdefault("validators", {})
    if name not in validators:
        validators[name] = validator(name)
    for error in validators[name].iter_errors(instance):
        place = "/".join(str(part) for part in error.absolute_path)
        raise AssertionError(f"{name}: {place}: {error.message}\n{json.dumps(instance)}")


def check_event(event):
    """As `watch --json` prints it and the journal holds it; returns it."""
    check(event["type"].split(".")[2], event)
    return event


def check_message(frames):
    """Frames [topic][event], and a picture's values; returns (kind, event)."""
    event = json.loads(frames[1])
    kind = event["type"].split(".")[2]
    assert len(frames) == (3 if kind == "scope" else 2), frames
    check(kind, event)
    device = event["source"].split("/")[2]
    assert frames[0].decode() == f"v1/{kind}/{device}/", frames[0]
    data = event["data"]
    if kind != "heartbeat" and data["seq"] != "0":
        assert event["id"] == f'{data["stream"]}/{data["seq"]}', event["id"]
    return kind, event
