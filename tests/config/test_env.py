from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


def test_a_secret_may_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text("long and random\n")
    monkeypatch.setenv("KEY_FILE", str(tmp_path / "key"))

    assert env.required("KEY", "hint") == "long and random"


def test_a_missing_value_stops_the_start_with_its_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KEY", raising=False)

    with pytest.raises(ImproperlyConfigured, match=r"KEY is not set\. Set it\."):
        env.required("KEY", "Set it.")


def test_a_flag_is_true_or_false(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLAG", "yes")

    with pytest.raises(ImproperlyConfigured, match='not "yes"'):
        env.flag("FLAG")


@pytest.mark.parametrize(
    "address",
    ["postgresql://u@/name?host=/run/pg&connect_timeout=3", "dbname=name host=/run/pg user=u"],
)
def test_a_database_may_lie_behind_a_socket(address: str) -> None:
    settings = env.database(address)

    assert (settings["NAME"], settings["HOST"], settings["USER"]) == ("name", "/run/pg", "u")


def test_an_address_of_another_database_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="not a PostgreSQL address"):
        env.database("mysql://host/name")


RUNNING = {"DATABASE_URL": "theirs", "REDIS_URL": "theirs", "SECRET_KEY": "theirs"}


def test_what_is_set_is_kept_beside_running_servers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / env.STATE_FILE).write_text(json.dumps({"pid": os.getpid(), **RUNNING}))
    monkeypatch.setenv("DATABASE_URL", "mine")
    monkeypatch.setenv("REDIS_URL", "")
    monkeypatch.setenv("SECRET_KEY", "")

    assert env.adopt_running_servers(tmp_path)

    assert (os.environ["DATABASE_URL"], os.environ["REDIS_URL"]) == ("mine", "theirs")


def test_the_file_of_a_killed_supervisor_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = os.posix_spawn("/bin/true", ["true"], {})
    os.waitpid(gone, 0)
    (tmp_path / env.STATE_FILE).write_text(json.dumps({"pid": gone, **RUNNING}))
    monkeypatch.setenv("REDIS_URL", "")

    assert not env.adopt_running_servers(tmp_path)

    assert os.environ["REDIS_URL"] == ""
