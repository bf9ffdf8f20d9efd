# SPDX-License-Identifier: GPL-3.0-or-later
"""What is refused before anybody is served: open endpoints, bad key files, wrong commands."""
import shutil
import stat
import subprocess

import gw
import stand_in
from e2e_security import keys, port_free, run, with_path

DAEMON = gw.DAEMON


def refused(folder, word, *options, status=78):
    done = subprocess.run([DAEMON, "--source", f"file:{folder}/none.DZT", "--journal",
                           folder / "journal", *options], capture_output=True, text=True,
                          timeout=gw.HANG_S)
    assert done.returncode == status and word in done.stderr, (done, word)


def what_is_open_to_all_is_refused(folder):
    for endpoint in ("tcp://0.0.0.0:5556", "tcp://*:5556", "tcp://192.168.7.7:5556",
                     "tcp://[::]:1"):
        for option in ("--live", "--replay"):
            refused(folder, "groundwatch keys create", option, endpoint)
    (folder / "gw.yaml").write_text("security: {secret_key: /x}\n")
    refused(folder, "clients", "-c", folder / "gw.yaml")


def bad_key_files_let_no_gate_start(folder):
    keys(folder, "map")
    gw.dzt_make(folder / "none.DZT", [[0] * 512] * 20)
    (folder / "gw.yaml").write_text(
        f"live: ['tcp://127.0.0.1:{port_free()}']\nreplay: ['tcp://127.0.0.1:{port_free()}']\n"
        f"security: {{secret_key: {folder}/daemon, clients: {folder}/clients}}\n")
    key, listing = folder / "daemon", folder / "clients"
    good, good_list = key.read_text(), listing.read_text()

    def key_is(text, mode=0o600):
        key.unlink()
        key.write_text(text)
        key.chmod(mode)

    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    for word, change in (("chmod 600", lambda: key.chmod(0o640)),
                         ("chmod 600", lambda: key.chmod(0o604)),
                         ("no line 'secret", lambda: key_is(good.split("secret")[0])),
                         (":3: not a key", lambda: key_is(good[:-5])),
                         ("one pair", lambda: key_is(good.replace(
                             good.split("public: ")[1][:40],
                             (folder / "map.pub").read_text()[8:48]))),
                         (":1: 'public: KEY'", lambda: key_is("rubbish")),
                         ("longer than", lambda: key_is("#" * 5000)),
                         ("No such file", lambda: key.unlink())):
        change()
        refused(folder, word, "-c", folder / "gw.yaml")
        if word != "one pair":  # only the gate can tell
            refused(folder, word, "-c", folder / "gw.yaml", "--check-config")
        if key.exists():
            key.unlink()
        key.write_text(good)
        key.chmod(0o600)
    shutil.move(key, folder / "elsewhere")
    key.symlink_to(folder / "elsewhere")
    refused(folder, "symbolic link", "-c", folder / "gw.yaml")
    key.unlink()
    shutil.move(folder / "elsewhere", key)
    for word, text in ((":1: not a key", "rubbish map\n"), ("listed already", good_list * 2)):
        listing.write_text(text)
        refused(folder, word, "-c", folder / "gw.yaml")
    listing.write_text(good_list)
    listing.chmod(0o622)
    refused(folder, "may write it", "-c", folder / "gw.yaml")


def the_command_says_what_is_wrong(folder):
    keys(folder, "map")
    for status, word, arguments in (
            (74, "is not written over", ("create", folder / "daemon")),
            (78, "listed already", ("allow", folder / "clients", folder / "map.pub", "other")),
            (78, "holds a secret", ("allow", folder / "clients", folder / "daemon", "other")),
            (64, "a name is made of", ("allow", folder / "clients", folder / "daemon.pub", "a/b")),
            (66, "No such file", ("list", folder / "nowhere")), (64, "see --help", ("burn",)),
            (64, "see --help", ("create",)), (64, "see --help", ("list", folder, "--command"))):
        done = run("keys", *arguments)
        assert done.returncode == status and word in done.stderr, done
    public = (folder / "map.pub").read_text().split()[1]
    assert run("keys", "list", folder / "clients").stdout == f"{public} map\n"
    for name in ("map", "map.pub"):
        assert run("keys", "show", folder / name).stdout == f"public: {public}\n"
    for word, options in (("go together", ("--key", folder / "map")),
                          ("only tcp", ("--key", folder / "map", "--server-key", public))):
        done = run("watch", "--live", f"ipc://{folder}/live", *options)
        assert done.returncode == 64 and word in done.stderr, done


if __name__ == "__main__":
    stand_in.run(*map(with_path, (what_is_open_to_all_is_refused, bad_key_files_let_no_gate_start,
                                  the_command_says_what_is_wrong)))
