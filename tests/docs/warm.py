"""Runs `gridsvc` in the documents' shells without starting Python anew for each command.

A command takes a second or more to import what it works on. Here all of that is imported once, and
each command is a fork of it, with the caller's arguments, folder, environment, input and output.
That the installed command starts by itself is tested in `tests/cli`.
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from gridsvc.cli.main import COMMANDS, run

_READY = b"ready"
# It imports as little as it can: it runs once for each command.
_CALLER = """\
#!{python} -IS
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as there:
    there.connect({door!r})
    said = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
    socket.send_fds(there, [len(said).to_bytes(4, "big")], [0, 1, 2])
    there.sendall(said)
    code = there.recv(1)
sys.exit(code[0] if code else "The command was killed.")
"""


@contextmanager
def warm_programs(folder: Path) -> Iterator[Path]:
    """Give a folder for the PATH, with a `gridsvc` that is there at once."""
    door, command = folder / "door", folder / "gridsvc"
    command.write_text(_CALLER.format(python=sys.executable, door=str(door)), encoding="utf-8")
    command.chmod(0o755)
    serving = [sys.executable, "-m", __name__, str(door)]
    with subprocess.Popen(serving, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == _READY
        yield folder
        process.terminate()


def serve(door: str) -> None:
    """Fork for each command that comes through the door."""
    for module in {*COMMANDS.values()}:
        import_module(f"gridsvc.cli.{module}")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as waiting:
        waiting.bind(door)
        waiting.listen()
        sys.stdout.buffer.write(_READY + b"\n")
        sys.stdout.flush()
        # Its input ends with the process that began it, however that ends.
        while sys.stdin not in select.select([waiting, sys.stdin], [], [])[0]:
            caller, _ = waiting.accept()
            if os.fork() == 0:
                waiting.close()
                _carry_out(caller)
            caller.close()


def _carry_out(caller: socket.socket) -> None:
    """Become the command that a caller asks for, and end."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    length, streams, _, _ = socket.recv_fds(caller, 4, 3)
    with caller.makefile("rb") as told:
        arguments, folder, environment = json.loads(told.read(int.from_bytes(length, "big")))
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    sys.argv = ["gridsvc", *arguments]
    caller.sendall(bytes([_exit_code()]))
    os._exit(0)


def _exit_code() -> int:
    try:
        run()
    except SystemExit as ended:
        code = ended.code
    except BaseException:  # noqa: BLE001  # as Python itself does with what nobody caught
        traceback.print_exc()
        code = 1
    else:
        code = 0
    if isinstance(code, str):
        sys.stderr.write(f"{code}\n")
    sys.stdout.flush()
    sys.stderr.flush()
    return code if isinstance(code, int) else int(code is not None)


if __name__ == "__main__":
    serve(sys.argv[1])
