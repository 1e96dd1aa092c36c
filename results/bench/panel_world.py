"""What officials of a nation leave behind in some weeks: accounts, kiosks, signs, hours, a plan.

Written in bulk and not by the panel's own steps: only how much there is matters here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from results.bench.world import World
from surveys.models import Campaign, RoleGrant, Tier, Unit
from surveys.proofs import canary_sheets
from surveys.rights.acts import Role

Say = Callable[[str], None]

# One statement each. %(campaign)s, %(today)s, %(by)s: the account that did it all.
TABLES = {
    "kiosks": """
INSERT INTO surveys_device (id, counter_id, name, key_digest, paired_by_id, paired_at, seen_at,
                            queue_length, rejected, oldest_on, app_version, storage_persisted,
                            clock_offset_seconds)
SELECT gen_random_uuid(), id, 'Máy ' || code, md5(code), %(by)s, now() - interval '40 days',
       CASE WHEN id %% 100 = 0 THEN now() - interval '3 days' ELSE now() - interval '2 min' END,
       id %% 4, CASE WHEN id %% 500 = 0 THEN 1 ELSE 0 END, NULL, 'abcdef0123', id %% 50 <> 0, 0
  FROM surveys_counter""",
    "signs": """
INSERT INTO surveys_qualitysign (campaign_id, unit_id, counter_id, day, rule, version, rarity,
                                 figures, found_at)
SELECT %(campaign)s, counter.unit_id, counter.id, %(today)s::date - 1 - back,
       (ARRAY['too_fast', 'one_answer', 'same_answers', 'burst'])[1 + counter.id %% 4], 1,
       CASE WHEN counter.id %% 3 = 0 THEN -7 ELSE -5 END,
       '{"count": 12, "of": 30, "usual": 2.0, "hour": 9}', now()
  FROM surveys_counter AS counter, generate_series(0, 18, 9) AS back""",
    "hours of arrivals": """
INSERT INTO surveys_arrivalcount (counter_id, day, hour, n)
SELECT id, %(today)s::date - back, hour, 3
  FROM surveys_counter, generate_series(0, 6) AS back, generate_series(8, 16) AS hour""",
    "numbers of people served": """
INSERT INTO surveys_servedcount (counter_id, day, n, entered_by_id)
SELECT id, %(today)s::date - back, 40, %(by)s FROM surveys_counter, generate_series(1, 20) AS back
""",
    "proofs of answers": """
INSERT INTO surveys_optionproof (campaign_id, counter_id, "column", code, proven_on, used_on,
                                 fault)
SELECT %(campaign)s, counter.id, mark.place, mark.code, %(today)s::date, %(today)s::date - 1, ''
  FROM surveys_counter AS counter,
       unnest(%(places)s::int[], %(codes)s::text[]) AS mark (place, code)""",
    "proofs of counters": """
INSERT INTO surveys_counterproof (campaign_id, counter_id, whole_on, last_on, faults)
SELECT %(campaign)s, id, %(today)s::date, %(today)s::date, 0 FROM surveys_counter""",
    "batches of paper": """
INSERT INTO surveys_paperbatch (campaign_id, counter_id, answered_on, handed_out, collected,
                                keyed_by_id, opened_at, closed_at, checked_sheets,
                                checked_differences)
SELECT %(campaign)s, id, %(today)s::date - 20 * back, 30, 20, %(by)s,
       now() - back * interval '20 days', CASE WHEN back > 0 THEN now() END, 2, 1
  FROM surveys_counter, generate_series(0, 2) AS back WHERE id %% 5 = 0""",
    "keyed sheets": """
INSERT INTO surveys_keyedsheet (batch_id, position, answers, comment, second_answers)
SELECT id, place, '', '', ''
  FROM surveys_paperbatch, generate_series(1, 10) AS place WHERE closed_at IS NULL""",
    "comments": """
INSERT INTO surveys_comment (id, campaign_id, unit_id, month, text)
SELECT gen_random_uuid(), %(campaign)s, unit_id,
       extract(year FROM last_month) * 100 + extract(month FROM last_month),
       'Cán bộ hướng dẫn rõ ràng, chờ hơi lâu ' || n
  FROM surveys_counter, generate_series(1, 8) AS n,
       (SELECT %(today)s::date - interval '1 month') AS month (last_month)""",
    "tags of comments": """
INSERT INTO surveys_commentnote (comment_id, campaign_id, unit_id, tags, checked_by_id, answer)
SELECT id, campaign_id, unit_id, ARRAY[(ARRAY['giờ làm việc', 'lệ phí', 'chờ lâu', 'khen'])
       [1 + get_byte(uuid_send(id), 0) %% 4]], %(by)s, ''
  FROM surveys_comment WHERE get_byte(uuid_send(id), 1) < 64""",
    "commitments": """
INSERT INTO surveys_commitment (campaign_id, unit_id, criterion, what, answers_for_it, until,
                                published_on, published_by_id, reason)
