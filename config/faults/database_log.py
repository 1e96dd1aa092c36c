"""What the database's log says of transactions that were cut off. Pure.

The private site's log has every statement of the workers, each line with its time and session
(PREFIX). A counting transaction whose last statement is not its COMMIT was cut off.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence

PREFIX = "%n|%c|%a|"
LINE = re.compile(r"^(?P<time>\d+\.\d+)\|(?P<session>[0-9a-f]+\.[0-9a-f]+)\|worker\|(?P<said>.*)")
# The marks of a chunk are taken by the transaction that counts it, and by no other.
COUNTS = "DELETE FROM surveys_stalecell"
ENDS = re.compile(r": (?:COMMIT|ROLLBACK)\b|due to idle-in-transaction timeout")
# No statement of a counting transaction lasts longer in a private site: what fell silent before
# was not cut off by this kill.
LONGEST_STATEMENT = 10


def cut_off(lines: Iterable[str]) -> list[float]:
    """Return when each counting transaction that never ended said its last word.

    Returns:
        Seconds since 1970, in order; one for each transaction.
    """
    counting: dict[str, bool] = {}
    last: dict[str, float] = {}
    for line in lines:
        if not (found := LINE.match(line)):
            continue
        session, said = found["session"], found["said"]
        if COUNTS in said:
            counting[session] = True
        elif ENDS.search(said):
            counting[session] = False
        if "LOG:  statement: " in said or "LOG:  execute " in said:
            last[session] = float(found["time"])
    return sorted(last[session] for session, inside in counting.items() if inside)


def kills_inside(cut: Sequence[float], kills: Sequence[float]) -> int:
    """Return how many kills cut off at least one counting transaction.

    Args:
        cut: from `cut_off`.
        kills: when each kill was sent, seconds since 1970, in order.
    """
    struck = {bisect_left(kills, moment) for moment in cut if _is_struck(moment, kills)}
    return len(struck)


def _is_struck(moment: float, kills: Sequence[float]) -> bool:
    place = bisect_left(kills, moment)
    return place < len(kills) and kills[place] - moment <= LONGEST_STATEMENT
