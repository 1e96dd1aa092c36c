"""What is recorded of an edition, what of it is played, and what is taken in."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from django.test import Client

from surveys.models import Campaign, Clip, Counter, Questionnaire, Recording
from surveys.voice import recording_uploads, recordings
from surveys.voice.recording_uploads import NotTaken, Report
from surveys.voice.sound_files import MOST_BYTES
from tests import make
from tests.answering import asked_at_a_counter
from tests.sounds import actor, record, tone, upload

pytestmark = pytest.mark.django_db


def with_text(question: int, text: str, *, edition: int = 1) -> dict[str, Any]:
    """Return the tiny edition with another text of a question of its first section."""
    definition = deepcopy(dict(make.EDITION))
    definition["edition"] = edition
    definition["sections"][0]["questions"][question]["text"]["vi"] = text
    return definition


def state(of: Questionnaire, place: str, language: str = "vi") -> str:
    lines = recordings.lines(of.parsed(), language)
    return next(line.state for line in lines if place in line.spot.places)


def many(of: Questionnaire, *names: str) -> Report:
    files = [upload(name, tone(200 + number)) for number, name in enumerate(names)]
    return recording_uploads.store_by_name(of, "vi", files, by=actor())


def test_every_text_is_there_once() -> None:
    spots = recordings.spots(make.questionnaire().parsed(), "vi")

    assert [spot.place for spot in spots[:8]] == [
        *("c01", "c01.1", "c01.2", "c01.3", "c01.4", "c01.5", "c01.dont_know", "c02"),
    ]
    assert spots[1].places == ("c01.1", "c02.1", "c03.1")
    assert spots[1].text == "Rất không hài lòng"
    assert {"f1.2", "m1.3", "y_kien"} <= {spot.place for spot in spots}


def test_a_level_recorded_once_is_heard_at_every_question() -> None:
    _counter, campaign = asked_at_a_counter()
    address = record(campaign.questionnaire, "c02.4")

    spoken = dict(recordings.spoken(campaign.pk, str(campaign.questionnaire), "vi"))

    assert spoken == {"c01.4": address, "c02.4": address, "c03.4": address}
    assert recordings.spoken(campaign.pk, str(campaign.questionnaire), "en") == ()


def test_a_clip_of_changed_words_is_flagged_and_not_played(client: Client) -> None:
    row = make.questionnaire()
    address = record(row, "c01")
    assert state(row, "c01") == "current"

    row.definition = with_text(0, "Ghế ngồi chờ đủ chỗ")
    row.save()

    assert state(row, "c01") == "changed"
    counter, _campaign = asked_at_a_counter()
    assert address not in client.get(f"/k/{counter.code}/").content.decode()


def test_spaces_are_no_change() -> None:
    row = make.questionnaire()
    record(row, "c01")

    row.definition = with_text(0, "Nơi ngồi  chờ đủ chỗ ")
    row.save()

    assert state(row, "c01") == "current"


def test_a_new_edition_keeps_what_did_not_change() -> None:
    first = make.questionnaire()
    record(first, "c01")
    record(first, "c02")

    second = make.questionnaire(with_text(0, "Ghế ngồi chờ đủ chỗ", edition=2))

    assert state(second, "c01") == "changed"
    assert state(second, "c02") == "current"
    assert state(second, "c03") == "missing"
    record(second, "c01", tone(500))
    assert (state(first, "c01"), state(second, "c01")) == ("current", "current")


def test_a_frozen_edition_may_be_recorded() -> None:
    row = make.campaign().questionnaire

    record(row, "c01")

    assert state(row, "c01") == "current"


@pytest.fixture
def asked() -> tuple[Counter, Campaign]:
    return asked_at_a_counter()


def test_a_new_clip_is_on_the_page_that_is_kept(
    client: Client, asked: tuple[Counter, Campaign]
) -> None:
    counter, campaign = asked
    path = f"/k/{counter.code}/"
    assert "<audio" not in client.get(path).content.decode()

    address = record(campaign.questionnaire, "c01")
    page = client.get(path).content.decode()
    other = record(campaign.questionnaire, "c01", tone(500))
    replaced = client.get(path).content.decode()

    assert page.count(address) == 1
    assert 'preload="none"' in page
    assert "autoplay" not in page
    assert (address in replaced, other in replaced) == (False, True)
    assert address not in client.get(f"/en{path}").content.decode()


def test_a_kiosk_gets_a_new_version_with_the_clip(
    client: Client, asked: tuple[Counter, Campaign]
) -> None:
    counter, campaign = asked
    path = f"/k/{counter.code}/kiosk/"
    before = client.get(path)["X-App-Version"]

    address = record(campaign.questionnaire, "c01")

    shell = client.get(path)
    assert shell["X-App-Version"] != before
    assert address in shell.content.decode()
    assert f'"clips": [\n    "{address}"\n  ]' in client.get(f"{path}sw.js").content.decode()


def test_a_sheet_shown_again_can_be_heard(client: Client, asked: tuple[Counter, Campaign]) -> None:
    counter, campaign = asked
    address = record(campaign.questionnaire, "c01")

    page = client.post(f"/k/{counter.code}/", "c01=9", "application/x-www-form-urlencoded")

    assert page.status_code == 422
    assert address in page.content.decode()


def test_files_find_their_place_by_name() -> None:
    row = make.questionnaire()

    report = many(row, "c01.mp3", "C01-3.ogg", "c01.4.wav", "c01-dont_know.wav", "y_kien.m4a")

    assert (report.stored, report.faults, report.spare) == (5, [], [])
    places = set(Recording.objects.values_list("place", flat=True))
    assert places == {"c01", "c01.3", "c01.4", "c01.dont_know", "y_kien"}


def test_each_file_that_is_refused_is_named() -> None:
    row = make.questionnaire()
    files = [
        upload("c01.wav"),
        upload("c09.wav"),
        upload("c02.mp3", b"<html>"),
        upload("c03.mp3", b""),
        upload("f1.wav", tone() + bytes(MOST_BYTES)),
    ]

    report = recording_uploads.store_by_name(row, "vi", files, by=actor())

    assert report.stored == 1
    assert [name for name, _reason in report.faults] == ["c09.wav", "c02.mp3", "c03.mp3", "f1.wav"]
    assert len({reason for _name, reason in report.faults}) == 4


def test_the_same_words_are_taken_once() -> None:
    report = many(make.questionnaire(), "c01-1.wav", "c02-1.wav")

    assert (report.stored, report.spare) == (1, [("c02-1.wav", "c01-1.wav")])


def test_a_clip_goes_with_its_last_recording(client: Client) -> None:
    row = make.questionnaire()
    address = record(row, "c01")
    record(row, "c02")
    by_place = {line.spot.place: line.spot for line in recordings.lines(row.parsed(), "vi")}

    recording_uploads.remove(row, "vi", by_place["c01"], by=actor())
    assert client.get(address).status_code == 200
    record(row, "c02", tone(500))

    assert client.get(address).status_code == 404
    assert Clip.objects.count() == 1
    assert state(row, "c01") == "missing"


def test_a_video_or_a_page_is_no_recording() -> None:
    row = make.questionnaire()
    spot = recordings.spots(row.parsed(), "vi")[0]

    with pytest.raises(NotTaken):
        recording_uploads.store(row, "vi", spot, upload("c01.mp3", b"<svg/>"), by=actor())

    assert not Clip.objects.exists()
