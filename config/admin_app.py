"""Django's admin with a site of our own: its way in is the panel's."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class SuperusersAdmin(AdminConfig):
    default_site = "surveys.admin_site.SuperusersSite"
