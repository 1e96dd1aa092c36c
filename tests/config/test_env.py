from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import redis
from django.core.exceptions import ImproperlyConfigured

from config import env
from config.celery import app
from tests.live import Broker


def test_a_secret_may_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text("long and random\n")
    monkeypatch.setenv("KEY_FILE", str(tmp_path / "key"))

    assert env.required("KEY", "hint") == "long and random"


def test_a_secret_file_that_cannot_be_read_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEY", "forgotten in the environment")
    monkeypatch.setenv("KEY_FILE", str(tmp_path / "absent"))

    with pytest.raises(ImproperlyConfigured, match=r"^KEY_FILE: .*No such file"):
        env.required("KEY", "hint")


def test_nothing_set_and_set_to_nothing_give_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEVEL", raising=False)
    assert env.optional("LEVEL") == ""
    assert env.optional("LEVEL", "INFO") == "INFO"

    monkeypatch.setenv("LEVEL", "")
    assert env.optional("LEVEL", "INFO") == "INFO"
    with pytest.raises(ImproperlyConfigured, match="LEVEL is not set"):
        env.required("LEVEL", "hint")


def test_celery_uses_the_database_of_a_socket_s_address(redis_server: Broker) -> None:
    with app.connection_for_write(env.broker(f"{redis_server.url}?db=3")) as connection:
        connection.SimpleQueue("thu").put("chao")

    used = {
        number: redis.Redis.from_url(f"{redis_server.url}?db={number}").exists("thu")
        for number in (0, 3)
    }
    assert used == {0: 0, 3: 1}


@pytest.mark.parametrize("url", ["redis://:secret@host:6379/2", "rediss://host/0?x=1"])
def test_an_address_that_is_no_socket_is_the_same_to_all(url: str) -> None:
    assert env.broker(url) == url


def test_words_lie_between_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSTS", "a.vn, b.vn ,, c.vn,")

    assert env.words("HOSTS", "localhost") == ["a.vn", "b.vn", "c.vn"]
    monkeypatch.delenv("HOSTS")
    assert env.words("HOSTS", "localhost") == ["localhost"]
    assert env.words("HOSTS") == []


def test_a_missing_value_stops_the_start_with_its_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KEY", raising=False)

    with pytest.raises(ImproperlyConfigured, match=r"KEY is not set\. Set it\."):
        env.required("KEY", "Set it.")


def test_a_flag_is_true_or_false(monkeypatch: pytest.MonkeyPatch) -> None:
    for word, meant in {"true": True, "TRUE": True, "false": False, "False": False}.items():
        monkeypatch.setenv("FLAG", word)
        assert env.flag("FLAG", default=not meant) is meant
    monkeypatch.delenv("FLAG")
    assert env.flag("FLAG") is False
    assert env.flag("FLAG", default=True) is True

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


def test_a_database_address_is_read_whole() -> None:
    assert env.database("postgresql://u:p%40ss@db.example:6432/name?sslmode=require") == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "name",
        "USER": "u",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "6432",
        "OPTIONS": {"sslmode": "require"},
    }
    assert env.database("postgresql://db.example")["NAME"] == "postgres"


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


@pytest.mark.parametrize("content", [None, "", '{"pid": 1, "DATA'])
def test_without_a_whole_file_no_servers_are_running(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if content is not None:
        (tmp_path / env.STATE_FILE).write_text(content)
    monkeypatch.setenv("REDIS_URL", "")

    assert not env.adopt_running_servers(tmp_path)

    assert os.environ["REDIS_URL"] == ""


def test_the_file_of_a_killed_supervisor_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = os.posix_spawn("/bin/true", ["true"], {})
    os.waitpid(gone, 0)
    (tmp_path / env.STATE_FILE).write_text(json.dumps({"pid": gone, **RUNNING}))
    monkeypatch.setenv("REDIS_URL", "")

    assert not env.adopt_running_servers(tmp_path)

    assert os.environ["REDIS_URL"] == ""
