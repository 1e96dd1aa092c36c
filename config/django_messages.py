"""Django's own messages that people here see and Django's Vietnamese catalogue lacks.

Nothing imports this: it stands here so that `manage.py update_catalogue` finds the messages. What
Django translates itself one day is to be taken out (a test says so).
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

FORMS = (
    _("Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."),
    _("Enter a complete value."),
    _("Enter a valid UUID."),
    _("Enter a valid JSON."),
    _("Value must be valid JSON."),
    _("Null characters are not allowed."),
    _("Constraint “%(name)s” is violated."),
    _("Enter two valid values."),
    _("Enter two valid dates."),
    _("The start of the range must not exceed the end of the range."),
    _("Item %(nth)s in the array did not validate:"),
    _("“%(value)s” value must be an integer."),
    _("“%(value)s” value must be either True or False."),
    _("“%(value)s” value has an invalid date format. It must be in YYYY-MM-DD format."),
    _("“%(value)s” value has the correct format (YYYY-MM-DD) but it is an invalid date."),
    _("“%(value)s” is not a valid UUID."),
    _("%(model)s instance with %(field)s %(value)r is not a valid choice."),
    _("“%(pk)s” is not a valid value."),
    _("The inline value did not match the parent instance."),
    ngettext_lazy("Please submit at most %(num)d form.", "Please submit at most %(num)d forms."),
    ngettext_lazy("Please submit at least %(num)d form.", "Please submit at least %(num)d forms."),
)
ADMINISTRATION = (
    _("Select this object for an action - {}"),
    _("Select all objects on this page for an action"),
    _("Breadcrumbs"),
    _("Model name"),
    _("Add link"),
    _("Change or view list link"),
    _("View selected %(model)s"),
    ngettext_lazy("entry", "entries"),
    _("Added:"),
    _("Changed:"),
    _("Deleted:"),
    _("Hide counts"),
    _("Show counts"),
    _("Skip to main content"),
    _("Toggle navigation"),
    _("Sidebar"),
    _("Filter navigation items"),
    _("Toggle theme (current theme: auto)"),
    _("Toggle theme (current theme: light)"),
    _("Toggle theme (current theme: dark)"),
)
SIGNING_IN = (
    _("After you’ve created a user, you’ll be able to edit more user options."),
    _("Forgotten your login credentials?"),
    _("In case you’ve forgotten, you are:"),
    _("Conflicting form data submitted. Please try again."),
    _("Password-based authentication"),
    _("Password-based authentication was disabled."),
    _("Disable password-based authentication"),
    _("Enable password-based authentication"),
    _("Enable password-based authentication for this user by setting a password."),
    _("This action will <strong>enable</strong> password-based authentication for this user."),
    _("Enabled"),
    _("Disabled"),
    _("Set password"),
    _("Set password: %s"),
    _("Reset password"),
    _("Raw passwords are not stored, so there is no way to see the user’s password."),
    _(
        "Whether the user will be able to authenticate using a password or not. If disabled, they"
        " may still be able to authenticate using other backends, such as Single Sign-On or LDAP."
    ),
    _(
        "Enter a valid username. This value may contain only unaccented lowercase a-z and"
        " uppercase A-Z letters, numbers, and @/./+/-/_ characters."
    ),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
)
