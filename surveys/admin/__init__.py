"""Django's admin for superusers: the tables people maintain, and a look at those they do not."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from surveys.admin import campaigns, definitions, proofs, responses, tickets, units

__all__ = ["campaigns", "definitions", "proofs", "responses", "tickets", "units"]

admin.site.site_header = _("Hài Lòng: administration")
admin.site.site_title = _("Hài Lòng: administration")
admin.site.index_title = _("Tables")
# Rows that others refer to are ended or switched off; where deleting is allowed it is one by
# one. Collecting what hangs on many rows would read millions of sheets.
admin.site.disable_action("delete_selected")
