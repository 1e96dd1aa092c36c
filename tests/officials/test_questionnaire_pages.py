"""Officials write questionnaires: drafts part by part, editions made of them. Without a script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from surveys.drafting import edition_parts
from surveys.drafting.edition_drafts import begin, next_edition
from surveys.models import AuditEntry, Clip, EditionDraft, Questionnaire, Recording
from surveys.oversight.audit import Actor
from surveys.oversight.deeds import Deed
from surveys.questionnaires import editions, xlsform_reading
from surveys.questionnaires.edition_documents import to_yaml
from surveys.rights.acts import Role
from tests import make
from tests.officials.frames import frameless
from tests.surveys.definitions import ABSENT, changed
from tests.tiny_edition import EDITION

pytestmark = pytest.mark.django_db

LIST = "/quan-tri/phieu/"
EDITION_TEXT = "Nơi ngồi chờ đủ chỗ"


@pytest.fixture
def row() -> Questionnaire:
    return make.questionnaire()


@pytest.fixture
def lan(client: Client) -> Client:
    client.force_login(make.official("lan"))
    return client


@pytest.fixture
def binh() -> Client:
    client = Client()
    client.force_login(make.official("binh"))
    return client


@pytest.fixture
def draft(row: Questionnaire) -> EditionDraft:
    user = make.official("soan")
    return next_edition(row, by=Actor(user, user.username))


def part(draft: EditionDraft, address: str) -> str:
    return f"{LIST}nhap/{draft.pk}/phan/{address}/"


def fields(client: Client, address: str) -> dict[str, str]:
    """Return what a browser would send of a page's form if nothing were changed."""
    context = client.get(address).context
    form = context["form"]
    sent = {"was": context["was"], "code_was": context["code_was"], "act": "save"}
    for name in form.fields:
        value = form[name].value()
        if value not in (None, "", False):
            sent[name] = "on" if value is True else str(value)
    return sent


def document(draft: EditionDraft) -> dict[str, Any]:
    draft.refresh_from_db()
    found: dict[str, Any] = draft.document
    return found


def question(draft: EditionDraft, section: int, number: int) -> dict[str, Any]:
    found: dict[str, Any] = document(draft)["sections"][section]["questions"][number]
    return found


def test_the_list_says_what_is_frozen_and_which_languages_are_reviewed(lan: Client) -> None:
    make.campaign()
    make.questionnaire({**EDITION, "edition": 2})

    listed = lan.get(LIST).context["editions"]

    assert [(str(one.row), one.used_by) for one in listed] == [("tiny@2", 0), ("tiny@1", 1)]
    assert [(one.code, one.reviewed) for one in listed[0].languages] == [
        ("vi", True),
        ("en", False),
    ]


def test_a_draft_says_which_texts_have_a_voice_already(
    lan: Client, row: Questionnaire, draft: EditionDraft
) -> None:
    clip = Clip.objects.create(digest="0" * 64, suffix="mp3", content=b"x")
    said = {"questionnaire": row, "language": "vi", "clip": clip, "uploaded_by": draft.made_by}
    Recording.objects.create(place="c01", text=EDITION_TEXT, **said)
    page = f"{LIST}nhap/{draft.pk}/"
    assert lan.get(page).context["recorded"] == {"vi": 1, "en": 0}

    first = part(draft, "s0q0")
    lan.post(first, {**fields(lan, first), "text.vi": "Đủ ghế"})

    assert lan.get(page).context["recorded"] == {"vi": 0, "en": 0}


def test_the_next_edition_begins_as_a_draft_with_the_next_number(
    lan: Client, row: Questionnaire
) -> None:
    reply = lan.post(f"{LIST}tiny@1/soan/")

    draft = EditionDraft.objects.get()
    assert reply["Location"] == f"{LIST}nhap/{draft.pk}/"
    assert draft.document == {**EDITION, "edition": 2}
    assert lan.get(reply["Location"]).context["faults"] == []


def test_a_page_saved_unchanged_changes_nothing(lan: Client, draft: EditionDraft) -> None:
    for address in ("head", "scale-hai_long_5", "s0", "s0q0", "s3", "s3q0", "s4q0", "s5q0"):
        page = part(draft, address)
        assert lan.post(page, fields(lan, page)).status_code == 302, address

    assert document(draft) == {**EDITION, "edition": 2}