SELECT %(campaign)s, unit_id, %(criterion)s, 'Thêm một quầy vào buổi sáng', 'Văn phòng',
       %(today)s::date + 60, %(today)s::date - 1, %(by)s, ''
  FROM surveys_counter WHERE id %% 6 = 0""",
    "entries of the log": """
INSERT INTO surveys_auditentry (number, at, user_id, who, address, deed, "table", key, name,
                                unit_id, campaign_id, reason, previous_hash, hash)
SELECT n, now() - (%(entries)s - n) * interval '1 min', %(by)s, 'bench-' || n %% 500,
       '10.0.0.0/24', 'account.sign_in', '', '', 'q' || lpad((n %% 3000)::text, 5, '0'),
       unit.unit_id, NULL, '', '', ''
  FROM generate_series(1, %(entries)s) AS n
  JOIN (SELECT unit_id, row_number() OVER (ORDER BY id) AS place FROM surveys_counter) AS unit
    ON unit.place = 1 + n %% (SELECT count(*) FROM surveys_counter)""",
    "batches of tickets": """
INSERT INTO surveys_ticketbatch (campaign_id, counter_id, day, issued, made_by_id)
SELECT %(campaign)s, id, %(today)s::date - back, 40, %(by)s
  FROM surveys_counter, generate_series(0, 4) AS back WHERE id %% 3 = 0""",
    "lines of a sample plan": """
INSERT INTO surveys_planline (campaign_id, unit_id, stratum, population, target)
SELECT %(campaign)s, unit_id, 'Tầng ' || unit_id %% 5, 12000, 250
  FROM surveys_counter WHERE id %% 2 = 0""",
    "exports": """
INSERT INTO surveys_sheetexport (campaign_id, unit_id, format, language, purpose, asked_by_id,
                                 asked_at, expires_at, state, moved_at, steps_done, steps, rows,
                                 left_out, file_name, size)
SELECT %(campaign)s, unit_id, 'csv', 'vi', 'Báo cáo quý', %(by)s, now(), now() + interval '1 day',
       2, now(), 1, 1, 100, 0, 'phieu.zip', 1000
  FROM surveys_counter LIMIT 60""",
}
ENTRIES = 50_000
# Accounts for every unit but the two readers', in turn.
ROLES = (Role.VIEWER, Role.DATA_ENTRY, Role.MANAGER, Role.REVIEWER)


def furnish(here: World, *, today: date, say: Say) -> dict[str, User]:
    """Fill the tables of the panel; return its readers: of the nation, and of a large province."""
    readers = _accounts(here.campaign)
    facts = _facts(here.campaign, readers["nation"], today)
    with transaction.atomic(), connection.cursor() as cursor:
        # The plan of an open campaign is frozen, and the log takes no entry without its hash.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for what, statement in TABLES.items():
            cursor.execute(statement, facts)
            say(f"{cursor.rowcount:,} {what}")
    return readers


def _facts(campaign: Campaign, by: User, today: date) -> dict[str, Any]:
    edition = campaign.questionnaire.parsed()
    marks = sorted(canary_sheets.marks(edition))
    return {
        "campaign": campaign.pk,
        "today": today,
        "by": by.pk,
        "entries": ENTRIES,
        "criterion": edition.criteria[0].code,
        "places": [place for place, _code in marks],
        "codes": [code for _place, code in marks],
    }


def _accounts(campaign: Campaign) -> dict[str, User]:
    """Make an account with a role for every unit; and drafts of a campaign to list."""
    units = list(Unit.objects.order_by("pk"))
    users = User.objects.bulk_create(
        User(username=f"bench-{unit.code}", first_name=f"Nguyễn Văn {unit.code}") for unit in units
    )
    since = timezone.now() - timedelta(days=30)
    # The readers open every list.
    roles = dict.fromkeys((Tier.NATION, Tier.PROVINCE), Role.ADMINISTRATOR)
    RoleGrant.objects.bulk_create(
        RoleGrant(
            user=user,
            unit=unit,
            role=roles.get(Tier(unit.tier), ROLES[unit.pk % len(ROLES)]),
            starts_at=since,
        )
        for user, unit in zip(users, units, strict=True)
    )
    Campaign.objects.bulk_create(
        Campaign(
            slug=f"bench-{n}",
            title={"vi": f"Bản nháp {n}"},
            questionnaire=campaign.questionnaire,
            method=campaign.method,
            tree_day=campaign.tree_day,
            opens_on=campaign.opens_on,
            closes_on=campaign.closes_on,
            channels=campaign.channels,
            simulated=True,
        )
        for n in range(20)
    )
    by_code = {unit.code: user for unit, user in zip(units, users, strict=True)}
    # Provinces are made the smallest first.
    largest = max(unit.code for unit in units if unit.tier == Tier.PROVINCE)
    return {"nation": by_code["vn"], "province": by_code[largest]}
