from __future__ import annotations

import json
import logging
import sys

from config.log_lines import JsonLines, Lines

SHEET = "4d0f3f6e-3a53-4b2c-9c1e-0d3a4f3f6e3a"


def store_again() -> None:
    raise ValueError(f"Key (id)=({SHEET}) already exists.")


def a_failed_request() -> logging.LogRecord:
    """A record as Django writes it where a view raises."""
    words = ("Internal Server Error: %s", (f"/api/v1/counters/hu-3k7z/responses/{SHEET}",))
    try:
        store_again()
    except ValueError:
        fault = sys.exc_info()
    return logging.LogRecord("django.request", logging.ERROR, __file__, 1, *words, fault)


def test_a_line_is_an_object_that_tells_the_fault_and_no_sheet() -> None:
    line = JsonLines().format(a_failed_request())

    told = json.loads(line)
    assert "\n" not in line
    assert (told["level"], told["logger"]) == ("ERROR", "django.request")
    assert told["message"] == "Internal Server Error: /api/v1/counters/hu-3k7z/responses/<id>"
    assert "ValueError: Key (id)=(<id>) already exists." in told["fault"]


def test_an_id_at_the_beginning_of_a_line_is_taken_out_too() -> None:
    line = JsonLines().format(logging.makeLogRecord({"msg": f"Not stored:\n{SHEET}"}))

    assert json.loads(line)["message"] == "Not stored:\n<id>"


def test_lines_for_people_name_no_sheet_either() -> None:
    text = Lines("%(levelname)s %(name)s: %(message)s").format(a_failed_request())

    assert text.startswith("ERROR django.request: Internal Server Error: /api/v1/counters/hu-3k7z/")
    assert SHEET not in text
    assert SHEET.replace("-", "") not in Lines("%(message)s").format(
        logging.makeLogRecord({"msg": SHEET.replace("-", "").upper().lower()})
    )
