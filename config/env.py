"""Settings from the environment: a value is there, has a stated default, or stops the start."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

STATE_FILE = "running.json"
FROM_RUNNING_SERVERS = (
    *("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "TICKET_KEY", "CANARY_KEY", "SIGNING_KEY"),
    "PUBLIC_URL",
)


def adopt_running_servers(var: Path) -> bool:
    """Set what the environment leaves open from the servers that `manage.py run` keeps running.

    So `manage.py refresh_results` in a second terminal works on the data of the first.

    Returns:
        Whether servers are running on the data directory `var`.
    """
    try:
        state = json.loads((var / STATE_FILE).read_text(encoding="utf-8"))
        os.kill(state["pid"], 0)
    except (OSError, ValueError):  # none, or a supervisor that was killed left its file
        return False
    for name in FROM_RUNNING_SERVERS:
        if name in state and not optional(name):
            os.environ[name] = state[name]
    return True


def optional(name: str, default: str = "") -> str:
    """Return the variable NAME, the contents of the file named by NAME_FILE, or `default`.

    A variable that is set to nothing counts as not set.

    Raises:
        ImproperlyConfigured: NAME_FILE is set and the file cannot be read.
    """
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE: {error}") from error
    return os.environ.get(name) or default


def required(name: str, hint: str) -> str:
    """Return the variable NAME or the contents of the file named by NAME_FILE.

    Raises:
        ImproperlyConfigured: neither is set; the message carries `hint`.
    """
    if value := optional(name):
        return value
    raise ImproperlyConfigured(f"{name} is not set. {hint}")


def flag(name: str, *, default: bool = False) -> bool:
    """Return whether NAME says "true"; anything but true and false is refused."""
    words = {"true": True, "false": False, "": default}
    word = os.environ.get(name, "").lower()
    if word not in words:
        raise ImproperlyConfigured(f'{name} must be "true" or "false", not "{word}".')
    return words[word]


def one_of(name: str, known: tuple[str, ...]) -> str:
    """Return the word of NAME, the first of `known` when not set; any other is refused."""
    word = os.environ.get(name) or known[0]
    if word not in known:
        raise ImproperlyConfigured(f'{name} must be one of {", ".join(known)}, not "{word}".')
    return word


def words(name: str, default: str = "") -> list[str]:
    """Return the comma-separated words of NAME."""
    return [word for part in optional(name, default).split(",") if (word := part.strip())]


def broker(url: str) -> str:
    """Return the address of a Redis-protocol server as Celery (kombu) writes it.

    A Unix socket is unix://path?db=1 to redis-py and redis+socket://path?virtual_host=1 to
    kombu; other addresses are the same to both.
    """
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    words = [("virtual_host" if k == "db" else k, v) for k, v in parse_qsl(parts.query)]
    query = f"?{urlencode(words)}" if words else ""
    return f"redis+socket://{parts.netloc}{parts.path}{query}"


def database(url: str) -> dict[str, Any]:
    """Return Django's connection settings for a libpq address, sockets and options included.

    Raises:
        ImproperlyConfigured: libpq does not understand the address.
    """
    try:
        parts = {key: value for key, value in conninfo_to_dict(url).items() if value is not None}
    except ProgrammingError as error:
        raise ImproperlyConfigured(f"DATABASE_URL is not a PostgreSQL address: {error}") from error
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", "postgres"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "OPTIONS": parts,
    }
