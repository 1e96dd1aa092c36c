"""Who may see the pages of officials."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse


def official_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Show a page to active users of the staff only.

    Who is not signed in is asked to; who is signed in and no official is refused (403): to ask
    for a password again would not help.
    """

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_staff:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    # Django's own backend gives no user for an account that is no longer active.
    return login_required(checked, login_url="officials:login")
