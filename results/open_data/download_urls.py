from __future__ import annotations

from django.urls import path, re_path

from results.open_data import catalogue_views, download_views, receipt_views, release_views

UNIT = r"^ket-qua/(?P<slug>[-\w]+)/(?P<code>[\w.-]{1,20})"
RELEASES = "ket-qua/<slug:slug>/cong-bo/"

urlpatterns = [
    re_path(rf"{UNIT}/tai-ve/so-lieu\.json$", download_views.unit_json, name="unit_json"),
    re_path(rf"{UNIT}/tai-ve/(?P<name>[\w.-]+)$", download_views.unit_file, name="unit_file"),
    re_path(rf"{UNIT}/thay-doi/$", release_views.unit_changes, name="unit_changes"),
    path("ket-qua/<slug:slug>/ma-bien-nhan/", receipt_views.receipt, name="receipt"),
    path(RELEASES, release_views.releases, name="releases"),
    path(f"{RELEASES}<int:number>/", release_views.release, name="release"),
    path(f"{RELEASES}<int:number>.zip", release_views.release_archive, name="release_archive"),
    path(
        f"{RELEASES}<int:number>/tep/<path:path>", release_views.release_file, name="release_file"
    ),
    re_path(
        r"^ket-qua/(?P<slug>[-\w]+)/tat-ca-don-vi/(?P<dialect>so-lieu|so-lieu-cham-phay)\.csv$",
        release_views.all_units,
        name="all_units",
    ),
    path("du-lieu-mo/", catalogue_views.page, name="catalogue"),
    path("du-lieu-mo/dcat.jsonld", catalogue_views.json_ld, name="catalogue_json_ld"),
    path("du-lieu-mo/khoa-cong-khai.txt", release_views.public_key, name="public_key"),
]