def test_a_question_is_reworded_and_the_log_tells_it(lan: Client, draft: EditionDraft) -> None:
    page = part(draft, "s0q0")
    lan.post(page, {**fields(lan, page), "text.vi": "Đủ ghế\r\nngồi "})

    assert question(draft, 0, 0)["text"]["vi"] == "Đủ ghế\nngồi"
    entry = AuditEntry.objects.filter(deed=Deed.CHANGE_DRAFT).get()
    assert entry.before
    assert entry.after
    assert entry.before["text"]["vi"] == "Nơi ngồi chờ đủ chỗ"
    assert entry.after["text"]["vi"] == "Đủ ghế\nngồi"
    assert (entry.who, entry.after["part"]) == ("lan", "s0q0")


@pytest.mark.parametrize(
    ("address", "field", "value"),
    [
        ("s0q0", "text.vi", " "),
        ("s0q0", "text.vi", "Đủ\x07 chỗ"),
        ("s0q0", "code", "Câu 1"),
        ("s0q0", "code", "channel"),
        ("s0q0", "scale", "gone"),
        ("s3q0", "max", "4"),
        ("s3q0", "max", "many"),
        ("s3q0", "options[1].text.vi", ""),
        ("s0", "code", ""),
        ("s0", "kind", "section"),
        ("head", "edition", "0"),
        ("head", "code", "Phiếu"),
        ("head", "title.vi", ""),
        ("head", "new_language", "Tày"),
        ("scale-hai_long_5", "[2].points", "9"),
        ("scale-hai_long_5", "[4].text.vi", ""),
        ("scale-hai_long_5", "[4].points", ""),
    ],
)
def test_a_fault_stands_at_its_field_and_nothing_is_saved(
    lan: Client, draft: EditionDraft, address: str, field: str, value: str
) -> None:
    page = part(draft, address)

    reply = lan.post(page, {**fields(lan, page), field: value})

    assert reply.status_code == 422
    shown = {name.split("[")[0] for name in reply.context["form"].errors}
    assert shown & {field, field.split("[", maxsplit=1)[0], "__all__"}, reply.context["form"].errors
    if "[" not in field and field != "new_language":
        assert field in reply.context["form"].errors
        assert 'aria-invalid="true"' in reply.content.decode()
    assert document(draft) == {**EDITION, "edition": 2}


def test_two_officials_at_one_question_do_not_overwrite_each_other(
    lan: Client, binh: Client, draft: EditionDraft
) -> None:
    page = part(draft, "s0q0")
    hers, his = fields(lan, page), fields(binh, page)
    lan.post(page, {**hers, "text.vi": "Của Lan"})

    reply = binh.post(page, {**his, "text.vi": "Của Bình"})

    assert reply.status_code == 409
    assert question(draft, 0, 0)["text"]["vi"] == "Của Lan"
    html = reply.content.decode()
    assert "Của Lan" in html
    assert "Của Bình" in html
    # Saving once more is a decision, made in sight of what it replaces.
    binh.post(page, {**his, "was": reply.context["was"], "text.vi": "Của Bình"})
    assert question(draft, 0, 0)["text"]["vi"] == "Của Bình"


def test_two_officials_at_different_questions_do_not_hinder_each_other(
    lan: Client, binh: Client, draft: EditionDraft
) -> None:
    hers, his = fields(lan, part(draft, "s0q0")), fields(binh, part(draft, "s0q1"))

    lan.post(part(draft, "s0q0"), {**hers, "text.vi": "Một"})
    binh.post(part(draft, "s0q1"), {**his, "text.vi": "Hai"})

    texts = [one["text"]["vi"] for one in document(draft)["sections"][0]["questions"]]
    assert texts == ["Một", "Hai"]


def test_what_has_moved_away_is_not_replaced_by_what_was_typed(
    lan: Client, binh: Client, draft: EditionDraft
) -> None:
    his = fields(binh, part(draft, "s0q0"))
    move(lan, draft, "s0q0", 1)

    reply = binh.post(part(draft, "s0q0"), {**his, "text.vi": "Của Bình"})

    assert reply.status_code == 409
    assert not reply.context["conflict"]["same"]
    assert "Của Bình" not in str(document(draft))


def move(client: Client, draft: EditionDraft, address: str, by: int) -> None:
    html = client.get(f"{LIST}nhap/{draft.pk}/").content.decode()
    button = re.search(rf'name="move" value="({address} {by} \w+)"', html)
    assert button, f"{address} cannot be moved by {by}"
    client.post(f"{LIST}nhap/{draft.pk}/chuyen/", {"move": button[1]})


