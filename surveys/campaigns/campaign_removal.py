"""Deletes a campaign that was never opened; that it was there stays in the audit log."""

from __future__ import annotations

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from surveys.campaigns.campaign_deeds import NotNow, told
from surveys.campaigns.campaign_scope import unit_of
from surveys.models import Campaign, CanarySheet, CounterProof, OptionProof, Response
from surveys.oversight import audit
from surveys.oversight.audit import Actor
from surveys.oversight.deeds import Deed


def remove(campaign: Campaign, *, by: Actor) -> None:
    """Delete a draft with its plan and its trials.

    Raises:
        NotNow: it has been opened meanwhile, or something else stands on it: sheets, a role
            for this campaign alone, a campaign that follows it.
    """
    with transaction.atomic():
        row = Campaign.objects.select_for_update().get(pk=campaign.pk)
        if row.answers_pattern is not None:
            raise NotNow(_("The campaign is open now: it can no longer be deleted."))
        if Response.objects.filter(campaign=row).exists():
            raise NotNow(_("There are sheets of this campaign: it can no longer be deleted."))
        audit.record(
            Deed.REMOVE_CAMPAIGN, by=by, to=row, unit=unit_of(row), campaign=row, before=told(row)
        )
        row.plan_lines.all().delete()
        OptionProof.objects.filter(campaign=row).delete()
        CounterProof.objects.filter(campaign=row).delete()
        CanarySheet.objects.filter(campaign=row).delete()
        try:
            row.delete()
        except ProtectedError as error:
            kinds = sorted({str(other._meta.verbose_name) for other in error.protected_objects})
            raise NotNow(
                _("Something still stands on this campaign: %(kinds)s.")
                % {"kinds": ", ".join(kinds)}
            ) from error
