"""What an official writes to commit a unit, and to withdraw that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from results.reading.improvements import Improvement
from results.templatetags.figures import percent
from surveys.models.commitments import LONGEST, SHORTEST
from surveys.panel_fields import DayField

MOST_DAYS = 3 * 366
"""Nobody now in office answers for what is further away."""


class Words(forms.CharField):
    """Some lines of text; a line's end counts as one character, as browsers count it."""

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class CommitmentForm(forms.Form):
    """What will be done about one of the criteria to improve first, by whom, until when."""

    criterion = forms.ChoiceField(
        label=gettext_lazy("Criterion"),
        help_text=gettext_lazy("The ones to improve first, as the unit's public page names them."),
        widget=forms.RadioSelect,
    )
    what = Words(
        label=gettext_lazy("What will be done"),
        help_text=gettext_lazy("Plain words, 5 to 600 characters. Something people can check."),
        widget=forms.Textarea({"rows": 4}),
        min_length=SHORTEST,
        max_length=LONGEST,
    )
    answers_for_it = forms.CharField(
        label=gettext_lazy("Who answers for it"),
        help_text=gettext_lazy("The post, such as: chairperson of the commune's committee."),
        max_length=200,
    )
    until = DayField(label=gettext_lazy("Until"))

    def __init__(
        self, *args: Any, improvements: Sequence[Improvement], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        choices = [(one.code, f"{one.text} ({percent(one.percent)})") for one in improvements]
        cast("forms.ChoiceField", self.fields["criterion"]).choices = choices
        self.fields["criterion"].initial = improvements[0].code if improvements else None

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until <= self.today:
            raise forms.ValidationError(_("Please give a day after today."))
        if until > self.today + timedelta(days=MOST_DAYS):
            raise forms.ValidationError(_("Please give a day within three years."))
        return until


class WithdrawalForm(forms.Form):
    """Why a commitment is withdrawn."""

    reason = Words(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("It is published. Please name no person."),
        widget=forms.Textarea({"rows": 3}),
        min_length=SHORTEST,
        max_length=LONGEST,
    )
