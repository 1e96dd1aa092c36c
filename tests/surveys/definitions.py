"""Changing one place of a definition, for tests of what is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

ABSENT = object()


def changed(definition: Mapping[str, Any], place: str, value: object) -> dict[str, Any]:
    """Return a copy with `value` at a place such as sections[0].code; ABSENT removes it."""
    copy = deepcopy(dict(definition))
    *way, last = [
        int(step[1:-1]) if step.startswith("[") else step
        for step in re.findall(r"\[\d+\]|[a-z_0-9]+", place)
    ]
    inside: Any = copy
    for step in way:
        inside = inside[step]
    if value is ABSENT:
        del inside[last]
    else:
        inside[last] = value
    return copy
