from __future__ import annotations

from datetime import date

import pytest

from surveys.print.ticket_slips import ticket_slips_pdf
from tests.surveys.print.pdf import codes, texts

SITE = "https://hailong.example.gov.vn/k/hu-3k7z/?phieu="


def slips(tickets: list[str], counter: str = "Quầy 1 #$*") -> bytes:
    return ticket_slips_pdf(
        tickets, counter=counter, day=date(2026, 11, 22), address=lambda code: SITE + code
    )


def test_every_ticket_has_a_slip_with_its_code_twice() -> None:
    tickets = [f"k7mq-3x{number:02}" for number in range(23)]

    pdf = slips(tickets)

    read = codes(pdf, dots_per_inch=300)
    assert [len(page) for page in read] == [21, 2]
    assert sorted(read[0] + read[1]) == [SITE + ticket for ticket in tickets]
    text = "".join(texts(pdf))
    assert all(text.count(ticket) == 1 for ticket in tickets)


def test_a_slip_names_counter_and_day_and_carries_no_number() -> None:
    (text,) = texts(slips(["abcd-efgh"]))

    assert "Quầy 1 #$* · 22/11/2026" in text
    assert "Dùng một lần" in text
    assert not any(word.isdecimal() and word != "1" for word in text.split())


def test_there_must_be_a_ticket() -> None:
    with pytest.raises(ValueError, match="no tickets"):
        slips([])
