"""What officials fill in about a campaign."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from surveys.answering import asking
from surveys.campaigns import campaign_scope
from surveys.campaigns.campaign_import import DEFAULT_CHANNELS
from surveys.campaigns.campaign_short_forms import TitleForm
from surveys.models import Campaign, Channel, Method, Questionnaire
from surveys.panel_fields import CampaignChoice, DayField
from surveys.questionnaires import methods
from surveys.rights.reach import Reach

if TYPE_CHECKING:
    ChoiceOfDefinition = forms.ModelChoiceField[Any]
else:
    ChoiceOfDefinition = forms.ModelChoiceField
GROUPS: Sequence[tuple[str | Promise, Sequence[str]]] = (
    (gettext_lazy("Name"), ("title_vi", "title_en", "slug")),
    (gettext_lazy("What is asked, and how it is counted"), ("questionnaire", "method", "previous")),
    (gettext_lazy("Where"), ("scope", "tree_day")),
    (gettext_lazy("When"), ("opens_on", "closes_on")),
    (gettext_lazy("What the public sees"), ("publication", "threshold", "channels")),
    (
        gettext_lazy("At the counter"),
        ("short_first", "auto_advance", "tickets", "receipts", "simulated"),
    ),
)


def title_of(row: Questionnaire | Method) -> str:
    """Return the title a definition gives itself, with its reference."""
    titles = row.definition.get("title") or {}
    title = titles.get(get_language() or "vi") or titles.get("vi")
    return f"{title} ({row})" if title else str(row)


class _ByTitle(ChoiceOfDefinition):
    """Editions or methods by the title they give themselves."""

    def label_from_instance(self, obj: Any) -> str:
        return title_of(obj)


class CampaignForm(TitleForm):
    """All of a campaign that is not open."""

    slug = forms.SlugField(
        label=gettext_lazy("Short name in addresses"),
        help_text=gettext_lazy("Such as sipas-2026. Cannot be changed once the campaign is open."),
        max_length=50,
    )
    questionnaire = _ByTitle(
        label=gettext_lazy("Questionnaire"),
        help_text=gettext_lazy(
            "From now on this edition cannot be changed, only followed by another."
        ),
        queryset=Questionnaire.objects.order_by("code", "-edition"),
    )
    method = _ByTitle(
        label=gettext_lazy("Method of counting"),
        help_text=gettext_lazy("How answers become an index. It must fit the questionnaire."),
        queryset=Method.objects.order_by("code"),
    )
    previous = CampaignChoice(
        label=gettext_lazy("Campaign before this one"),
        help_text=gettext_lazy("Change is shown only with the same questionnaire and method."),
        to_field_name=None,
        required=False,
        empty_label=gettext_lazy("none"),
    )
    scope = forms.CharField(
        label=gettext_lazy("Units"),
        help_text=gettext_lazy(
            "A code or name in each line; all units below belong to it. Empty: the whole nation."
        ),
        widget=forms.Textarea({"rows": 4}),
        required=False,
    )
    tree_day = DayField(
        label=gettext_lazy("Map of this day"),
        help_text=gettext_lazy(
            "Figures are shown by the units of this day, whatever changes later."
        ),
    )
    opens_on = DayField(label=gettext_lazy("First day"))
    publication = forms.ChoiceField(
        label=gettext_lazy("Results are published"),
        help_text=gettext_lazy(
            "Nothing is published before two officials have agreed; from then on at this pace."
        ),
        choices=Campaign.Publication.choices,
    )
    threshold = forms.IntegerField(
        label=gettext_lazy("Publication threshold (sheets)"),
        help_text=gettext_lazy(
            "A unit's figures appear, and change, only by at least so many sheets, so that nobody"
            " can be picked out. 10 is usual; never below 3."
        ),
        min_value=3,
        max_value=1000,
    )
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Counted in the headline"),
        help_text=gettext_lazy(
            "Sheets of other channels are taken, too, but stay out of the index. Who was helped by"
            " an official may have answered more kindly."
        ),
        choices=[(channel.code, channel.label) for channel in Channel],
        widget=forms.CheckboxSelectMultiple,
        initial=list(DEFAULT_CHANNELS),
    )
    short_first = forms.BooleanField(
        label=gettext_lazy("Begin with the short form"),
        help_text=gettext_lazy("One or two questions, then “send” or “answer more”."),
        required=False,
    )
    auto_advance = forms.BooleanField(
        label=gettext_lazy("Go on by itself after a touch"),
        help_text=gettext_lazy("Saves a tap for each question; never with a keyboard."),
        required=False,
    )
    tickets = forms.BooleanField(
        label=gettext_lazy("Take sheets only with a one-time ticket"),
        help_text=gettext_lazy("One answer for each person served; somebody must hand them out."),
        required=False,
    )
    receipts = forms.BooleanField(
        label=gettext_lazy("Give a receipt code"),
        help_text=gettext_lazy(
            "Who answers can check with it that the sheet is among those counted; it tells nobody"
            " what was answered."
        ),
        required=False,
    )
    simulated = forms.BooleanField(
        label=gettext_lazy("Made-up answers only"),
        help_text=gettext_lazy(
            "For training; marked wherever it shows. Never to be changed later."
        ),
        required=False,
    )

    def __init__(
        self, *args: Any, reach: Reach, seen: Reach, campaign: Campaign, **kwargs: Any
    ) -> None:
        """Take where the official may run campaigns, and where he or she may see them."""
        super().__init__(*args, **kwargs)
        self.reach, self.campaign = reach, campaign
        before = seen.campaigns().exclude(answers_pattern=None).exclude(pk=campaign.pk)
        cast("CampaignChoice", self.fields["previous"]).queryset = before
        if campaign.pk:
            self.fields["simulated"].disabled = True

    @classmethod
    def initial_of(cls, campaign: Campaign) -> dict[str, Any]:
        names = [name for _title, group in GROUPS for name in group if hasattr(campaign, name)]
        return {
            **{name: getattr(campaign, name) for name in names},
            "title_vi": campaign.title.get("vi", ""),
            "title_en": campaign.title.get("en", ""),
            "scope": "\n".join(campaign.scope),
        }

    def groups(self) -> Iterator[tuple[str | Promise, list[BoundField]]]:
        """Yield the fields under their headings."""
        for title, names in GROUPS:
            yield title, [self[name] for name in names]

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"])
        # "moi" is the address of a new one.
        if (
            slug == "moi"
            or Campaign.objects.filter(slug=slug).exclude(pk=self.campaign.pk).exists()
        ):
            raise forms.ValidationError(_("Another campaign has this name."))
        return slug

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "tree_day" in cleaned and "scope" in cleaned:
            self._clean_scope(cleaned)
        opens_on, closes_on = cleaned.get("opens_on"), cleaned.get("closes_on")
        if opens_on and closes_on and closes_on < opens_on:
            self.add_error("closes_on", _("The last day lies before the first."))
        questionnaire, method = cleaned.get("questionnaire"), cleaned.get("method")
        if questionnaire and method:
            try:
                methods.check_fits(method.parsed(), questionnaire.parsed())
            except methods.MethodError as error:
                fault = _("It does not fit the questionnaire: %(reason)s") % {"reason": error}
                self.add_error("method", fault)
        wanted = questionnaire if cleaned.get("short_first") else None
        if wanted and not asking.short_questions(wanted.parsed()):
            fault = _("The questionnaire marks no question for the short form.")
            self.add_error("short_first", fault)
        return cleaned

    def _clean_scope(self, cleaned: dict[str, Any]) -> None:
        """Find the units named, on the map of the tree day, where the official may do this."""
        codes, faults = campaign_scope.read(cleaned["scope"], cleaned["tree_day"])
        for fault in faults:
            self.add_error("scope", fault)
        cleaned["scope"] = codes
        candidate = Campaign(pk=self.campaign.pk, scope=codes, tree_day=cleaned["tree_day"])
        if not faults and not self.reach.covers_whole(candidate):
            fault = _("You may run campaigns only at your own units: please name them.")
            self.add_error("scope", fault)

    def filled(self) -> Campaign:
        """Return the campaign with what was chosen, not stored."""
        chosen = self.cleaned_data
        self.campaign.title = self.titles(self.campaign.title or {})
        for _title, names in GROUPS:
            for name in names:
                if not name.startswith("title_"):
                    setattr(self.campaign, name, chosen[name])
        return self.campaign