def order(draft: EditionDraft) -> list[list[str]]:
    return [[one["code"] for one in s["questions"]] for s in document(draft)["sections"]]


def test_questions_and_sections_move_up_and_down(lan: Client, draft: EditionDraft) -> None:
    move(lan, draft, "s0q0", 1)
    assert order(draft)[0] == ["c02", "c01"]
    move(lan, draft, "s0q1", 1)
    assert order(draft)[:2] == [["c02"], ["c01", "c03"]]
    move(lan, draft, "s1q0", -1)
    move(lan, draft, "s1", -1)
    assert order(draft)[:2] == [["c03"], ["c02", "c01"]]

    html = lan.get(f"{LIST}nhap/{draft.pk}/").content.decode()
    assert "s0q0 -1" not in html
    assert "s5 1" not in html


def test_a_move_of_what_changed_meanwhile_moves_nothing(lan: Client, draft: EditionDraft) -> None:
    for value in (f"s0q0 1 {'0' * 32}", "s9 1 x", "nothing", ""):
        lan.post(f"{LIST}nhap/{draft.pk}/chuyen/", {"move": value})

    assert document(draft) == {**EDITION, "edition": 2}


def test_answers_are_moved_removed_and_added(lan: Client, draft: EditionDraft) -> None:
    page = part(draft, "s3q0")
    reply = lan.post(page, {**fields(lan, page), "act": "row-down-0"})
    assert reply["Location"] == page
    assert [o["text"]["en"] for o in question(draft, 3, 0)["options"]] == [
        "Cost",
        "Time",
        "Attitude",
    ]

    lan.post(page, {**fields(lan, page), "options[3].text.vi": "Khác"})
    lan.post(page, {**fields(lan, page), "act": "row-remove-1"})

    assert [o["text"]["vi"] for o in question(draft, 3, 0)["options"]] == [
        "Chi phí",
        "Thái độ",
        "Khác",
    ]


def test_a_question_a_section_and_a_scale_are_added_and_taken_away(
    lan: Client, draft: EditionDraft
) -> None:
    new_question = part(draft, "s2q1") + "?kind=choice"
    sent = fields(lan, new_question) | {"code": "f2", "text.vi": "Có chờ lâu không?"}
    assert lan.post(new_question, sent).status_code == 422  # no answers yet
    sent |= {"options[0].text.vi": "Có", "options[1].text.vi": "Không"}
    assert lan.post(new_question, sent).status_code == 302
    assert question(draft, 2, 1)["options"] == [{"text": {"vi": "Có"}}, {"text": {"vi": "Không"}}]

    new_section = part(draft, "s6")
    lan.post(new_section, fields(lan, new_section) | {"code": "moi", "kind": "facts"})
    found = lan.get(f"{LIST}nhap/{draft.pk}/").context["faults"]
    assert [one.part for one in found] == ["s6"]  # it still asks nothing
    lan.post(new_section, {**fields(lan, new_section), "act": "delete"})

    new_scale = part(draft, "scale-")
    levels = {"[0].text.vi": "Kém", "[0].points": "0", "[1].text.vi": "Tốt", "[1].points": "1"}
    lan.post(new_scale, fields(lan, new_scale) | {"code": "hai_muc"} | levels)
    assert [level["points"] for level in document(draft)["scales"]["hai_muc"]] == [0, 1]

    assert order(draft) == [["c01", "c02"], ["c03"], ["f1", "f2"], ["m1"], ["p1"], ["y_kien"]]


def test_a_language_is_added_reviewed_and_removed_with_its_texts(
    lan: Client, draft: EditionDraft
) -> None:
    head = part(draft, "head")
    lan.post(head, fields(lan, head) | {"new_language": "tyz"})
    assert document(draft)["languages"] == {"vi": "reviewed", "en": "draft", "tyz": "draft"}
    lan.post(head, fields(lan, head) | {"languages.tyz": "reviewed", "title.tyz": "Phiếu"})

    found = lan.get(f"{LIST}nhap/{draft.pk}/").context["faults"]

    assert {one.language for one in found} == {"Tiếng Tày"}
    lan.post(head, fields(lan, head) | {"languages.tyz": "remove", "languages.en": "remove"})
    assert '"en"' not in str(document(draft)).replace("'", '"')
    assert document(draft)["languages"] == {"vi": "reviewed"}


