"""Django's own admin, for superusers who have signed in on the panel's page, in two steps."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from surveys.people import signing_in
from surveys.rights.roles import Rights


class SuperusersSite(AdminSite):
    """The admin without a way in of its own."""

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return (
            isinstance(user, User)
            and user.is_active
            and user.is_superuser
            and not self._lacks_second_step(request, user)
        )

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        user = request.user
        if not isinstance(user, User):
            wanted = request.GET.get("next", reverse("admin:index"))
            return redirect_to_login(wanted, reverse("officials:login"))
        if user.is_superuser and self._lacks_second_step(request, user):
            return redirect("officials:second_factors")
        raise PermissionDenied

    def _lacks_second_step(self, request: HttpRequest, user: User) -> bool:
        return signing_in.must_take_second_step(request, Rights(user, now=timezone.now()))
