"""Integer arrays and days between PostgreSQL and NumPy in PostgreSQL's own binary form.

Parsing 480 integers a row into Python objects costs more than counting them; the wire format
of an array without nulls has a fixed stride and is read and written as a block. Queries
select such arrays as `array_send(…)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from psycopg import Cursor

Ints = NDArray[np.int64]

# Dimensions, null flag, type of the elements, length, lower bound: five big-endian integers.
_HEADER = 20
_OIDS = {4: 23, 8: 20}  # int4, int8
_COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_END = b"\xff\xff"
_DAY_0 = date(2000, 1, 1)


def array(integers: Iterable[int]) -> str:
    """Return integers as PostgreSQL writes an array of them: to be sent by the thousand.

    For a list psycopg asks of each what it is, and quotes it: a fifth of the client's time of a
    whole count.
    """
    return f"{{{','.join(map(str, integers))}}}"


def day_number(day: date) -> int:
    """Return a day as PostgreSQL sends it: days since 2000-01-01."""
    return (day - _DAY_0).days


def fetch(query: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Return the rows of a query, sent in binary, in the transaction Django is in."""
    connection.ensure_connection()
    with Cursor(connection.connection) as cursor:
        # Planned for these parameters each time: a plan for any list would suit none.
        return cursor.execute(query, parameters, binary=True, prepare=False).fetchall()


def from_wire(rows: Sequence[bytes], width: int, *, size: int) -> Ints:
    """Return the values of `array_send(…)` of several rows.

    Args:
        rows: one binary array each, all of `width` elements and without nulls.
        size: bytes of an element, 4 or 8.

    Returns:
        (rows, width).

    Raises:
        ValueError: a row of another width.
    """
    stride = _HEADER + width * (4 + size)
    block = b"".join(rows)
    if len(block) != stride * len(rows) or any(len(row) != stride for row in rows):
        raise ValueError(f"an array has not the {width} elements its edition wants")
    element = np.dtype([("length", ">i4"), ("value", f">i{size}")])
    raw = np.frombuffer(block, dtype=np.uint8).reshape(len(rows), stride)[:, _HEADER:]
    return np.ascontiguousarray(raw).view(element)["value"].astype(np.int64)


def floats_from_wire(row: bytes) -> NDArray[np.float64]:
    """Return the numbers of one `array_send(…)` of double precision, without nulls."""
    width = max(0, len(row) - _HEADER) // 12
    # Sent as eight bytes each, as an integer is.
    return from_wire([row], width, size=8)[0].view(np.float64) if width else np.zeros(0)


def copy_into(
    table: str,
    integers: Mapping[str, tuple[Ints | NDArray[np.intp], int]],
    arrays: Mapping[str, tuple[Ints, int]],
) -> None:
    """Append rows to a table by binary COPY.

    Args:
        integers: by column: values of all rows, and bytes of the column's type (2, 4 or 8).
        arrays: by column: (rows, width), and bytes of an element (4 or 8).
    """
    body = _copy_body(list(integers.values()), list(arrays.values()))
    columns = ", ".join([*integers, *arrays])
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.write(_COPY_HEADER + body + _COPY_END)


def _copy_body(
    integers: Sequence[tuple[Ints | NDArray[np.intp], int]], arrays: Sequence[tuple[Ints, int]]
) -> bytes:
    rows = len(integers[0][0])
    fields: list[tuple[str, str] | tuple[str, str, int] | tuple[str, list[tuple[str, str]], int]]
    fields = [("fields", ">i2")]
    for i, (_, size) in enumerate(integers):
        fields += [(f"length{i}", ">i4"), (f"value{i}", f">i{size}")]
    for i, (values, size) in enumerate(arrays):
        fields += [(f"bytes{i}", ">i4"), (f"header{i}", ">i4", 5)]
        fields += [(f"array{i}", [("length", ">i4"), ("value", f">i{size}")], values.shape[1])]
    block = np.zeros(rows, dtype=np.dtype(fields))
    block["fields"] = len(integers) + len(arrays)
    for i, (values, size) in enumerate(integers):
        block[f"length{i}"] = size
        block[f"value{i}"] = values
    for i, (values, size) in enumerate(arrays):
        width = values.shape[1]
        block[f"bytes{i}"] = _HEADER + width * (4 + size)
        block[f"header{i}"] = (1, 0, _OIDS[size], width, 1)
        block[f"array{i}"]["length"] = size
        block[f"array{i}"]["value"] = values
    return block.tobytes()