def text_fields(client: Client, page: str) -> dict[str, str]:
    lines = client.get(page).context["lines"]
    return {line.typed_name: line.typed for line in lines} | {
        line.was_name: line.was for line in lines
    }


def test_texts_are_translated_side_by_side(lan: Client, binh: Client, draft: EditionDraft) -> None:
    page = f"{LIST}nhap/{draft.pk}/loi/en/"
    hers, his = text_fields(lan, page), text_fields(binh, page)
    one, other = "moi:sections/0/questions/0/text", "moi:sections/0/questions/1/text"

    assert lan.post(page, hers | {one: "Enough chairs", other: ""}).status_code == 302

    assert question(draft, 0, 0)["text"]["en"] == "Enough chairs"
    assert "en" not in question(draft, 0, 1)["text"]
    assert binh.post(page, his | {one: "Chairs"}).status_code == 409
    assert binh.post(page, his | {"moi:title": "bad \x07"}).status_code == 422
    assert question(draft, 0, 0)["text"]["en"] == "Enough chairs"
    # What others wrote elsewhere hinders nobody.
    assert binh.post(page, his | {"moi:title": "Form"}).status_code == 302
    assert document(draft)["title"]["en"] == "Form"
    assert lan.get(f"{LIST}nhap/{draft.pk}/loi/km/").status_code == 404


def make_edition(client: Client, draft: EditionDraft) -> Any:
    was = client.get(f"{LIST}nhap/{draft.pk}/").context["digest"]
    return client.post(f"{LIST}nhap/{draft.pk}/thanh-an-ban/", {"was": was}, follow=True)


def test_a_clean_draft_becomes_an_edition(lan: Client, draft: EditionDraft) -> None:
    reply = make_edition(lan, draft)

    assert reply.redirect_chain[-1][0] == f"{LIST}tiny@2/"
    assert Questionnaire.objects.get(edition=2).definition == {**EDITION, "edition": 2}
    assert not EditionDraft.objects.exists()
    assert AuditEntry.objects.filter(deed=Deed.MAKE_EDITION, name="tiny@2").exists()


def test_no_edition_is_made_of_a_faulty_draft_or_of_another_than_was_shown(
    lan: Client, draft: EditionDraft
) -> None:
    was = lan.get(f"{LIST}nhap/{draft.pk}/").context["digest"]
    page = part(draft, "s0q0")
    lan.post(page, {**fields(lan, page), "text.vi": "Khác"})
    lan.post(f"{LIST}nhap/{draft.pk}/thanh-an-ban/", {"was": was})
    assert not Questionnaire.objects.filter(edition=2).exists()

    lan.post(page, {**fields(lan, page), "code": "c02"})
    make_edition(lan, draft)

    assert not Questionnaire.objects.filter(edition=2).exists()
    assert len(lan.get(f"{LIST}nhap/{draft.pk}/").context["faults"]) == 1


def test_an_edition_of_a_campaign_stays_as_it_is(lan: Client) -> None:
    campaign = make.campaign()
    user = make.official("soan")
    same = begin(
        {**EDITION, "title": {"vi": "Khác"}},
        by=Actor(user, user.username),
        base=campaign.questionnaire,
    )

    page = lan.get(f"{LIST}tiny@1/")
    assert page.context["used"]
    assert 'name="same"' not in page.content.decode()
    lan.post(f"{LIST}tiny@1/soan/", {"same": "1"})
    make_edition(lan, same)

    assert Questionnaire.objects.get().definition == EDITION
    assert EditionDraft.objects.exclude(pk=same.pk).get().document["edition"] == 2


def test_an_edition_nobody_uses_can_be_changed_but_not_behind_anyones_back(
    lan: Client, row: Questionnaire
) -> None:
    for _time in range(2):
        lan.post(f"{LIST}tiny@1/soan/", {"same": "1"})
    first, second = EditionDraft.objects.order_by("pk")
    for draft, words in ((first, "Một"), (second, "Hai")):
        page = part(draft, "s0q0")
        lan.post(page, {**fields(lan, page), "text.vi": words})

    make_edition(lan, first)
    make_edition(lan, second)

    row.refresh_from_db()
    assert row.parsed().questions["c01"].text["vi"] == "Một"
    assert EditionDraft.objects.get() == second


