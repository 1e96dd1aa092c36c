"""Takes away at night what joins a sheet with its ticket, comment or receipt: when, where it lies.

Rows written together carry one transaction id (xmin) and lie in their tables in one order, so
who may read the tables could pair them. After a day has closed its rows are taken out and put
back in the order of their random keys, some thousands in a transaction: from then on all of a
group carry the same id, and their place follows from the key (docs/threat-model.md).

Not UPDATE and CLUSTER: a CLUSTER locks every citizen out while it copies the whole table. This
costs what the day brought and locks no new sheet out (docs/decisions/0016).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from surveys.models import Rewriting

LOCK = 0x5E57_0B1A  # any number that no other advisory lock of one number has

# Rows of a transaction, when no single group is larger. So long a sheet of a closed day that is
# sent again waits, and who sets a sheet aside: 2 to 6 s on a busy machine (docs/performance.md),
# less than the 8 s a kiosk waits for a reply.
ROWS_AT_ONCE = 20_000

Group: TypeAlias = dict[str, Any]
"""Some columns of the rows that are moved together, and `n`, how many of them are new."""


@dataclass(frozen=True)
class Move:
    """How a table's fresh rows are found by groups, and how whole groups are moved.

    Always a whole group, also when only one row of it is new: a sheet that a kiosk brings days
    later would else be alone with its ticket under the transaction ids of that night. A group is
    what the columns tell anyway, so which groups share a transaction tells nothing.
    """

    fresh: str  # a SELECT of groups
    moved: str  # a DELETE … RETURNING of the rows of `groups`
    shape: str  # the columns of a group, typed
    table: str
    key: str
    # A table that stays as it is meanwhile, as the check of what points to these rows needs it.
    beside: str = ""

    def statement(self) -> str:
        return (
            f"WITH groups AS (SELECT * FROM jsonb_to_recordset(%s) AS given ({self.shape})),"  # noqa: S608 - own texts
            f" moved AS ({self.moved})"
            f" INSERT INTO {self.table} SELECT * FROM moved ORDER BY {self.key}"
        )


# sheets: a counter's day; tickets: a batch; comments: a month; receipts: a campaign, which is
# all they may tell.
MOVES = {
    "sheets": Move(
        table="surveys_response",
        key="id",
        # The check that a set-aside sheet exists would look for it while it is moved.
        beside="surveys_setaside",
        shape="campaign_id int, unit_id int, counter int, answered_on date",
        fresh="""
            SELECT campaign_id, unit_id, coalesce(counter_id, 0) AS counter, answered_on,
                   count(*) AS n
              FROM surveys_response
             WHERE answered_on < %(today)s AND NOT xmin = ANY (%(known)s::xid[])
             GROUP BY 1, 2, 3, 4
             ORDER BY answered_on, campaign_id, unit_id, counter
        """,
        moved="""
            DELETE FROM surveys_response AS sheet USING groups
             WHERE sheet.campaign_id = groups.campaign_id AND sheet.unit_id = groups.unit_id
               AND sheet.answered_on = groups.answered_on
               AND coalesce(sheet.counter_id, 0) = groups.counter
            RETURNING sheet.*
        """,
    ),
    "tickets": Move(
        table="surveys_spentticket",
        key="digest",
        shape="batch_id int",
        fresh="""
            SELECT spent.batch_id, count(*) AS n
              FROM surveys_spentticket AS spent
              JOIN surveys_ticketbatch AS batch ON batch.id = spent.batch_id
             WHERE batch.day < %(today)s AND NOT spent.xmin = ANY (%(known)s::xid[])
             GROUP BY 1
             ORDER BY 1
        """,
        moved="""
            DELETE FROM surveys_spentticket AS spent USING groups
             WHERE spent.batch_id = groups.batch_id
            RETURNING spent.*
        """,
    ),
    "comments": Move(
        table="surveys_comment",
        key="id",
        shape="campaign_id int, month int",
        fresh="""
            SELECT campaign_id, month, count(*) AS n
              FROM surveys_comment
             WHERE NOT xmin = ANY (%(known)s::xid[])
             GROUP BY 1, 2
             ORDER BY 1, 2
        """,
        moved="""
            DELETE FROM surveys_comment AS comment USING groups
             WHERE (comment.campaign_id, comment.month) = (groups.campaign_id, groups.month)
            RETURNING comment.*
        """,
    ),
    "receipts": Move(
        table="surveys_receipt",
        key="digest",
        shape="campaign_id int",
        fresh="""
            SELECT campaign_id, count(*) AS n
              FROM surveys_receipt
             WHERE NOT xmin = ANY (%(known)s::xid[])
             GROUP BY 1
             ORDER BY 1
        """,
        moved="""
            DELETE FROM surveys_receipt AS receipt USING groups
             WHERE receipt.campaign_id = groups.campaign_id
            RETURNING receipt.*
        """,
    ),
}


@dataclass(frozen=True)
class Rewritten:
    """Rows moved."""

    sheets: int
    tickets: int
    comments: int
    receipts: int


def rewrite_closed_days(*, today: date) -> Rewritten | None:
    """Rewrite every day before `today` that holds a row not yet rewritten.

    A night that was missed or broken off is made up for by the next. New sheets never wait; a
    sheet of those days that is sent again waits for one transaction at most, and so does an
    official who sets a sheet aside.

    Returns:
        None when another process is at it.
    """
    with _alone() as alone:
        if not alone:
            return None
        return Rewritten(**{name: _rewrite(move, today) for name, move in MOVES.items()})


def clear_old_places() -> None:
    """Remove the old versions of moved rows; takes no lock that a citizen or reader waits for."""
    tables = ", ".join(move.table for move in MOVES.values())
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM (TRUNCATE off, INDEX_CLEANUP on) {tables}")


def _rewrite(move: Move, today: date) -> int:
    with connection.cursor() as cursor:
        cursor.execute(move.fresh, {"today": today, "known": _known()})
        names = [column.name for column in cursor.description or ()]
        groups: list[Group] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return sum(_rewrite_groups(move, some, today) for some in _batches(groups))


def _rewrite_groups(move: Move, groups: list[Group], today: date) -> int:
    """Move groups in one transaction of their own; return the number of rows."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        if move.beside:
            cursor.execute(f"LOCK TABLE {move.beside} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("SELECT set_config('surveys.rewriting', pg_current_xact_id()::text, true)")
        # The planner knows nothing of the groups and would read the whole table for them.
        for way in ("seqscan", "hashjoin", "mergejoin"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(move.statement(), [json.dumps(groups, default=str)])
        moved: int = cursor.rowcount
        cursor.execute("SELECT pg_current_xact_id()::xid::text::bigint")
        Rewriting.objects.create(transaction=_one(cursor), done_on=today)
    return moved


def _batches(groups: Iterable[Group]) -> Iterator[list[Group]]:
    """Give the groups some at a time, so that no more than ROWS_AT_ONCE rows are locked."""
    batch: list[Group] = []
    rows = 0
    for group in groups:
        if batch and rows + group["n"] > ROWS_AT_ONCE:
            yield batch
            batch, rows = [], 0
        batch.append(group)
        rows += group["n"]
    if batch:
        yield batch


@contextmanager
def _alone() -> Iterator[bool]:
    """Give whether no other process rewrites; it is kept away until the end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        alone = bool(_one(cursor))
    try:
        yield alone
    finally:
        # A connection that broke has let go by itself.
        if alone and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _known() -> list[str]:
    return [str(known) for known in Rewriting.objects.values_list("transaction", flat=True)]


def _one(cursor: CursorWrapper) -> int:
    row = cursor.fetchone()
    assert row is not None  # noqa: S101 - a SELECT without FROM has one row
    return int(row[0])
