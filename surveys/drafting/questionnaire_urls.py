"""Addresses of questionnaires and their drafts, under /quan-tri/phieu/."""

from __future__ import annotations

from django.urls import path

from surveys.drafting import edition_draft_files as files
from surveys.drafting import edition_draft_views as drafts
from surveys.drafting import edition_part_views as parts
from surveys.drafting import edition_texts_view as texts
from surveys.drafting import questionnaire_views as views

urlpatterns = [
    path("", views.editions, name="questionnaires"),
    path("nhap/<int:draft>/", drafts.draft, name="draft"),
    path("nhap/<int:draft>/phan/<str:part>/", parts.part, name="draft_part"),
    path("nhap/<int:draft>/loi/<slug:language>/", texts.draft_texts, name="draft_texts"),
    path("nhap/<int:draft>/chuyen/", parts.move, name="move_part"),
    path("nhap/<int:draft>/tra-lai/", parts.put_back, name="put_back"),
    path("nhap/<int:draft>/xem/<slug:language>/", files.preview, name="draft_preview"),
    path("nhap/<int:draft>/tep.yaml", files.yaml_file, name="draft_yaml"),
    path("nhap/<int:draft>/tep.xlsx", files.xlsform_file, name="draft_xlsform"),
    path("nhap/<int:draft>/thanh-an-ban/", drafts.make_edition, name="make_edition"),
    path("nhap/<int:draft>/xoa/", drafts.remove, name="remove_draft"),
    path("<str:reference>/", views.edition, name="questionnaire"),
    path("<str:reference>/soan/", views.new_draft, name="new_draft"),
    path("<str:reference>/tep.yaml", views.yaml_file, name="questionnaire_yaml"),
    path("<str:reference>/tep.xlsx", views.xlsform_file, name="questionnaire_xlsform"),
    path("<str:reference>/xem/<slug:language>/", views.preview, name="preview"),
]
