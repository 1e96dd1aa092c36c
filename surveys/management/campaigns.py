"""The campaign a command is asked to work on."""

from __future__ import annotations

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from surveys.models import Campaign


def opened_campaign(slug: str) -> Campaign:
    """Return the campaign with a slug.

    Raises:
        CommandError: there is none, or it has not been opened: it has no tree yet.
    """
    try:
        campaign = Campaign.objects.select_related("questionnaire").get(slug=slug)
    except Campaign.DoesNotExist:
        raise CommandError(_('There is no campaign "%(slug)s".') % {"slug": slug}) from None
    if campaign.answers_pattern is None:
        raise CommandError(
            _('The campaign "%(slug)s" has not been opened: it takes no sheets yet.')
            % {"slug": slug}
        )
    return campaign
