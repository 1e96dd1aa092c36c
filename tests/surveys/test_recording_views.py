"""Officials' pages about recorded voice. They work without a script."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from surveys.models import AuditEntry, Questionnaire, Recording
from surveys.oversight.deeds import Deed
from surveys.rights.acts import Role
from tests import make
from tests.sounds import record, tone, upload

pytestmark = pytest.mark.django_db

INDEX = "/quan-tri/ghi-am/"
LIST = "/quan-tri/ghi-am/tiny@1/vi/"
ONE = "/quan-tri/ghi-am/tiny@1/vi/c01.3/"


@pytest.fixture
def row() -> Questionnaire:
    return make.questionnaire()


@pytest.fixture
def lan(client: Client) -> Client:
    client.force_login(make.official("lan"))
    return client


@pytest.mark.parametrize("path", [INDEX, LIST, ONE])
def test_only_officials_see_it(client: Client, row: Questionnaire, path: str) -> None:
    assert client.get(path).status_code == 302

    client.force_login(User.objects.create_user("dan"))
    assert client.get(path).status_code == 403
    assert client.post(f"{ONE}xoa/").status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        *("tiny@2/vi/", "tiny/vi/", "tiny@x/vi/", "tiny@1/tyz/", "tiny@%00/vi/"),
        *("tiny@1/vi/c09/", "tiny@1/vi/c02.1/", "tiny@1/vi/%00/"),
    ],
)
def test_what_is_not_there_is_not_found(lan: Client, row: Questionnaire, path: str) -> None:
    assert lan.get(INDEX + path).status_code == 404


def test_the_list_says_how_far_each_language_is(lan: Client, row: Questionnaire) -> None:
    record(row, "c01")
    record(row, "c01.1", language="en")
    row.definition = {**row.definition, "title": {"vi": "Tên mới", "en": "New"}}
    row.save()

    (_edition, asked, languages) = lan.get(INDEX).context["editions"][0]

    texts = 3 + 5 + 1 + 3 + 4 + 3 + 1  # ratings, levels, "don't know", f1, m1, p1, comment
    assert not asked
    assert [(one.language, one.current, one.texts) for one in languages] == [
        ("vi", 1, texts),
        ("en", 1, texts),
    ]


def test_a_row_has_its_text_player_and_state(lan: Client, row: Questionnaire) -> None:
    address = record(row, "c01.3")

    page = lan.get(LIST)

    html = page.content.decode()
    assert f'src="{address}"' in html
    assert page.context["bytes"] == len(tone())
    assert page.context["counts"].current == 1
    assert "<code>c01-3</code>" in html


def test_a_file_is_uploaded_replaced_and_removed(lan: Client, row: Questionnaire) -> None:
    for hertz in (440, 550):
        reply = lan.post(ONE, {"file": upload(content=tone(hertz))})
        assert (reply.status_code, reply["Location"]) == (302, LIST)
        stored = Recording.objects.select_related("clip", "uploaded_by").get()
        assert bytes(stored.clip.content) == tone(hertz)
        assert (stored.place, stored.uploaded_by.username) == ("c01.3", "lan")

    lan.post(f"{ONE}xoa/")

    assert not Recording.objects.exists()


def test_a_file_that_is_no_sound_is_refused_beside_its_field(
    lan: Client, row: Questionnaire
) -> None:
    for content in (b"<html>", b""):
        reply = lan.post(ONE, {"file": SimpleUploadedFile("c01.mp3", content)})
        assert reply.status_code == 422
        assert 'aria-invalid="true"' in reply.content.decode()
    assert lan.post(ONE).status_code == 422

    assert not Recording.objects.exists()


def test_of_several_files_the_faulty_are_named(lan: Client, row: Questionnaire) -> None:
    reply = lan.post(LIST, {"files": [upload("c01.wav"), upload("c99.wav")]})

    assert reply.status_code == 422
    assert "c99.wav" in reply.content.decode()
    assert Recording.objects.count() == 1
    assert lan.post(LIST).status_code == 422
    assert lan.post(LIST, {"files": [upload("c02.wav", tone(500))]}).status_code == 302


def test_a_recording_of_another_edition_is_not_removed_here(
    lan: Client, row: Questionnaire
) -> None:
    record(row, "c01.3")
    make.questionnaire({**make.EDITION, "edition": 2})
    there = ONE.replace("tiny@1", "tiny@2")

    assert "xoa/" not in lan.get(there).content.decode()
    lan.post(f"{there}xoa/")

    assert Recording.objects.count() == 1


def test_the_table_takes_few_queries(
    lan: Client, row: Questionnaire, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for place in ("c01", "c02", "c03", "f1"):
        record(row, place)

    with django_assert_max_num_queries(8):
        lan.get(LIST)


def test_only_the_nation_may_change_what_all_hear(client: Client, row: Questionnaire) -> None:
    record(row, "c01.3")
    client.force_login(make.official("minh", role=Role.MANAGER, at=make.province()))

    page = client.get(ONE)

    assert page.status_code == 200
    assert 'type="file"' not in page.content.decode()
    assert client.post(ONE, {"file": upload()}).status_code == 403
    assert client.post(LIST, {"files": [upload()]}).status_code == 403
    assert client.post(f"{ONE}xoa/").status_code == 403
    assert Recording.objects.count() == 1


def test_what_is_done_is_logged(lan: Client, row: Questionnaire) -> None:
    lan.post(ONE, {"file": upload()})
    lan.post(f"{ONE}xoa/")

    deeds = AuditEntry.objects.order_by("number").values_list("deed", "who", "name")
    name = "tiny@1 vi c01.3"
    assert list(deeds)[-2:] == [
        (Deed.SAVE_RECORDING, "lan", name),
        (Deed.REMOVE_RECORDING, "lan", name),
    ]
