"""How a line of the log looks, for people or for machines; never with the id of a sheet in it.

A log holds times. The address of a failed request, or an error of the database, may hold the id of
a sheet or a comment: together they would say when somebody answered (docs/threat-model.md).
"""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

ID = re.compile(r"\b[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\b", re.IGNORECASE)


def without_ids(text: str) -> str:
    """Return a text with every UUID taken out."""
    return ID.sub("<id>", text)


class Lines(logging.Formatter):
    """For people and the journal, which adds the time itself."""

    def format(self, record: logging.LogRecord) -> str:
        return without_ids(super().format(record))


class JsonLines(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, and where it has one, fault."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage(),
        }
        if record.exc_info:
            told["fault"] = self.formatException(record.exc_info)
        # Not the whole line: after a written "\\n" no word begins.
        clean = {name: without_ids(v) if isinstance(v, str) else v for name, v in told.items()}
        return json.dumps(clean, ensure_ascii=False)
