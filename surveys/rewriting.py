"""Takes away at night what joins a sheet, its ticket and its comment: when and where they lie.

Rows written together carry one transaction id (xmin) and lie in their tables in one order, so
who may read the tables could pair them. After a day has closed its rows are taken out and put
back in the order of their random keys, all in one transaction: from then on all carry the same
id, and their place follows from the key (docs/threat-model.md).

Not UPDATE and CLUSTER: a CLUSTER locks every citizen out while it copies the whole table. This
costs what the day brought and locks no new sheet out (docs/decisions/0016).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from surveys.models import Rewriting

LOCK = 0x5E57_0B1A  # any number that no other advisory lock of one number has

# Always a whole group, also when only one row of it is new: a sheet that a kiosk brings days
# later would else be alone with its ticket under the transaction id of that night.
#   sheets: a counter's day; tickets: a batch; comments: a month, which is all they may tell.
MOVES = {
    "sheets": """
        WITH fresh AS (
            SELECT DISTINCT coalesce(counter_id, 0) AS counter, answered_on
              FROM surveys_response
             WHERE answered_on < %(today)s AND NOT xmin = ANY (%(known)s::xid[])
        ), moved AS (
            DELETE FROM surveys_response AS sheet USING fresh
             WHERE (coalesce(sheet.counter_id, 0), sheet.answered_on)
                   = (fresh.counter, fresh.answered_on)
            RETURNING sheet.*
        )
        INSERT INTO surveys_response SELECT * FROM moved ORDER BY id
    """,
    "tickets": """
        WITH fresh AS (
            SELECT DISTINCT spent.batch_id
              FROM surveys_spentticket AS spent
              JOIN surveys_ticketbatch AS batch ON batch.id = spent.batch_id
             WHERE batch.day < %(today)s AND NOT spent.xmin = ANY (%(known)s::xid[])
        ), moved AS (
            DELETE FROM surveys_spentticket AS spent USING fresh
             WHERE spent.batch_id = fresh.batch_id
            RETURNING spent.*
        )
        INSERT INTO surveys_spentticket SELECT * FROM moved ORDER BY digest
    """,
    "comments": """
        WITH fresh AS (
            SELECT DISTINCT campaign_id, month FROM surveys_comment
             WHERE NOT xmin = ANY (%(known)s::xid[])
        ), moved AS (
            DELETE FROM surveys_comment AS comment USING fresh
             WHERE (comment.campaign_id, comment.month) = (fresh.campaign_id, fresh.month)
            RETURNING comment.*
        )
        INSERT INTO surveys_comment SELECT * FROM moved ORDER BY id
    """,
}
TABLES = "surveys_response, surveys_spentticket, surveys_comment"


@dataclass(frozen=True)
class Rewritten:
    """Rows moved."""

    sheets: int
    tickets: int
    comments: int


def rewrite_closed_days(*, today: date) -> Rewritten | None:
    """Rewrite every day before `today` that holds a row not yet rewritten, in one transaction.

    A night that was missed is made up for by the next. New sheets never wait; a sheet of those
    days that is sent again waits for the end, and so does an official who sets a sheet aside.

    Returns:
        None when another process is at it.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not _one(cursor):
            return None
        # The check that a set-aside sheet exists would look for it while it is moved.
        cursor.execute("LOCK TABLE surveys_setaside IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("SELECT set_config('surveys.rewriting', pg_current_xact_id()::text, true)")
        values: dict[str, Any] = {"today": today, "known": _known()}
        moved = {}
        for name, statement in MOVES.items():
            cursor.execute(statement, values)
            moved[name] = cursor.rowcount
        if any(moved.values()):
            cursor.execute("SELECT pg_current_xact_id()::xid::text::bigint")
            Rewriting.objects.create(transaction=_one(cursor), done_on=today)
    return Rewritten(**moved)


def clear_old_places() -> None:
    """Remove the old versions of moved rows; takes no lock that a citizen or reader waits for."""
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM (TRUNCATE off, INDEX_CLEANUP on) {TABLES}")


def _known() -> list[str]:
    return [str(known) for known in Rewriting.objects.values_list("transaction", flat=True)]


def _one(cursor: CursorWrapper) -> int:
    row = cursor.fetchone()
    assert row is not None  # noqa: S101 - a SELECT without FROM has one row
    return int(row[0])
