"""The files for a server say what the site needs of them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.urls import reverse

from config.supervisor import BASE_DIR, web_command, worker_options

DEPLOY = BASE_DIR / "config" / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
NGINX = (DEPLOY / "nginx" / "hai-long.conf").read_text(encoding="utf-8")
# A location of nginx: its modifier, its pattern, and what it says.
LOCATION = re.compile(r"^    location (?:(~|=) )?(\S+) \{(.*?)\}", re.M | re.S)


def location_of(path: str) -> str:
    """Return what nginx does with a path: exact, then regular expressions, then the longest."""
    exact = [
        said for kind, pattern, said in LOCATION.findall(NGINX) if (kind, pattern) == ("=", path)
    ]
    matching = [
        said
        for kind, pattern, said in LOCATION.findall(NGINX)
        if kind == "~" and re.search(pattern, path)
    ]
    prefixes = [
        (len(pattern), said)
        for kind, pattern, said in LOCATION.findall(NGINX)
        if not kind and path.startswith(pattern)
    ]
    return str((exact or matching or [max(prefixes)[1]])[0])


@pytest.mark.parametrize(
    "path",
    [
        reverse("surveys:respond", args=["hu-3k7z"]),
        "/en" + reverse("surveys:respond", args=["hu-3k7z"]),
        reverse("surveys:thanks", args=["hu-3k7z"]),
        reverse("surveys:kiosk", args=["hu-3k7z"]),
        "/api/v1/counters/hu-3k7z/responses/4d0f3f6e-3a53-4b2c-9c1e-0d3a4f3f6e3a",
        "/api/v1/devices/heartbeat",
    ],
)
def test_where_people_answer_nothing_is_logged_and_no_address_is_passed_on(path: str) -> None:
    said = location_of(path)

    assert "access_log off;" in said
    assert 'proxy_set_header X-Forwarded-For "";' in said


def test_what_is_kept_of_other_pages_names_no_address() -> None:
    log_format = NGINX.partition("log_format hai_long '")[2].partition("'")[0]

    assert not re.search("remote|forwarded|http_|request |args|cookie", log_format)
    assert "access_log off;" not in location_of("/ket-qua/sipas-2026/")


@pytest.mark.parametrize("path", ["/metrics", "/readyz"])
def test_what_is_for_machines_is_not_for_everybody(path: str) -> None:
    assert "return 404;" in location_of(path)


def test_the_units_start_what_the_supervisor_starts() -> None:
    web = (DEPLOY / "systemd" / "hai-long-web@.service").read_text(encoding="utf-8")
    worker = (DEPLOY / "systemd" / "hai-long-worker.service").read_text(encoding="utf-8")

    options = [word for word in map(str, web_command(8000)) if word.startswith("--")]
    assert [option for option in options if option not in web] == []
    expected = [option for option in worker_options() if not option.startswith("--pool")]
    assert [option for option in expected if option not in worker] == []


def test_the_image_is_made_of_what_is_there_and_starts_what_the_supervisor_starts() -> None:
    said = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    let_in = (BASE_DIR / ".dockerignore").read_text(encoding="utf-8").splitlines()
    sources = [
        source
        for words in re.findall(r"^COPY (?!--from)(.+)$", said, re.M)
        for source in words.split()[:-1]
    ]

    assert len(sources) > 5
    assert [source for source in sources if not (BASE_DIR / source).exists()] == []
    assert sorted(f"!{source}" for source in sources) == sorted(
        line for line in let_in if line.startswith("!")
    )
    web = json.loads(re.findall(r"^CMD (.+)$", said, re.M)[0])
    options = [word for word in map(str, web_command(8000)) if word.startswith("--")]
    assert [option for option in options if option not in web] == []
    assert [option for option in worker_options() if option not in said] == []


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="this machine has no systemd")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    units = tmp_path / "etc" / "systemd" / "system"
    shutil.copytree(DEPLOY / "systemd", units)
    scripts = Path("config", "deploy", "postgresql")
    shutil.copytree(BASE_DIR / scripts, tmp_path / "opt" / "hai-long" / "current" / scripts)
    (tmp_path / "bin").mkdir()
    shutil.copy("/bin/sh", tmp_path / "bin" / "sh")
    named = [unit.name.replace("@.", "@8001.") for unit in UNITS]

    said = subprocess.run(
        [
            "systemd-analyze",
            "verify",
            "--man=no",
            f"--root={tmp_path}",
            *(units / name for name in named),
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    # Systemd's own targets are not in this small root.
    faults = [line for line in said.stderr.splitlines() if ".target not found" not in line]
    assert faults == []
