"""Load the demo and say what to open; loading again adds nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from config.demo import USER, NotADemo, administrator_password, load_demo
from surveys.questionnaires.definition_import import FileError


class Command(BaseCommand):
    help = "Load the demo: real units, simulated campaigns, counters, a superuser."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            load_demo(today=timezone.localdate(), say=self.stdout.write)
        except NotADemo:
            raise CommandError(
                _("This database holds a real campaign. The demo needs a database of its own.")
            ) from None
        except FileError as error:
            raise CommandError(str(error)) from error
        # Figures at once, and not only when worker and beat have started.
        call_command("refresh_results", stdout=self.stdout)
        self._say_where()

    def _say_where(self) -> None:
        site = f"http://127.0.0.1:{os.environ.get('PORT') or '8000'}"
        var = Path(os.environ.get("VAR_DIR") or settings.BASE_DIR / "var")
        password = administrator_password(var)
        lines = [
            _("Results: %(address)s") % {"address": f"{site}/"},
            _("Results of 2024: %(address)s") % {"address": f"{site}/ket-qua/mo-phong-2024/"},
            _("The short form: %(address)s") % {"address": f"{site}/k/hu-3k7z/"},
            _("The long form: %(address)s") % {"address": f"{site}/k/tn-2k72/"},
            _("Administration: %(address)s") % {"address": f"{site}{reverse('admin:index')}"},
            _("Log in as “%(user)s”, password: %(password)s") % {"user": USER, "password": password}
            if password
            else _(
                "Log in as “%(user)s”; forgotten the password: manage.py changepassword %(user)s"
            )
            % {"user": USER},
        ]
        self.stdout.write("\n".join(lines))