@pytest.mark.parametrize("name", ["tep.yaml", "tep.xlsx"])
def test_an_exported_file_comes_back_as_the_same_draft(
    lan: Client, row: Questionnaire, name: str
) -> None:
    content = lan.get(f"{LIST}tiny@1/{name}").content

    lan.post(LIST, {"file": SimpleUploadedFile(name, content)})

    assert editions.parse(EditionDraft.objects.get().document) == row.parsed()


def test_files_of_a_draft_are_those_of_the_edition_it_would_be(
    lan: Client, draft: EditionDraft
) -> None:
    wanted = editions.parse(document(draft))

    plain = lan.get(f"{LIST}nhap/{draft.pk}/tep.yaml").content
    book = lan.get(f"{LIST}nhap/{draft.pk}/tep.xlsx").content

    assert editions.parse(yaml.safe_load(plain)) == wanted
    assert editions.parse(xlsform_reading.document_of(book)) == wanted


def test_a_file_with_faults_is_kept_as_a_draft_that_lists_them(lan: Client) -> None:
    broken = changed(EDITION, "sections[0].questions[0].scale", "gone")
    broken = changed(broken, "sections[2].questions[0].text", ABSENT)
    broken = changed(broken, "scales.hai_long_5[1].points", "two")

    reply = lan.post(
        LIST, {"file": SimpleUploadedFile("a.yaml", to_yaml(broken).encode())}, follow=True
    )

    assert [one.part for one in reply.context["faults"]] == ["scale-hai_long_5", "s0q0", "s2q0"]
    for one in reply.context["faults"]:
        assert lan.get(part(EditionDraft.objects.get(), one.part)).status_code == 200


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"- a list", b"a: [", b"\xff\xfe", b"[" * 3000, b'a: "\\0"', b"a: .nan"),
        *(b"a: &x [1]\nb: *x", b"PK\x03\x04 broken"),
    ],
)
def test_what_is_no_questionnaire_is_refused(lan: Client, content: bytes) -> None:
    reply = lan.post(LIST, {"file": SimpleUploadedFile("a.yaml", content)})

    assert reply.status_code == 422
    assert 'aria-invalid="true"' in reply.content.decode()
    assert not EditionDraft.objects.exists()


@pytest.fixture
def only_their_own() -> Iterator[None]:
    with frameless():
        yield


BROKEN: list[Any] = [ABSENT, None, 7, "x", [], {}, [[]], {"x": 1}]
PLACES = [
    *("code", "title", "languages", "scales", "sections", "sections[0].questions"),
    *("sections[0].questions[0]", "sections[0].questions[0].text", "scales.hai_long_5"),
    *("sections[3].questions[0].options", "sections[3].questions[0].options[0]"),
    *("sections[0]", "scales.hai_long_5[0]", "sections[3].questions[0].options[0].text"),
]


@pytest.mark.usefixtures("only_their_own")
@pytest.mark.parametrize("place", PLACES)
def test_however_broken_a_draft_its_pages_open(
    lan: Client, draft: EditionDraft, place: str, pytestconfig: pytest.Config
) -> None:
    lan.raise_request_exception = False  # each value's outcome is told
    address, found = f"{LIST}nhap/{draft.pk}/", []
    # Every second value at every second place, the others at the others; in a long run all.
    everything = bool(pytestconfig.getoption("long"))
    for value in BROKEN if everything else BROKEN[PLACES.index(place) % 2 :: 2]:
        broken = changed(EDITION, place, value)
        EditionDraft.objects.filter(pk=draft.pk).update(document=broken)
        name = "absent" if value is ABSENT else repr(value)

        page = lan.get(address)
        if page.status_code != 200:
            found.append(f"{name}: {page.status_code} at {address}")
            continue
        faults = page.context["faults"]
        if bool(faults) is parses(broken):
            found.append(f"{name}: {len(faults)} faults shown")
        # Of parts of which the same is said, the first stands for all.
        parts = {one.words: part(draft, one.part) for one in reversed(faults)}
        further = {at: lan.get(at).status_code for at in (f"{address}loi/vi/", *parts.values())}
        found += [f"{name}: {status} at {at}" for at, status in further.items() if status != 200]

    assert not found, "\n".join(found)


def parses(definition: object) -> bool:
    try:
        editions.parse(definition)
    except editions.EditionError:
        return False
    return True


