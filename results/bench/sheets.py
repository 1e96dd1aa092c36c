"""Random answer sheets, made by NumPy and stored by binary COPY, a million in some seconds."""

from __future__ import annotations

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from surveys.questionnaires.editions import NOT_ANSWERED, Edition, Question

# Shares of the five levels and of no answer; two of three sheets are satisfied, as in reports.
LEVELS = (0.03, 0.05, 0.12, 0.45, 0.30)
BLANK = 0.05

COLUMNS = (
    ("id", "V16"),
    ("campaign_id", ">i4"),
    ("unit_id", ">i4"),
    ("answered_on", ">i4"),
    ("channel", ">i2"),
    ("seconds_band", ">i2"),
)


def random_answers(edition: Edition, number: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return (number, columns) characters that the edition allows."""
    answers = np.empty((number, len(edition.columns)), dtype=np.uint8)
    for column in edition.columns:
        codes, shares = _choices(column.question)
        letters = np.frombuffer((codes + NOT_ANSWERED).encode(), dtype=np.uint8)
        answers[:, column.position] = rng.choice(letters, number, p=(*shares, BLANK))
    for columns in edition.columns_of.values():
        if columns[0].option is not None:
            # Blank throughout where the first option is; else that one where none was chosen.
            several = answers[:, columns[0].position : columns[-1].position + 1]
            blank = several[:, 0] == ord(NOT_ANSWERED)
            several[(several == ord(NOT_ANSWERED)) & ~blank[:, None]] = ord("0")
            several[~(several == ord("1")).any(axis=1), 0] = ord("1")
            several[blank] = ord(NOT_ANSWERED)
    return answers


def _choices(question: Question) -> tuple[str, tuple[float, ...]]:
    """Return the codes a question gives here, and how often each is chosen."""
    if question.kind == "multiple":
        return "10", ((1 - BLANK) / 4, (1 - BLANK) * 3 / 4)
    options = len(question.options)
    codes = "123456789abcdefghijklmnopqrstuvwyz"[:options]
    if options == len(LEVELS):
        return codes, LEVELS
    return codes, ((1 - BLANK) / options,) * options


def store(
    campaign_id: int,
    *,
    units: NDArray[np.int64],
    days: NDArray[np.int64],
    channels: NDArray[np.int64],
    answers: NDArray[np.uint8],
) -> None:
    """Append sheets to the table of responses by one COPY, triggers and all."""
    width = answers.shape[1]
    fields = [("fields", ">i2")]
    for name, kind in (*COLUMNS, ("answers", f"V{width}")):
        fields += [(f"{name}_length", ">i4"), (name, kind)]
    rows = np.zeros(len(units), dtype=np.dtype(fields))
    rows["fields"] = len(COLUMNS) + 1
    for name, kind in (*COLUMNS, ("answers", f"V{width}")):
        rows[f"{name}_length"] = np.dtype(kind).itemsize
    rows["id"] = _random_uuids(len(units))
    rows["campaign_id"] = campaign_id
    rows["unit_id"], rows["answered_on"], rows["channel"] = units, days, channels
    rows["answers"] = np.ascontiguousarray(answers).view(f"V{width}").ravel()
    names = ", ".join([*(name for name, _kind in COLUMNS), "answers"])
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY surveys_response ({names}) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8) + rows.tobytes() + b"\xff\xff")


def _random_uuids(number: int) -> NDArray[np.void]:
    rng = np.random.default_rng()
    octets = rng.integers(0, 256, (number, 16), dtype=np.uint8)
    octets[:, 6] = octets[:, 6] & 0x0F | 0x40  # version 4
    octets[:, 8] = octets[:, 8] & 0x3F | 0x80
    return octets.view("V16").ravel()
