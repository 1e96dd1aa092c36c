"""What officials can be allowed to do, and which role allows what."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(TextChoices):
    """What an official is for; held at a unit and all below it, for one campaign or for all."""

    ADMINISTRATOR = "administrator", _("administrator")
    MANAGER = "manager", _("campaign manager")
    DATA_ENTRY = "data_entry", _("data entry")
    ANALYST = "analyst", _("analyst")
    REVIEWER = "reviewer", _("quality reviewer")
    VIEWER = "viewer", pgettext_lazy("role", "viewer")


class Act(TextChoices):
    """Something an official can do. Every page of the panel names the act it is for."""

    OPEN_PANEL = "open_panel", _("open the panel")
    SEE_UNITS = "see_units", _("see units and counters")
    MANAGE_UNITS = "manage_units", _("change the map of units")
    MANAGE_COUNTERS = "manage_counters", _("open and close counters")
    SEE_KIOSKS = "see_kiosks", _("see how kiosks are")
    MANAGE_KIOSKS = "manage_kiosks", _("pair and revoke kiosks")
    PRINT = "print", _("print posters and paper forms")
    ISSUE_TICKETS = "issue_tickets", _("print one-time tickets")
    SEE_PAPER = "see_paper", _("see batches of paper sheets")
    KEY_PAPER = "key_paper", _("key paper sheets")
    IMPORT_SHEETS = "import_sheets", _("import sheets from files")
    SEE_CAMPAIGNS = "see_campaigns", _("see campaigns")
    MANAGE_CAMPAIGNS = "manage_campaigns", _("prepare, open and close campaigns")
    PUBLISH = "publish", _("publish results")
    SEE_QUESTIONNAIRES = "see_questionnaires", _("see questionnaires")
    MANAGE_QUESTIONNAIRES = "manage_questionnaires", _("change questionnaires and recordings")
    MONITOR = "monitor", _("watch how a campaign goes")
    SEE_QUALITY = "see_quality", _("see signs of poor data")
    SET_ASIDE = "set_aside", _("set data aside")
    READ_COMMENTS = "read_comments", _("read comments")
    ANSWER_COMMENTS = "answer_comments", _("answer comments in public")
    EXPORT = "export", _("export data")
    COMMIT = "commit", _("write commitments")
    MANAGE_ACCOUNTS = "manage_accounts", _("manage accounts and roles")
    SEE_AUDIT = "see_audit", _("read the audit log")


_VIEWER = frozenset({Act.OPEN_PANEL, Act.SEE_UNITS, Act.SEE_KIOSKS, Act.SEE_CAMPAIGNS, Act.MONITOR})
_DATA_ENTRY = _VIEWER | {Act.PRINT, Act.SEE_PAPER, Act.KEY_PAPER, Act.SEE_QUESTIONNAIRES}
_ANALYST = _VIEWER | {Act.SEE_QUESTIONNAIRES, Act.SEE_QUALITY, Act.EXPORT}
_REVIEWER = _VIEWER | {Act.SEE_PAPER, Act.SEE_QUALITY, Act.SET_ASIDE, Act.READ_COMMENTS}
# Who runs a campaign does not judge its data: setting aside is the reviewer's.
_MANAGER = (
    _DATA_ENTRY
    | _ANALYST
    | _REVIEWER
    | {
        Act.MANAGE_COUNTERS,
        Act.MANAGE_KIOSKS,
        Act.ISSUE_TICKETS,
        Act.IMPORT_SHEETS,
        Act.MANAGE_CAMPAIGNS,
        Act.PUBLISH,
        Act.MANAGE_QUESTIONNAIRES,
        Act.ANSWER_COMMENTS,
        Act.COMMIT,
    }
) - {Act.SET_ASIDE}

ACTS: Mapping[Role, frozenset[Act]] = {
    Role.ADMINISTRATOR: frozenset(Act),
    Role.MANAGER: _MANAGER,
    Role.DATA_ENTRY: _DATA_ENTRY,
    Role.ANALYST: _ANALYST,
    Role.REVIEWER: _REVIEWER,
    Role.VIEWER: _VIEWER,
}
