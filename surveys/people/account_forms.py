"""What an administrator fills in about accounts and roles."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django import forms
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.models import Unit, UnitVersion
from surveys.panel_fields import CampaignChoice, DayField
from surveys.people.account_making import WantedAccount, WantedRole, end_of
from surveys.rights.acts import ACTS, Act, Role
from surveys.rights.reach import Reach
from surveys.rights.roles import Rights
from surveys.rights.unit_choice import find_units


class GrantForm(forms.Form):
    """A role, where, for which campaign, until when. `found`: units that fit a name alike."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices)
    unit = forms.CharField(
        label=gettext_lazy("Unit"),
        help_text=gettext_lazy("Its code or name. The role holds there and at all units below."),
        max_length=100,
    )
    campaign = CampaignChoice(
        required=False,
        empty_label=gettext_lazy("all campaigns"),
    )
    until = DayField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("Empty: until it is taken back."),
        required=False,
    )

    def __init__(self, *args: Any, rights: Rights, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rights, self.reach = rights, reach
        self.found: list[UnitVersion] = []
        cast("CampaignChoice", self.fields["campaign"]).queryset = reach.campaigns()
        held = {act for role in {h.role for h in rights.held} for act in ACTS[role]}
        mine = [(r.value, r.label) for r in Role if rights.all or ACTS[r] <= held]
        # None is chosen beforehand, least of all the one that may do everything.
        first = ("", _("please choose"))
        cast("forms.ChoiceField", self.fields["role"]).choices = [first, *mine]

    @property
    def explained(self) -> list[tuple[str, list[str]]]:
        """The roles in words, each with what it may do beyond opening the panel."""
        acts = [act for act in Act if act != Act.OPEN_PANEL]
        return [(str(r.label), [str(a.label) for a in acts if a in ACTS[r]]) for r in Role]

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])

    def clean_until(self) -> datetime | None:
        """Return the first moment after the last day."""
        day = self.cleaned_data["until"]
        if day is None:
            return None
        if day < timezone.localdate(self.rights.now):
            raise forms.ValidationError(_("This day is over."))
        return end_of(day)

    def clean_unit(self) -> Unit:
        day = timezone.localdate(self.rights.now)
        text = self.cleaned_data["unit"]
        found = find_units(self.reach, text, day, with_campaigns=True)
        if not found:
            raise forms.ValidationError(_("There is no such unit where you manage accounts."))
        if len(found) > 1:
            self.found = found
            raise forms.ValidationError(_("Several units fit. Please give the code of one."))
        return found[0].unit

    def wanted_role(self) -> WantedRole:
        given = self.cleaned_data
        return WantedRole(given["role"], given["unit"].pk, given["campaign"], given["until"])


class PersonForm(forms.Form):
    """What the owner of an account is called, and where mail reaches them."""

    full_name = forms.CharField(label=gettext_lazy("Full name"), max_length=150)
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        help_text=gettext_lazy("For the invitation link and the digest of alerts; may be empty."),
        required=False,
    )


class AccountForm(PersonForm, GrantForm):
    """A new account with its first role."""

    username = forms.CharField(
        label=gettext_lazy("Account name"),
        help_text=gettext_lazy("Letters, digits and . - _ without marks, such as ha.thu.nguyen"),
        max_length=150,
        validators=[User.username_validator],
    )

    field_order = ("username", "full_name", "email", "role", "unit", "campaign", "until")

    def clean_username(self) -> str:
        name = str(self.cleaned_data["username"]).strip()
        if User.objects.filter(username__iexact=name).exists():
            raise forms.ValidationError(_("This name is taken."))
        return name

    def wanted_account(self) -> WantedAccount:
        given = self.cleaned_data
        return WantedAccount(
            given["username"], given["full_name"], given["email"], self.wanted_role()
        )
