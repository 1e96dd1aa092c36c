"""Forms about a campaign that ask one or two things."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from surveys.panel_fields import DayField


class TitleForm(forms.Form):
    """What may change as long as a campaign is open."""

    title_vi = forms.CharField(
        label=gettext_lazy("Title in Vietnamese"),
        help_text=gettext_lazy("Citizens read it on the form and above the results."),
        max_length=200,
    )
    title_en = forms.CharField(
        label=gettext_lazy("Title in English"), max_length=200, required=False
    )
    closes_on = DayField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy(
            "Sheets given by this day count. What kiosks and paper hold may come in 30 days longer."
        ),
    )

    def titles(self, kept: dict[str, str]) -> dict[str, str]:
        """Return the titles by language: those given, and others the campaign has."""
        given = {code: self.cleaned_data[f"title_{code}"] for code in ("vi", "en")}
        return {code: text for code, text in {**kept, **given}.items() if text}


class CloseForm(forms.Form):
    """When a campaign ends earlier than announced, and why."""

    last_day = DayField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("Today at the earliest: what was given today counts."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why it closes early"),
        help_text=gettext_lazy("Kept in the log with your name."),
        widget=forms.Textarea({"rows": 3}),
        max_length=1000,
    )


class ReadyForm(forms.Form):
    """Why a campaign may open though the list warns."""

    reason = forms.CharField(
        label=gettext_lazy("Why it may open all the same"),
        help_text=gettext_lazy("Needed for the warnings above; kept in the log with your name."),
        widget=forms.Textarea({"rows": 3}),
        max_length=1000,
        required=False,
    )
