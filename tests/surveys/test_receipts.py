"""Receipt codes: given with a sheet, kept as a digest, listed for a release."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from surveys.counters import receipt_codes, receipts
from surveys.counters.counter_codes import ALPHABET
from surveys.models import Campaign, Counter, Receipt, Response
from tests import make
from tests.answering import FormPage, Reply, asked_at_a_counter, body, open_form, post, put
from tests.live import eventually

FIELD = "ma-bien-nhan"
CODE = re.compile(r"data-code>([^<]*)<")
SHOWN = re.compile(r"[2-9a-z]{4}-[2-9a-z]{4}-[2-9a-z]{4}")


@pytest.fixture
def asked(db: None) -> tuple[Counter, Campaign]:
    counter, campaign = asked_at_a_counter(receipts=True)
    Receipt.objects.all().delete()  # the decoys
    return counter, campaign


def kept() -> set[bytes]:
    return {bytes(receipt.digest) for receipt in Receipt.objects.all()}


def hashed(code: str) -> bytes:
    return hashlib.sha256(b"hai-long:" + code.encode()).digest()


# The codes


def test_a_code_is_read_back_however_it_is_typed() -> None:
    codes = {receipt_codes.new_code() for _time in range(200)}

    assert len(codes) == 200
    for code in codes:
        assert SHOWN.fullmatch(code)
        assert receipt_codes.corrected(f" {code.upper().replace('-', ' – ')}") == code
    assert receipt_codes.digest(code) == hashed(code)


def send(client: Client, page: FormPage, *fields: tuple[str, str]) -> Reply:
    """Send a form as it came, but for some fields."""
    return post(client, page.action, list({**page.hidden, **dict(fields)}.items()))


def slips(code: str) -> Iterator[str]:
    """Yield the code with each character wrong in every way, and each two neighbours swapped."""
    letters = code.replace("-", "")
    for at, letter in enumerate(letters):
        for other in ALPHABET.replace(letter, ""):
            yield letters[:at] + other + letters[at + 1 :]
        if letters[at : at + 2] != letters[at : at + 2][::-1]:
            yield letters[:at] + letters[at : at + 2][::-1] + letters[at + 2 :]


def test_every_single_slip_is_seen() -> None:
    code = receipt_codes.new_code()

    assert [slip for slip in slips(code) if receipt_codes.corrected(slip)] == []


# With a sheet


def test_a_form_brings_a_code_and_shows_it_when_it_is_stored(
    client: Client, asked: tuple[Counter, Campaign]
) -> None:
    counter, _campaign = asked
    first, second = (open_form(client, counter) for _time in range(2))
    code = first.hidden[FIELD]

    replies = [send(client, first, ("c01", "4")) for _time in range(2)]

    assert code != second.hidden[FIELD]
    for reply in replies:  # sent again, it is shown again, and stored once
        assert reply.status_code == 200
        assert reply["Cache-Control"] == "no-store"
        assert CODE.findall(reply.content.decode()) == [code]
    assert kept() == {hashed(code)}
    assert Response.objects.count() == 1


def test_a_code_that_was_not_kept_is_not_shown(
    client: Client, asked: tuple[Counter, Campaign]
) -> None:
    counter, _campaign = asked
    page = open_form(client, counter)
    send(client, page, ("c01", "4"))
    other = receipt_codes.new_code()

    reply = send(client, page, ("c01", "4"), (FIELD, other))

    assert reply.status_code == 303
    assert hashed(other) not in kept()


def test_without_a_good_code_the_sheet_is_stored_all_the_same(
    client: Client, asked: tuple[Counter, Campaign]
) -> None:
    counter, _campaign = asked
    for wrong in ("", "<b>", "2222-2222-2223"):
        reply = send(client, open_form(client, counter), ("c01", "4"), (FIELD, wrong))
        assert reply.status_code == 303

    assert Response.objects.count() == 3
    assert kept() == set()


def test_from_page_to_page_the_code_goes_along_and_a_second_sheet_gets_another(
    client: Client, asked: tuple[Counter, Campaign]
) -> None:
    counter, _campaign = asked
    page = open_form(client, counter)
    code = page.hidden[FIELD]
    turned = send(client, page, ("c01", "4"), ("sang-trang", "2"))
    assert f'name="{FIELD}" value="{code}"' in turned.content.decode()
    send(client, page, ("c01", "4"))

    again = send(client, page, ("c01", "1"))

    assert again.status_code == 409
    assert f'name="{FIELD}"' in again.content.decode()
    assert code not in again.content.decode()


def test_a_program_sends_the_digest_alone(client: Client, asked: tuple[Counter, Campaign]) -> None:
    counter, campaign = asked
    digest = hashed("a code of its own")
    sheet = body(campaign, {"c01": 4}, receipt=digest.hex())
    sheet_id = uuid4()

    replies = [put(client, counter, sheet, sheet_id) for _time in range(2)]
    wrong = [
        put(client, counter, body(campaign, {"c01": 4}, receipt=value)).status_code
        for value in ("", "AB" * 32, "ab" * 31, 7)
    ]

    assert [reply.status_code for reply in replies] == [201, 200]
    assert wrong == [422] * 4
    assert kept() == {digest}


def test_a_campaign_without_receipts_keeps_none(client: Client, db: None) -> None:
    counter, campaign = asked_at_a_counter()
    page = open_form(client, counter)

    assert FIELD not in page.hidden
    code = receipt_codes.new_code()
    assert send(client, page, ("c01", "4"), (FIELD, code)).status_code == 303
    sent = put(client, counter, body(campaign, {"c01": 4}, receipt="ab" * 32))
    assert sent.status_code == 201
    assert kept() == set()


def test_an_open_campaign_cannot_begin_or_cease_to_give_them(
    asked: tuple[Counter, Campaign],
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.update(receipts=False)


# Lists


def test_a_list_tells_neither_how_many_nor_which_came_last(db: None) -> None:
    campaigns = [make.campaign(receipts=True, threshold=5) for _time in range(12)]
    decoys = [Receipt.objects.filter(campaign=campaign).count() for campaign in campaigns]
    assert all(5 <= number <= 15 for number in decoys)
    assert len(set(decoys)) > 1

    campaign = campaigns[0]
    Receipt.objects.filter(campaign=campaign).delete()
    digests = [hashed(str(number)) for number in range(24)]

    def sheets_come(upto: int) -> None:
        Receipt.objects.bulk_create(
            (Receipt(digest=one, campaign=campaign) for one in digests[:upto]),
            ignore_conflicts=True,
        )

    taken = []
    for number in (9, 10, 14, 15, 24):
        sheets_come(number)
        taken.append(receipts.list_new(campaign, everything=False))

    # Five at least, and five are left for the next.
    assert taken == [0, 5, 0, 5, 9]
    assert receipts.list_new(campaign, everything=True) == 5
    assert receipts.list_new(campaign, everything=True) == 0
    lists = receipts.lists_of(campaign)
    assert [len(one) for one in lists] == [5, 5, 9, 5]
    assert all(one == sorted(one) for one in lists)
    assert sorted(one for some in lists for one in some) == sorted(digests)
    for number, one in enumerate(lists, start=1):
        assert receipts.list_with(campaign, one[0]) == number
    assert receipts.list_with(campaigns[1], lists[0][0]) is None


def test_a_long_list_is_cut(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipts, "LIST_LENGTH", 8)
    campaign = make.campaign(receipts=True, threshold=3)
    Receipt.objects.all().delete()
    Receipt.objects.bulk_create(
        Receipt(digest=hashed(str(number)), campaign=campaign) for number in range(20)
    )

    assert receipts.list_new(campaign, everything=True) == 20

    assert [len(one) for one in receipts.lists_of(campaign)] == [8, 8, 4]


@pytest.mark.django_db(transaction=True)
def test_no_list_is_made_of_those_left_while_the_others_are_moved() -> None:
    campaign = make.campaign(receipts=True, threshold=5)
    mover = connection.copy()

    def list_them() -> int:
        return receipts.list_new(campaign, everything=False)

    with closing(mover), ThreadPoolExecutor(1) as pool:
        mover.set_autocommit(False)
        with mover.cursor() as cursor:
            # As surveys.rewriting does.
            cursor.execute(
                "WITH moved AS (DELETE FROM surveys_receipt RETURNING *)"
                " INSERT INTO surveys_receipt SELECT * FROM moved"
            )
        Receipt.objects.bulk_create(
            Receipt(digest=hashed(str(number)), campaign=campaign) for number in range(9)
        )
        listing = pool.submit(in_thread, list_them)
        eventually(somebody_waits)
        mover.commit()

        assert listing.result() == 0
    assert receipts.lists_of(campaign) == []


def in_thread(act: Callable[[], int]) -> int:
    try:
        return act()
    finally:
        connection.close()


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])
