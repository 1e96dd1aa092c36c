"""The SQL of the recount: one statement that takes answer strings apart by itself."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from surveys.questionnaires.editions import OPTION_CODES, Edition, Section
from surveys.questionnaires.methods import Method


def recount_query(edition: Edition, method: Method) -> str:
    """Return a statement with the cells of some units: unit, month, channel, standing, then n,
    counts and moments as single columns, in the order of their arrays.

    Parameters: campaign, units. Nothing in the text comes from a citizen or an official but
    option codes and whole numbers.
    """
    z = [f"z{i}" for i in range(3 * len(edition.factors))]
    parts = [part for section in edition.factors for part in _vector(edition, method, section)]
    vectors = ", ".join(f"({part})::bigint AS {a}" for part, a in zip(parts, z, strict=True))
    any_valid = " + ".join(z[0::3]) or "0"
    # Each character is taken out once: a count and three sums for each of its options ask for it.
    answers = [f"a{column.position}" for column in edition.columns]
    taken_out = [
        f"substr(answers, {column.position + 1}, 1) AS a{column.position}"
        for column in edition.columns
    ]
    numbers = [
        "count(*)",
        *(
            f"count(*) FILTER (WHERE a{column.position} = '{code}')"
            for column in edition.columns
            for code in column.codes
        ),
        *(f"sum({a})" for a in z),
        *(f"sum({a} * {b})" for i, a in enumerate(z) for b in z[i:]),
        *(f"count(*) FILTER (WHERE {valid} > 0)" for valid in z[0::3]),
        f"count(*) FILTER (WHERE {any_valid} > 0)",
    ]
    return f"""
    WITH sheet AS MATERIALIZED (
        SELECT unit_id,
               to_char(answered_on, 'YYYYMM')::integer AS month,
               channel,
               CASE WHEN id IN (SELECT response_id FROM surveys_setaside
                                 WHERE reversed_at IS NULL) THEN 1 ELSE 0 END AS standing,
               {", ".join(taken_out)}
          FROM surveys_response
         WHERE campaign_id = %(campaign)s AND unit_id = ANY (%(units)s)
    ), vector AS MATERIALIZED (
        SELECT unit_id, month, channel, standing, {", ".join(answers)},
               {vectors}
          FROM sheet
    )
    SELECT unit_id, month, channel::integer, standing,
           {", ".join(f"({number})::bigint" for number in numbers)}
      FROM vector
     GROUP BY 1, 2, 3, 4
    """  # noqa: S608 - made of the edition's own positions and codes


def _vector(edition: Edition, method: Method, section: Section) -> Iterator[str]:
    """Yield SQL for M, K and P of a factor on one sheet: sums over its options."""
    common = edition.common_denominator
    terms: list[tuple[str, bool, int]] = []
    for question in section.questions:
        if question.kind != "rating":
            continue
        answer = f"a{edition.columns_of[question.code][0].position}"
        points = [Fraction(option.points or 0) for option in question.options]
        satisfied = method.satisfied.get(question.scale or "", frozenset())
        for level, worth in enumerate(points, start=1):
            scaled = (worth - min(points)) * common / (max(points) - min(points))
            is_chosen = f"({answer} = '{OPTION_CODES[level - 1]}')::integer"
            terms.append((is_chosen, level in satisfied, int(scaled)))
    yield " + ".join(chosen for chosen, _, _ in terms) or "0"
    yield " + ".join(chosen for chosen, counts, _ in terms if counts) or "0"
    yield " + ".join(f"{scaled} * {chosen}" for chosen, _, scaled in terms if scaled) or "0"
