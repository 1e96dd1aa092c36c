"""The tables of surveys, a module per subject."""

from surveys.models.campaigns import Campaign, CampaignUnit, Counter
from surveys.models.questionnaires import Method, Questionnaire
from surveys.models.responses import Channel, Comment, Response, SetAside, StaleCell
from surveys.models.units import Succession, Tier, Unit, UnitVersion

__all__ = [
    "Campaign",
    "CampaignUnit",
    "Channel",
    "Comment",
    "Counter",
    "Method",
    "Questionnaire",
    "Response",
    "SetAside",
    "StaleCell",
    "Succession",
    "Tier",
    "Unit",
    "UnitVersion",
]
