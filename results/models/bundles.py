"""Releases frozen for good: a signed list of files, and their bytes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from results.models.releases import Release


class Blob(models.Model):
    """A file of a frozen release, named by its content: the same file is kept once."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    content = models.BinaryField()

    class Meta:
        verbose_name = _("file of a frozen release")
        verbose_name_plural = _("files of frozen releases")

    def __str__(self) -> str:
        return self.sha256


class Bundle(models.Model):
    """A release frozen for good: a signed list of its files (results.bundles). Never changed."""

    release = models.OneToOneField(Release, models.PROTECT, related_name="bundle")
    # The exact bytes that were signed, and the signature; empty where there was no key.
    manifest = models.BinaryField()
    signature = models.BinaryField()
    merkle_root = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("frozen release")
        verbose_name_plural = _("frozen releases")

    def __str__(self) -> str:
        return str(self.release)


class BundleFile(models.Model):
    """One file of a frozen release."""

    bundle = models.ForeignKey(Bundle, models.CASCADE, related_name="files")
    path = models.CharField(max_length=100)
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    size = models.IntegerField()

    class Meta:
        verbose_name = _("file in a frozen release")
        verbose_name_plural = _("files in frozen releases")
        constraints = [
            models.UniqueConstraint(
                fields=["bundle", "path"], name="a_path_stands_once_in_a_frozen_release"
            )
        ]

    def __str__(self) -> str:
        return self.path
