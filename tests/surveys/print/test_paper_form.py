from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pypdfium2
import pytest
import yaml

from surveys.print.paper_form import PaperOffice, paper_form_pdf
from surveys.questionnaires.editions import Edition, parse
from tests import make
from tests.surveys.print.pdf import sizes, texts

SHIPPED = sorted(
    (Path(__file__).resolve().parents[3] / "surveys" / "data" / "questionnaires").glob("*.yaml")
)
OFFICE = PaperOffice("Xã $#*\\\"', Tỉnh Thái Nguyên", "Điểm khảo sát hu-3k7z", "Đợt 2026", True)


def shipped(path: Path) -> Edition:
    return parse(yaml.safe_load(path.read_text(encoding="utf-8")))


def squeezed(text: str) -> str:
    """Return a text without spaces: where a line breaks is the printer's business."""
    return "".join(text.split())


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_it_holds_every_question_and_every_option(path: Path, language: str) -> None:
    edition = shipped(path)

    text = squeezed("".join(texts(paper_form_pdf(edition, language))))

    for number, question in enumerate(edition.questions.values(), start=1):
        asked = question.text.get(language) or question.text["vi"]
        assert squeezed(f"{number}.{asked}") in text
    options = [o for question in edition.questions.values() for o in question.options]
    for option in options:
        assert squeezed(option.text.get(language) or option.text["vi"]) in text
    for section in edition.sections:
        assert squeezed(section.title.get(language) or section.title["vi"]) in text


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_page_says_edition_language_and_page(path: Path) -> None:
    edition = shipped(path)

    pages = texts(paper_form_pdf(edition, "vi"))

    for number, page in enumerate(pages, start=1):
        assert f"{edition.reference} · vi · {number}/{len(pages)}" in page
        assert "Số thứ tự trong tập" in page


def test_it_is_a4_and_the_short_form_is_one_page() -> None:
    short, long = (shipped(path) for path in SHIPPED)

    assert sizes(paper_form_pdf(short, "vi")) == [(210, 297)]
    assert set(sizes(paper_form_pdf(long, "vi"))) == {(210, 297)}


def test_every_option_has_a_box_of_its_own() -> None:
    """As many squares are drawn as there are options, and two that show how to answer."""
    edition = parse(make.EDITION)
    options = sum(len(q.options) + len(q.escapes) for q in edition.questions.values())

    more = parse({**make.EDITION, "sections": make.EDITION["sections"][:1]})
    fewer_options = sum(len(q.options) + len(q.escapes) for q in more.questions.values())

    assert squares(paper_form_pdf(edition, "vi")) - squares(paper_form_pdf(more, "vi")) == (
        options - fewer_options
    )


def squares(pdf: bytes) -> int:
    """Count the paths of a PDF that are as wide as high, 4 to 5 mm."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        return sum(
            11 < right - left < 14 and 11 < top - bottom < 14
            for page in document
            for shape in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_PATH])
            for left, bottom, right, top in [shape.get_bounds()]
        )


def test_the_notice_stands_above_the_questions() -> None:
    first = texts(paper_form_pdf(parse(make.EDITION), "vi"))[0]

    assert first.index("Ẩn danh và tự nguyện.") < first.index("1. Nơi ngồi chờ")


def test_the_office_is_filled_in_and_printed_literally() -> None:
    page = texts(paper_form_pdf(parse(make.EDITION), "vi", OFFICE))[0]

    assert "Cơ quan: Xã $#*\\\"', Tỉnh Thái Nguyên" in page
    assert "Điểm khảo sát hu-3k7z" in page
    assert "Đợt 2026" in page
    assert "số liệu là mô phỏng" in page


def test_markup_in_a_question_is_printed_as_it_is() -> None:
    text = '#let x = "1" $y$ *z* \\ <a> @b'
    definition = {
        **make.EDITION,
        "sections": [
            {
                **make.EDITION["sections"][0],
                "questions": [
                    {**make.EDITION["sections"][0]["questions"][0], "text": {"vi": text}}
                ],
            }
        ],
    }

    pages = texts(paper_form_pdf(parse(definition), "vi"))

    assert squeezed(text) in squeezed(pages[0])


def test_a_draft_says_so() -> None:
    edition = parse(make.EDITION)

    assert "This translation is a draft" in texts(paper_form_pdf(edition, "en"))[0]
    assert "bản dịch" not in texts(paper_form_pdf(edition, "vi"))[0].lower()


def test_a_form_in_a_language_the_site_does_not_speak_asks_in_it() -> None:
    """What is not translated is printed in Vietnamese, as on the screen."""
    definition = {**make.EDITION, "languages": {"vi": "reviewed", "hmn-VN": "draft"}}

    pages = texts(paper_form_pdf(parse(without_english(definition)), "hmn-VN"))

    assert f"tiny@1 · hmn-VN · 1/{len(pages)}" in pages[0]
    assert "Nơi ngồi chờ đủ chỗ" in pages[0]


def without_english(value: object) -> object:
    if isinstance(value, dict):
        return {key: without_english(part) for key, part in value.items() if key != "en"}
    if isinstance(value, list):
        return [without_english(part) for part in value]
    return value


def test_the_same_form_is_the_same_file() -> None:
    edition = parse(make.EDITION)

    assert paper_form_pdf(edition, "vi") == paper_form_pdf(edition, "vi")
