"""How officials prove who they are: invitations, second factors, and where they are signed in.

Of codes and tokens only digests are kept. The secret of an authenticator app must be read again,
so it is sealed with a key made from SECRET_KEY (surveys.people.second_factors).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Invitation(models.Model):
    """A link by which the owner of an account sets its password: once, and for some days."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="invitations")
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("expires at"))
    used_at = models.DateTimeField(_("used at"), null=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return f"{self.user}, {self.expires_at}"


class Authenticator(models.Model):
    """An app that shows a code of six digits anew every half minute (TOTP, RFC 6238)."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="authenticator"
    )
    sealed_secret = models.BinaryField()
    made_at = models.DateTimeField(_("made at"))
    # The half minute of the last code taken: no code is good twice.
    last_step = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("authenticator app")
        verbose_name_plural = _("authenticator apps")

    def __str__(self) -> str:
        return str(self.user)


class Passkey(models.Model):
    """A key on a phone, a computer or a stick, of which we keep the public half (WebAuthn)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="passkeys")
    name = models.CharField(_("name"), max_length=100)
    # What the authenticator gave: its id, the credential's id and public key (COSE).
    credential = models.BinaryField()
    made_at = models.DateTimeField(_("made at"))
    used_at = models.DateTimeField(_("last used at"), null=True)

    class Meta:
        verbose_name = _("passkey")
        verbose_name_plural = _("passkeys")
        constraints = [
            models.UniqueConstraint(fields=["credential"], name="a_passkey_is_of_one_account")
        ]

    def __str__(self) -> str:
        return self.name


class RecoveryCode(models.Model):
    """A code on paper, good once, for who has lost the second factor."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="recovery_codes"
    )
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")
        constraints = [
            models.UniqueConstraint(fields=["user", "digest"], name="a_recovery_code_is_new")
        ]

    def __str__(self) -> str:
        return str(self.user)


class SignedIn(models.Model):
    """A session of an official, so that they can see where they are signed in, and end it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="signed_in")
    session_key = models.CharField(max_length=40, unique=True)
    address = models.CharField(_("from"), max_length=50, blank=True)
    browser = models.CharField(_("browser"), max_length=200, blank=True)
    began_at = models.DateTimeField(_("began at"))
    seen_at = models.DateTimeField(_("last used at"))

    class Meta:
        verbose_name = _("session of an official")
        verbose_name_plural = _("sessions of officials")

    def __str__(self) -> str:
        return f"{self.user}, {self.began_at}"


class FailedSignIn(models.Model):
    """A sign-in that failed a short while ago, of an account or from an address."""

    # A keyed digest of the account's name or of the address: neither can be read here.
    key = models.CharField(max_length=64)
    failed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("failed sign-in")
        verbose_name_plural = _("failed sign-ins")
        indexes = [models.Index(fields=["key", "failed_at"], name="failures_of_a_key")]

    def __str__(self) -> str:
        return f"{self.key[:8]}, {self.failed_at}"
