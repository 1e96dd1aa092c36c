"""Staged faults: what the database's log tells, what counts as broken, lines, and the whole."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from config.faults.asking import Latencies, Reply
from config.faults.catalogue import FAULTS
from config.faults.database_log import cut_off, kills_inside
from config.faults.front import limits
from config.faults.junk import fault_of
from config.faults.kiosks import Asked, Record
from config.faults.line import Line
from config.faults.measuring import Measured, lost_sheets
from config.faults.processes import descendants, freeze, kill_all
from config.faults.report import Report
from tests.live import eventually

BEGIN, LOCK = "LOG:  statement: BEGIN", "LOG:  statement: SELECT pg_try_advisory_xact_lock(1, 2)"
TAKE = "LOG:  statement: WITH taken AS (DELETE FROM surveys_stalecell WHERE campaign_id = 1"
IDLE = "due to idle-in-transaction timeout"
COUNT, COMMIT = "LOG:  execute <unnamed>: WITH cell AS (", "LOG:  statement: COMMIT"


def log(session: str, start: float, *said: str, who: str = "worker") -> list[str]:
    return [f"{start + i / 10:.3f}|{session}|{who}|{words}\n" for i, words in enumerate(said)]


@pytest.mark.parametrize(
    ("said", "inside"),
    [
        ([BEGIN, LOCK, TAKE, COUNT], True),
        ([BEGIN, LOCK, TAKE], True),
        ([BEGIN, LOCK], False),  # somebody else's lock: it counts nothing
        ([BEGIN, LOCK, TAKE, COUNT, COMMIT], False),
        ([BEGIN, LOCK, TAKE, "LOG:  statement: ROLLBACK"], False),
        ([BEGIN, LOCK, TAKE, COMMIT, BEGIN, LOCK, TAKE, COUNT], True),
        ([BEGIN, LOCK, TAKE, COUNT, "FATAL:  terminating connection"], True),
        ([BEGIN, LOCK, TAKE, f"FATAL:  terminating connection {IDLE}"], False),
    ],
)
def test_a_counting_transaction_without_its_end_was_cut_off(said: list[str], inside: bool) -> None:
    assert len(cut_off(log("6741.1f", 100, *said))) == inside


def test_sessions_are_told_apart_and_others_than_workers_left_out() -> None:
    one = log("a.1", 100, BEGIN, LOCK, TAKE, COUNT)
    two = log("a.2", 100.05, BEGIN, LOCK, TAKE, COMMIT)
    other = log("a.3", 100, TAKE, who="web")

    lines = [line for three in zip(one, two, strict=True) for line in three]

    assert cut_off([*lines, *other, "\tFROM a line that goes on\n"]) == [100.3]


def test_a_kill_that_cut_off_two_is_one_kill() -> None:
    kills = [10.0, 20.0, 30.0]

    assert kills_inside([9.5, 9.9], kills) == 1
    assert kills_inside([9.5, 29.0], kills) == 2
    assert kills_inside([31.0], kills) == 0
    assert kills_inside([13.0, 20.0, 20.1], [12.0, 30.0]) == 1, "the first had ended by itself"
    assert kills_inside([], kills) == 0


def test_what_is_frozen_is_all_of_it() -> None:
    with subprocess.Popen(["sh", "-c", "sleep 600 & sleep 600 & wait"]) as parent:
        eventually(lambda: len(descendants(parent.pid)) == 2)

        frozen = freeze(parent.pid)

        eventually(lambda: [state(pid) for pid in frozen] == ["T"] * 3)
        kill_all(parent.pid)


def state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]


GOOD = Measured(
    acknowledged=5,
    stored=5,
    counted=5,
    lost=0,
    differences="",
    seconds_to_take=1.0,
    seconds_to_count=2.0,
)


@pytest.mark.parametrize(
    "bad",
    [
        replace(GOOD, acknowledged=6),
        replace(GOOD, stored=6, counted=6),
        replace(GOOD, counted=4),
        replace(GOOD, lost=1),
        replace(GOOD, differences="sipas: 1 figures differ."),
        replace(GOOD, seconds_to_take=None),
        replace(GOOD, seconds_to_count=None),
        replace(GOOD, refused=["422"]),
        replace(GOOD, taken_meanwhile=0),
    ],
)
def test_whatever_is_not_as_promised_breaks_it(bad: Measured) -> None:
    good, broken = Report(), Report()
    good.add(FAULTS["kill-web"], GOOD)
    good.add(FAULTS["full-disk"], "only root can")
    broken.add(FAULTS["kill-web"], GOOD)
    broken.add(FAULTS["kill-beat"], bad)

    assert good.all_held()
    assert not broken.all_held()


def test_a_sheet_that_is_stored_otherwise_is_lost() -> None:
    record = Record(acknowledged={"a": "123", "b": "111"})

    assert lost_sheets(record, {"a": "123", "b": "111", "c": "222"}) == 0
    assert lost_sheets(record, {"a": "124"}) == 2


def test_a_made_up_sheet_says_how_it_must_be_stored() -> None:
    body, answers = Asked("x", "y@1", ("c01", "c02", "c03"), levels=5).random_sheet()

    assert [f'"c0{n}": {answer}' in body.decode() for n, answer in enumerate(answers, 1)] == [
        True
    ] * 3


@pytest.fixture
def echo() -> Iterator[Line]:
    """A line to a server that answers with what it is sent."""
    server = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_serve, args=(server,), daemon=True).start()
    line = Line(int(server.getsockname()[1]))
    yield line
    line.close()
    server.close()


def _serve(server: socket.socket) -> None:
    with suppress(OSError):
        while True:
            near, _address = server.accept()
            threading.Thread(target=_echo, args=(near,), daemon=True).start()


def _echo(near: socket.socket) -> None:
    with suppress(OSError), near:
        while data := near.recv(100):
            near.sendall(data)


def connected(line: Line) -> socket.socket:
    return socket.create_connection(("127.0.0.1", line.port), timeout=60)


def answer(near: socket.socket, said: bytes) -> bytes:
    """Return what comes back; nothing where the line is dead."""
    with suppress(ConnectionError):
        near.sendall(said)
        return near.recv(100)
    return b""


def test_a_line_is_cut_and_mended(echo: Line) -> None:
    with connected(echo) as before:
        assert answer(before, b"there") == b"there"

        echo.cut()

        assert answer(before, b"gone") == b""
    # A connection may be reset before connect() has returned, or after.
    with suppress(ConnectionError), connected(echo) as meanwhile:
        assert answer(meanwhile, b"gone") == b""
    echo.mend()
    with connected(echo) as after:
        assert answer(after, b"again") == b"again"


def test_a_stalled_line_holds_back_and_loses_nothing(echo: Line) -> None:
    with connected(echo) as near:
        near.sendall(b"a")
        assert near.recv(100) == b"a"

        echo.stall()
        near.sendall(b"b")
        near.settimeout(0.1)
        with pytest.raises(TimeoutError):
            near.recv(100)
        echo.mend()

        near.settimeout(60)
        assert near.recv(100) == b"b"


def test_the_shipped_limits_hold_back_slow_and_large_requests() -> None:
    assert {limit.split()[0] for limit in limits()} >= {
        "client_header_timeout",
        "client_body_timeout",
        "client_max_body_size",
        "client_body_buffer_size",
    }


@pytest.mark.parametrize(
    ("status", "head", "body", "wrong"),
    [
        (422, b"", b"", False),
        (404, b"content-type: text/html", b"&lt;script&gt;alert(1)", False),
        (0, b"", b"", False),  # no HTTP: the connection is closed
        (500, b"", b"", True),
        (201, b"", b"", True),
        (301, b"location: //evil.example/", b"", True),
        (404, b"set-cookie: x=1", b"", True),
        (404, b"", b"<script>alert(1)</script>", True),
        (404, b"", b"root:x:0:0", True),
    ],
)
def test_junk_is_refused_and_not_given_back(
    status: int, head: bytes, body: bytes, wrong: bool
) -> None:
    assert bool(fault_of(Reply(status, head, body, 0.1))) == wrong


def test_percentiles_are_those_of_all_replies() -> None:
    seen = Latencies()
    for hundredths in range(101):
        seen.note(Reply(200 if hundredths else 503, b"", b"", hundredths / 100))

    assert seen.percentiles() == pytest.approx((0.5, 0.95, 0.99))
    assert seen.failed == 1


@pytest.mark.long
@pytest.mark.parametrize("faults", ["kill-postgres,kill-worker,power-loss"])
def test_faults_are_staged_and_nothing_is_left(faults: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "stage_faults", f"--only={faults}"],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("\n| ") == 4
