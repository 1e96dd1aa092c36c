"""The daily mail to officials who watch a campaign: what needs somebody, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage, get_connection
from django.db.models import Q
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from results.watching.alerts import alerts
from results.watching.monitoring import Watch
from surveys.models import RoleGrant
from surveys.rights.acts import Act
from surveys.rights.roles import Rights
from surveys.submissions import LATE_FOR


def send_digests(*, now: datetime) -> int:
    """Send each official with an address what needs somebody in their subtree; return how many.

    Nothing is sent where no mail server is set, nor to whom nothing needs.

    Args:
        now: local time.
    """
    if not settings.EMAIL_HOST:
        return 0
    with translation.override(settings.LANGUAGE_CODE):
        mails = list(_mails(now))
    return int(get_connection().send_messages(mails) or 0) if mails else 0


def _mails(now: datetime) -> Iterator[EmailMessage]:
    held = Q(grants__in=RoleGrant.objects.in_force_at(now)) | Q(is_superuser=True)
    readers = User.objects.filter(held, is_active=True).exclude(email="").distinct()
    for user in readers.order_by("pk"):
        lines = list(_lines(Rights(user, now=now), now))
        if lines:
            day = date_format(now.date(), "SHORT_DATE_FORMAT")
            subject = _("What needs somebody, %(day)s") % {"day": day}
            end = _("Sign in to see more. This mail comes each morning while something is open.")
            yield EmailMessage(subject, "\n".join([*lines, end]), to=[user.email])


def _lines(rights: Rights, now: datetime) -> Iterator[str]:
    """Yield what needs somebody in each campaign that takes sheets where this official watches."""
    if not rights.has(Act.MONITOR):
        return
    today = now.date()
    watched = rights.reach(Act.MONITOR).campaigns()
    for campaign in watched.filter(
        answers_pattern__isnull=False, opens_on__lte=today, closes_on__gte=today - LATE_FOR
    ).order_by("slug"):
        watch = Watch(rights, campaign, now=now)
        found = alerts(watch) if watch.tops else []
        if found:
            yield campaign.title_text
            yield from (f"- {alert.title}. {alert.said}" for alert in found)
            yield ""
