"""The walls around a child, one by one and with a wall missing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.integration.workers.confined import PROBES
from tests.integration.workers.rig import is_alive
from tests.support.processes import wait_until
from workers.sandbox.messages import BrokenMessageError, Receiver, send
from workers.single_thread import ThreadsRunningError, require_one_thread

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}


def confined(case: str, folder: Path, *missing: str) -> Any:
    command = [sys.executable, "-m", "tests.integration.workers.confined", case, str(folder), *missing]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=ENVIRONMENT)
    return json.loads(done.stdout)


def probed(folder: Path, *missing: str) -> dict[str, str]:
    messages, code = confined("probe", folder, *missing)
    assert code == 0
    return {name: told for message in messages for name, told in message.items()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data.txt").write_text("data")
    return tmp_path


def test_a_child_reads_its_data_and_nothing_else(folder: Path) -> None:
    assert probed(folder) == {name: "done" if name == "read" else "PermissionError" for name in PROBES}
    assert (folder / "data.txt").read_text() == "data"


def test_without_landlock_no_file_is_opened_at_all(folder: Path) -> None:
    assert set(probed(folder, "landlock").values()) == {"PermissionError"}


def test_a_required_wall_that_is_missing_is_told(folder: Path) -> None:
    assert "can't confine a process" in confined("check", folder, "seccomp")
    assert confined("check", folder, "seccomp", "best-effort") is None


def test_the_walls_stand_here(folder: Path) -> None:
    assert confined("check", folder) is None


def test_memory_is_bounded(folder: Path) -> None:
    assert confined("allocate", folder) == [[{"size": None}], 0]


def test_processor_time_is_bounded(folder: Path) -> None:
    _, code = confined("spin", folder)
    assert code in (-signal.SIGXCPU, -signal.SIGKILL)


def test_a_failing_child_is_told_by_its_exit_code(folder: Path) -> None:
    assert confined("fail", folder) == [[], 1]


def test_a_child_that_closes_its_pipe_and_goes_on_is_killed(folder: Path) -> None:
    assert confined("close_and_spin", folder) == [[], -signal.SIGKILL]


def test_a_child_has_its_pipe_and_empty_standard_streams_alone(folder: Path) -> None:
    assert confined("look_at_files", folder) == [[{"open": 4}], 0]


PARENT = """
import sys, time
from pathlib import Path
from workers.sandbox import SandboxMode, Walls, start_child
child = start_child(Walls(SandboxMode.REQUIRED, (Path(sys.argv[1]),)), lambda report: time.sleep(600))
print(child.pid, flush=True)
time.sleep(600)
"""


def test_a_child_dies_with_its_parent(folder: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert is_alive(child)
        parent.kill()
    wait_until(lambda: not is_alive(child), 10, "the child to be gone")


THREADED = """
import threading
from workers.single_thread import ThreadsRunningError, require_one_thread
require_one_thread()
threading.Thread(target=threading.Event().wait, daemon=True).start()
try:
    require_one_thread()
except ThreadsRunningError as problem:
    print(problem)
"""


def test_a_process_with_threads_does_not_fork() -> None:
    done = subprocess.run([sys.executable, "-c", THREADED], capture_output=True, text=True, check=True, env=ENVIRONMENT)
    assert "2 threads" in done.stdout


def test_this_process_has_one_thread_or_says_so() -> None:
    count = len(list(Path("/proc/self/task").iterdir()))
    if count == 1:
        require_one_thread()
    else:
        with pytest.raises(ThreadsRunningError, match=str(count)):
            require_one_thread()


@pytest.mark.parametrize(
    "content",
    [b"\xff\xff\xff\xff", b"\0\0\0\2[]", b"\0\0\0\3{x}", b'\0\0\0\x0b{"a":   NaN}'[:4] + b'{"a":  NaN}'],
    ids=["too long", "no object", "no JSON", "NaN"],
)
def test_what_is_no_message_is_refused(content: bytes) -> None:
    readable, writable = os.pipe()
    os.write(writable, content)
    os.close(writable)
    with pytest.raises(BrokenMessageError):
        Receiver(readable).receive()
    os.close(readable)


def test_messages_arrive_whole_and_in_order() -> None:
    readable, writable = os.pipe()
    sent = [{"number": number, "text": "é" * number} for number in range(50)]
    for message in sent:
        send(writable, message)
    os.close(writable)
    receiver, received = Receiver(readable), []
    while not receiver.at_end:
        received += receiver.receive()
    os.close(readable)
    assert received == sent


def test_a_number_that_json_lacks_is_not_sent() -> None:
    with pytest.raises(ValueError, match="JSON"):
        send(-1, {"value": float("nan")})
