from __future__ import annotations

import shutil
import sys
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

import pytest

from config import data_directory
from config.children import CannotRun


def test_a_nearly_full_disk_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=12_345_678))

    with pytest.raises(CannotRun, match=r"needs 300 MB of free space; there are 12\."):
        data_directory.check_machine(tmp_path)


def test_a_disk_that_becomes_full_is_said_once_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = data_directory.Room(tmp_path)

    def said(megabytes: int) -> str:
        monkeypatch.setattr(
            shutil, "disk_usage", lambda _: SimpleNamespace(free=megabytes * 1_000_000)
        )
        return room.warning()

    assert said(51) == ""
    assert "is full" in said(49)
    assert f"{tmp_path} has 3 MB left" not in said(3)
    assert said(51) == ""
    assert f"{tmp_path} has 3 MB left" in said(3)


def test_another_system_is_asked_for_servers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_directory, "LINUX", False)
    monkeypatch.setattr(sys, "platform", "freebsd14")

    with pytest.raises(CannotRun, match="not on freebsd14: set DATABASE_URL and REDIS_URL"):
        data_directory.check_machine(tmp_path)


def test_a_long_temporary_directory_still_leaves_room_for_sockets(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / ("x" * 90)))

    with ExitStack() as stack:
        sockets = data_directory.socket_directory(stack)
        assert len(f"{sockets}/.s.PGSQL.5432".encode()) < 104

    assert not sockets.exists()


def test_one_holds_the_data_at_a_time(tmp_path: Path) -> None:
    with data_directory.hold(tmp_path) as first, data_directory.hold(tmp_path) as second:
        assert (first, second) == (True, False)

    with data_directory.hold(tmp_path) as third:
        assert third


def test_the_secret_is_made_once_and_kept_private(tmp_path: Path) -> None:
    secret = data_directory.own_secret(tmp_path, "SECRET_KEY")

    assert data_directory.own_secret(tmp_path, "SECRET_KEY") == secret
    assert data_directory.own_secret(tmp_path, "TICKET_KEY") != secret
    assert len(secret) >= 50
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
