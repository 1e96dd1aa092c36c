"""When people last chose each option: what nobody ever chooses may not work."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection

# A kiosk that was without network brings its sheets days later.
LOOK_BACK = timedelta(days=7)

# "0" in a multiple choice, a blank and a question not asked choose nothing.
NOTE = """
INSERT INTO surveys_optionproof (campaign_id, counter_id, "column", code, used_on, fault)
SELECT sheet.campaign_id, sheet.counter_id, answer.place - 1, answer.code,
       max(sheet.answered_on), ''
  FROM surveys_response AS sheet
 CROSS JOIN LATERAL string_to_table(sheet.answers, NULL) WITH ORDINALITY AS answer (code, place)
 WHERE sheet.answered_on BETWEEN %(first)s AND %(last)s
   AND sheet.counter_id IS NOT NULL AND answer.code NOT IN ('0', '-', '.')
 GROUP BY 1, 2, 3, 4
    ON CONFLICT (campaign_id, counter_id, "column", code) DO UPDATE
   SET used_on = greatest(surveys_optionproof.used_on, excluded.used_on)
"""


def note_used(today: date) -> int:
    """Note for the sheets of the days before today which options they chose; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(NOTE, {"first": today - LOOK_BACK, "last": today - timedelta(days=1)})
        return int(cursor.rowcount)
