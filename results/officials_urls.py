"""Addresses of officials' pages that need figures; config.urls puts them among the panel's."""

from __future__ import annotations

from django.urls import path

from results.commitments import commitment_views
from results.exports import export_views
from results.releasing import publication_views
from results.watching import dashboard_views, quota_views

urlpatterns = [
    path("", dashboard_views.start, name="start"),
    path("xuat/", export_views.exports, name="exports"),
    path("xuat/<int:export>/", export_views.export, name="export"),
    path("xuat/<int:export>/tep/", export_views.file, name="export_file"),
    path("xuat/<int:export>/lam-lai/", export_views.make_again, name="export_again"),
    path("cam-ket/", commitment_views.commitments, name="commitments"),
    path("cam-ket/moi/<str:campaign_unit>/", commitment_views.commit, name="commit"),
    path("cam-ket/<int:commitment>/rut/", commitment_views.withdraw, name="withdraw_commitment"),
    path("dot/<slug:campaign>/ke-hoach/tien-do/", quota_views.quota_page, name="quotas"),
    path("dot/", publication_views.campaigns, name="campaigns"),
    path("dot/<slug:campaign>/cong-bo/", publication_views.publication, name="publication"),
    path(
        "dot/<slug:campaign>/cong-bo/xac-nhan/",
        publication_views.confirm_publication,
        name="confirm_publication",
    ),
    path(
        "dot/<slug:campaign>/cong-bo/tu-choi/",
        publication_views.refuse_publication,
        name="refuse_publication",
    ),
]
