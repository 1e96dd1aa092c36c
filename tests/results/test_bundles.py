"""Frozen releases: anyone can find out whether a copy is whole and its figures follow."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from results.bundles import verify_release
from results.bundles.columns import count_columns
from results.bundles.freeze import freeze_newest
from results.bundles.manifest import manifest_of, merkle_root, public_key_of, signature_of
from results.counting import refresh
from results.models import Blob, Bundle, Release
from surveys.models import Campaign, Channel, Unit
from surveys.questionnaires.editions import parse
from tests import make

NOW = datetime.fromisoformat("2026-11-22T10:00:00+07:00")

MEANS = {"code": "mean5", "item_rule": "MEAN5", "aggregation": "POOLED_ITEMS"}
WEIGHTED = {
    "code": "weighted",
    "item_rule": "TOP2",
    "satisfied": {"hai_long_5": [4, 5]},
    "aggregation": "WEIGHTED",
    "weights": {"tiep_can": "1/3", "cong_chuc": "2/3"},
}


def world(by: Mapping[str, Any] = make.METHOD, **more: Any) -> Campaign:
    """Return a campaign of two communes with sheets of two months and two channels."""
    top = make.province("Thái Nguyên", code="19")
    units = [
        make.commune(name, parent=top, code=code)
        for name, code in (("Phú Bình", "05500"), ("Đại Từ", "05501"))
    ]
    campaign = make.campaign(slug="dot", threshold=3, by=by, **more)
    for number in range(16):
        rating, channel = 1 + number % 5, Channel.KIOSK if number % 2 else Channel.PHONE
        answers = {
            "c01": rating if number % 3 else "?",
            "c02": 5 - number % 4,
            "c03": 1 + number % 3 if number % 7 else None,
            "f1": 1 + number % 2,
            "m1": [1 + number % 3],
            "p1": 1 + number // 8,
        }
        day = make.DAY.replace(day=1 + number)
        make.response(campaign, units[number // 8], answers, on=day, channel=channel)
    refresh.refresh(campaign, clock=timezone.now)
    return campaign


def frozen(campaign: Campaign) -> Bundle:
    bundle = freeze_newest(campaign)
    assert bundle is not None
    return bundle


def files(bundle: Bundle) -> dict[str, bytes]:
    contents = {f.path: bytes(f.blob.content) for f in bundle.files.select_related("blob")}
    return {
        **contents,
        "manifest.json": bytes(bundle.manifest),
        "manifest.sig": bytes(bundle.signature),
    }


def packed(contents: Mapping[str, bytes], place: Path) -> Path:
    path = place / "release.zip"
    with zipfile.ZipFile(path, "w") as file:
        for name, content in contents.items():
            file.writestr(name, content)
    return path


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


@pytest.mark.django_db
@pytest.mark.parametrize("method", [make.METHOD, MEANS, WEIGHTED])
def test_every_published_figure_follows_from_the_counts(
    method: Mapping[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contents = files(frozen(world(method)))

    assert verify_release.main([str(packed(contents, tmp_path))]) == 0

    said = capsys.readouterr().out
    assert "Everything is equal" in said
    assert f"Signed with {public_key_of(settings.SIGNING_KEY)}" in said
    # Four units with 35 figures each, and their months and channels.
    assert int(said.split(" figures computed anew")[0].rsplit("\n", 1)[-1]) > 4 * 35


@pytest.mark.django_db
def test_a_release_says_what_the_api_says(client: Any) -> None:
    contents = files(frozen(world()))

    published = {
        row["unit_code"]: row
        for row in rows_of(contents["figures/19.csv"])
        if (row["period"], row["channel"]) == ("0", "0")
    }
    for code in ("19", "05500", "05501"):
        api = client.get(f"/api/v1/campaigns/dot/units/{code}").json()
        row = published[code]
        assert [row["index"], row["index.low"], row["index.high"]] == [
            api["index"][key] for key in ("percent", "low", "high")
        ]
        for factor in api["factors"]:
            assert row[factor["code"]] == (factor["percent"] or "")
        for criterion in api["criteria"]:
            assert row[criterion["code"]] == (criterion["percent"] or "")
        for question in api["facts"] + api["expectations"]:
            for option, percent in question["percents"].items():
                assert row[f"{question['code']}={option}"] == (percent or "")


@pytest.mark.django_db
def test_of_withheld_answers_neither_counts_nor_sums_are_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world()
    unanimous = make.commune("Định Hóa", parent=Unit.objects.get(code="19"), code="05502")
    later = make.campaign(slug="sau", threshold=3)
    for commune in (unanimous, Unit.objects.get(code="05500")):
        for rating in (5, 4, 1, 2):
            make.response(later, commune, {"c01": 5, "c02": rating, "c03": rating})
    refresh.refresh(later, clock=timezone.now)
    contents = files(frozen(later))

    row = next(
        row
        for row in rows_of(contents["counts/19.csv"])
        if (row["unit_code"], row["period"], row["channel"]) == ("05502", "0", "0")
    )
    assert (row["c01=5"], row["z0"], row["answered"]) == ("", "", "")
    assert verify_release.main([str(packed(contents, tmp_path))]) == 0
    assert "some of their counts are withheld" in capsys.readouterr().out


@pytest.mark.django_db
@pytest.mark.parametrize("method", [make.METHOD, MEANS, WEIGHTED])
def test_the_index_with_sheets_set_aside_follows_too(
    client: Any,
    method: Mapping[str, Any],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    world()
    later = make.campaign(slug="sau", threshold=3, by=method)
    commune = Unit.objects.get(code="05500")
    for rating in (5, 4, 1, 2, 5, 3):
        make.response(later, commune, {"c01": rating, "c02": 6 - rating, "c03": rating})
    for rating in (1, 2, 5):
        answers = {"c01": rating, "c02": 1, "c03": rating}
        make.set_aside(make.response(later, commune, answers))
    refresh.refresh(later, clock=timezone.now)
    contents = files(frozen(later))

    rows = {row["unit_code"]: row for row in rows_of(contents["set_aside/19.csv"])}
    api = client.get("/api/v1/campaigns/sau/units/05500").json()
    assert (rows["05500"]["n"], rows["05500"]["index_with_set_aside"]) == (
        str(api["n_set_aside"]),
        api["index_with_set_aside"],
    )
    assert rows.keys() == {"19", "05500"}
    assert verify_release.main([str(packed(contents, tmp_path))]) == 0
    assert "withheld" not in capsys.readouterr().out
    for column in ("index_with_set_aside", next(c for c in rows["19"] if c.endswith(".scored"))):
        bent = {
            **contents,
            "set_aside/19.csv": change_a_digit(contents["set_aside/19.csv"], column),
        }
        assert verify_release.main([str(packed(bent, tmp_path))]) == 1
        assert "set aside, index_with_set_aside" in capsys.readouterr().out


def test_no_products_of_answers_are_published() -> None:
    # They tell what somebody answered who left a question out (test_attacker.py).
    names = count_columns(parse(make.EDITION))

    assert "z0" in names
    assert not [name for name in names if "*" in name]


def change_a_digit(content: bytes, column: str) -> bytes:
    """Return a table whose last row has another last digit in a column."""
    rows = rows_of(content)
    value = rows[-1][column]
    rows[-1][column] = value[:-1] + ("1" if value[-1] != "1" else "2")
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().encode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "column"),
    [
        ("figures/19.csv", "index"),
        ("figures/19.csv", "c02.low"),
        ("figures/19.csv", "m1=1"),
        ("counts/19.csv", "z1"),
        ("counts/19.csv", "index.v"),
        ("counts/19.csv", "c01=5"),
    ],
)
def test_one_changed_digit_is_found_even_when_the_manifest_is_made_anew(
    path: str, column: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contents = files(frozen(world()))
    old = json.loads(contents["manifest.json"])
    contents[path] = change_a_digit(contents[path], column)
    assert verify_release.main([str(packed(contents, tmp_path))]) == 1
    assert f"{path} is not the file that was published" in capsys.readouterr().out

    # A forger signs with a key of their own.
    inside = {p: c for p, c in contents.items() if not p.startswith("manifest.")}
    facts = {k: old[k] for k in old if k not in {"format", "public_key", "merkle_root", "files"}}
    manifest = manifest_of(facts, inside, public_key_of("forged"))
    forged = {
        **inside,
        "manifest.json": manifest,
        "manifest.sig": signature_of(manifest, "forged"),
    }

    assert verify_release.main([str(packed(forged, tmp_path))]) == 1
    said = capsys.readouterr().out
    assert "is not the file" not in said
    assert "computed" in said


@pytest.mark.django_db
def test_a_forged_signature_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    contents = files(frozen(world()))
    ours = public_key_of(settings.SIGNING_KEY)
    contents["manifest.sig"] = signature_of(contents["manifest.json"], "forged")
    archive = str(packed(contents, tmp_path))

    assert verify_release.main([archive]) == 1
    assert "the signature is not of this manifest" in capsys.readouterr().out
    assert verify_release.main([archive, "--public-key", "00" * 32]) == 1
    assert "another key than the one you trust" in capsys.readouterr().out
    assert ours != public_key_of("forged")


@pytest.mark.django_db
def test_a_missing_file_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    contents = files(frozen(world()))
    del contents["units.csv"]

    assert verify_release.main([str(packed(contents, tmp_path))]) == 1
    assert "units.csv is missing" in capsys.readouterr().out


@pytest.mark.django_db
@pytest.mark.parametrize(("of", "instead"), [(b"05501", b"95501"), (b"c01=1", b"c09=1")])
def test_a_table_that_cannot_be_followed_is_named(
    of: bytes, instead: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contents = files(frozen(world()))
    contents["counts/19.csv"] = contents["counts/19.csv"].replace(of, instead)

    assert verify_release.main([str(packed(contents, tmp_path))]) == 1
    said = capsys.readouterr().out
    assert "counts/19.csv is not the file that was published" in said
    assert "not all could be checked" in said


@pytest.mark.django_db
def test_the_script_runs_alone_on_a_folder(tmp_path: Path) -> None:
    for path, content in files(frozen(world())).items():
        place = tmp_path / path
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(content)

    # Isolated: no package of ours or others, no current folder.
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "verify_release.py", "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "The signature was not checked" in ran.stdout


def test_what_is_no_release_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify_release.main([str(tmp_path)]) == 2
    assert "no release that can be read" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_release_is_frozen_once() -> None:
    campaign = world()
    bundle = frozen(campaign)

    assert freeze_newest(campaign) is None
    assert Bundle.objects.get() == bundle
    assert bundle.release == Release.objects.order_by("-number").first()


@pytest.mark.django_db
def test_the_same_file_is_kept_once() -> None:
    campaign = world()
    first = files(frozen(campaign))
    make.responses(campaign, Unit.objects.get(code="05500"), [5, 5, 5, 5])
    refresh.refresh(campaign, clock=timezone.now)
    second = files(frozen(campaign))

    assert first["figures/19.csv"] != second["figures/19.csv"]
    assert first["units.csv"] == second["units.csv"]
    same = {path for path in first if first[path] == second.get(path)}
    inside = {path for path in first if not path.startswith("manifest.")}
    assert Blob.objects.count() == 2 * len(inside) - len(same & inside)


@pytest.mark.django_db
def test_nothing_is_frozen_before_a_release() -> None:
    assert freeze_newest(make.campaign()) is None


def test_the_root_is_that_of_certificate_transparency() -> None:
    # Three leaves: H(1, H(1, a, b), c); computed by hand below with nothing of ours.
    from hashlib import sha256  # the same module, plainly

    def leaf(path: str, digest: str) -> bytes:
        return sha256(b"\0" + path.encode() + b"\0" + bytes.fromhex(digest)).digest()

    a, b, c = (leaf(name, name * 64) for name in "abc")
    left = sha256(b"\1" + a + b).digest()
    expected = sha256(b"\1" + left + c).hexdigest()

    leaves = [(name, name * 64) for name in "abc"]
    assert merkle_root(leaves) == verify_release.merkle_root(leaves) == expected
    assert merkle_root([]) == ""
