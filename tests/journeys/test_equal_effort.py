"""The worst answer takes as much as the best: every option of every shipped question; all fit."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from surveys.models import Campaign
from tests.answering import SHIPPED, asked_at_a_counter, shipped
from tests.journeys.test_citizen_form import WIDTHS
from tests.journeys.test_one_at_a_time import act, opened
from tests.live import LiveSite

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]

# Goes through all questions; of each option, the taps it takes to be chosen and to go on, and the
# size of what is to be hit. What is covered or out of reach is never hit.
TRY_ALL = """() => {
  const found = [];
  const next = document.querySelector('[data-act="next"]');
  const back = document.querySelector('[data-act="back"]');
  const questions = [...document.querySelectorAll(".question")];
  const hit = (element) => {
    element.scrollIntoView({ block: "center" });
    const box = element.getBoundingClientRect();
    const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    if (element.contains(at)) at.click();
  };
  for (const question of questions) {
    const { clientWidth, scrollWidth } = document.documentElement;
    const beyond = [...document.body.querySelectorAll("*")]
      .filter((one) => one.getBoundingClientRect().right > clientWidth + 0.5)
      .filter((one) => !one.closest(".visually-hidden, .drum, .skip"))
      .map((one) => one.outerHTML.slice(0, 80));
    if (scrollWidth > clientWidth) beyond.push("the page itself");
    const options = [...question.querySelectorAll(".option")];
    const fields = [...question.querySelectorAll("input")];
    const preselected = fields.filter((field) => field.checked).length;
    const tried = options.map((option) => {
      for (const field of fields) field.checked = false;
      const { width, height } = option.getBoundingClientRect();
      let taps = 0;
      while (!option.querySelector("input").checked && taps < 3) { hit(option); taps += 1; }
      while (!question.hidden && taps < 6) { hit(next); taps += 1; }
      back.click();
      const scale = !option.classList.contains("beside");
      return { taps, width, height, scale, text: option.textContent.trim() };
    });
    for (const field of fields) field.checked = false;
    found.push({ preselected, tried, beyond, radio: fields[0]?.type === "radio",
                 name: fields[0]?.name ?? "" });
    next.click();
    if (!question.hidden) next.click(); // pointed out, once
  }
  return found;
}"""

ALIKE = "not of one"


def unequal(page: Page, campaign: Campaign) -> list[str]:
    """Return, from the first question on the screen, what is not alike for every option."""
    found = page.evaluate(TRY_ALL)
    questions = campaign.questionnaire.parsed().questions
    assert len(found) == len(questions)
    faults = []
    for asked in found:
        faults += [f"{asked['name']}: {one} reaches beyond the window" for one in asked["beyond"]]
        question = questions.get(asked["name"])
        if question is None:
            continue  # the comment
        tried = asked["tried"]
        assert len(tried) == len(question.options) + len(question.escapes)
        faults += [f"{question.code}: {one}" for one in tried if one["taps"] != 2]
        faults += [f"{question.code}: preselected"] * asked["preselected"]
        if len({one["width"] for one in tried}) != 1:
            faults.append(f"{question.code}: {ALIKE} width")
        if question.kind == "rating" and len({one["height"] for one in tried if one["scale"]}) != 1:
            faults.append(f"{question.code}: levels {ALIKE} height")
    return faults


SMALLEST = 320
USUAL = {("sipas-22", 320), ("quay-3-muc", 195)}
CASES = [
    pytest.param(name, width, marks=[] if (name, width) in USUAL else pytest.mark.long)
    for name in SHIPPED
    for width in WIDTHS
]


@pytest.mark.parametrize(("name", "width"), CASES)
def test_every_option_takes_one_tap_and_is_alike(
    live_site: LiveSite, page: Page, name: str, width: int
) -> None:
    counter, campaign = asked_at_a_counter(edition=shipped(name))
    page.set_viewport_size({"width": width, "height": 800})
    opened(live_site, page, counter)
    act(page, "next")

    found = unequal(page, campaign)
    if width < SMALLEST:  # some levels take two lines there: all must fit, and take as many taps
        found = [one for one in found if ALIKE not in one]
    assert found == []
