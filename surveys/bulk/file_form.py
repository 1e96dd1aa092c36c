"""The form by which officials bring in a table: sheets, a sample plan, changes of the map."""

from __future__ import annotations

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.bulk import uploads


class TableFileForm(forms.Form):
    """A spreadsheet or CSV file; what stands in it is checked by who takes it."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("XLSX or CSV (UTF-8), at most 20 MB."),
        widget=forms.ClearableFileInput({"accept": ".xlsx,.csv"}),
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > uploads.MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 20 MB."))
        return file