def test_the_preview_is_the_form_of_citizens_and_cannot_send(
    lan: Client, row: Questionnaire, draft: EditionDraft
) -> None:
    for page in (f"{LIST}tiny@1/xem/vi/", f"{LIST}nhap/{draft.pk}/xem/vi/"):
        for way in ({}, {"tat-ca": "1"}):
            html = lan.get(page, way).content.decode()
            assert "Nơi ngồi chờ đủ chỗ" in html
            assert html.count('type="radio"') >= 5 * 3
            assert "<form" not in html
            assert ("preview.js" in html, "data-steps" in html) == (not way, not way)
            assert ('type="submit"' in html) is (not way)  # within what only a script unfolds
            assert "respond.js" not in html
    english = lan.get(f"{LIST}tiny@1/xem/en/").content.decode()
    assert "There are enough seats" in english
    assert lan.get(f"{LIST}tiny@1/xem/tyz/").status_code == 404
    pages = [lan.get(f"{LIST}tiny@1/xem/vi/", {"trang": n}).content.decode() for n in (1, 2, 99)]
    # A part on each page, as citizens without a script have it; the last one leads no further.
    assert ["Nơi ngồi chờ đủ chỗ" in html for html in pages] == [True, False, False]
    assert ['rel="next"' in html for html in pages] == [True, True, False]
    assert ["<form" in html for html in pages] == [False] * 3


def test_only_the_nation_changes_what_all_units_ask(client: Client, draft: EditionDraft) -> None:
    client.force_login(make.official("minh", role=Role.MANAGER, at=make.province()))
    page = part(draft, "s0q0")

    assert '<fieldset class="bare stack" disabled>' in client.get(page).content.decode()
    assert client.post(page, {"act": "delete"}).status_code == 403
    assert client.post(f"{LIST}nhap/{draft.pk}/chuyen/").status_code == 403
    assert client.post(f"{LIST}nhap/{draft.pk}/thanh-an-ban/").status_code == 403
    assert client.post(f"{LIST}nhap/{draft.pk}/xoa/").status_code == 403
    assert client.post(f"{LIST}tiny@1/soan/").status_code == 403
    assert client.post(LIST).status_code == 403
    assert document(draft) == {**EDITION, "edition": 2}


def test_a_draft_is_removed_only_as_it_was_shown(lan: Client, draft: EditionDraft) -> None:
    page = f"{LIST}nhap/{draft.pk}/xoa/"
    lan.post(page, {"was": "another"})
    assert EditionDraft.objects.exists()

    lan.post(page, {"was": lan.get(page).context["digest"]})

    assert not EditionDraft.objects.exists()
    entry = AuditEntry.objects.get(deed=Deed.REMOVE_DRAFT)
    assert entry.before
    assert entry.before["document"]["code"] == "tiny"


@pytest.mark.parametrize("address", ["s7", "s0q9", "s9q0", "x", "scale-gone", "s١", "%00"])
def test_what_is_not_there_is_not_found(lan: Client, draft: EditionDraft, address: str) -> None:
    assert lan.get(part(draft, address)).status_code == 404


@pytest.mark.parametrize("address", ["s0q0", "s0", "scale-hai_long_5"])
def test_what_was_taken_away_last_is_put_back_whole(
    lan: Client, binh: Client, draft: EditionDraft, address: str
) -> None:
    before, page = document(draft), f"{LIST}nhap/{draft.pk}/"
    taken = part(draft, address)
    lan.post(taken, {**fields(lan, taken), "act": "delete"})
    assert document(draft) != before

    assert binh.get(page).context["removed"].at == edition_parts.address(address)
    binh.post(f"{page}tra-lai/")

    assert document(draft) == before
    assert binh.get(page).context["removed"] is None
    entry = AuditEntry.objects.order_by("-number")[0]
    assert (entry.who, entry.before, set(entry.after or {}) > {"part"}) == (
        *("binh", {"part": address}),
        True,
    )


def test_nothing_is_put_back_over_what_was_done_since(lan: Client, draft: EditionDraft) -> None:
    page = part(draft, "s0q0")
    lan.post(page, {**fields(lan, page), "act": "delete"})
    move(lan, draft, "s1", 1)
    now = document(draft)

    lan.post(f"{LIST}nhap/{draft.pk}/tra-lai/")

    assert document(draft) == now
