"""Addresses of officials' own pages, under /quan-tri/."""

from __future__ import annotations

from django.urls import path

from surveys import (
    import_views,
    keying_views,
    own_account_views,
    pairing_views,
    paper_views,
    print_views,
    proof_views,
    recording_views,
    second_factor_views,
    sign_in_views,
    ticket_views,
)

app_name = "officials"
urlpatterns = [
    path("", sign_in_views.start, name="start"),
    path("dang-nhap/", sign_in_views.sign_in, name="login"),
    path("dang-nhap/buoc-hai/", sign_in_views.second_step, name="second_step"),
    path("dang-xuat/", sign_in_views.sign_out, name="logout"),
    path("tai-khoan/", own_account_views.own_account, name="own_account"),
    path("tai-khoan/mat-khau/", own_account_views.password, name="password"),
    path("tai-khoan/noi-khac/", own_account_views.sign_out_others, name="sign_out_others"),
    path("tai-khoan/xac-nhan/", own_account_views.confirm, name="confirm"),
    path("tai-khoan/hai-buoc/", second_factor_views.second_factors_page, name="second_factors"),
    path("tai-khoan/hai-buoc/ung-dung/", second_factor_views.add_app, name="add_app"),
    path("tai-khoan/hai-buoc/khoa/", second_factor_views.add_passkey, name="add_passkey"),
    path("tai-khoan/hai-buoc/bo/", second_factor_views.remove_factor, name="remove_factor"),
    path("tai-khoan/hai-buoc/ma-khoi-phuc/", second_factor_views.new_codes, name="new_codes"),
    path("giay/", paper_views.batches, name="batches"),
    path("giay/moi/", paper_views.new_batch, name="new_batch"),
    path("giay/<int:batch>/", paper_views.batch, name="batch"),
    path("giay/<int:batch>/tinh-hinh/", paper_views.state, name="batch_state"),
    path("giay/<int:batch>/<int:position>/", keying_views.sheet, name="sheet"),
    path("giay/<int:batch>/lan-hai/", keying_views.second, name="second"),
    path("giay/<int:batch>/khac-nhau/", paper_views.differing, name="differing"),
    path("giay/<int:batch>/dong/", paper_views.close, name="close_batch"),
    path("nhap-tep/", import_views.import_file, name="import"),
    path("nhap-tep/xac-nhan/", import_views.confirm, name="confirm_import"),
    path("nhap-tep/mau/<slug:campaign>.<slug:kind>", import_views.template, name="import_template"),
    path("may/", pairing_views.kiosks, name="kiosks"),
    path("may/<uuid:device>/thu-hoi/", pairing_views.revoke, name="revoke_kiosk"),
    path("may/nhap/", pairing_views.bring_in, name="bring_in_queue"),
    path("chung-minh/", proof_views.proofs, name="proofs"),
    path("chung-minh/<slug:campaign>/", proof_views.options, name="proven_options"),
    path("ma-phieu/", ticket_views.batches, name="tickets"),
    path("ghi-am/", recording_views.editions, name="recording_editions"),
    path("ghi-am/<str:reference>/<slug:language>/", recording_views.edition, name="recordings"),
    path(
        "ghi-am/<str:reference>/<slug:language>/<str:place>/",
        recording_views.recording,
        name="recording",
    ),
    path(
        "ghi-am/<str:reference>/<slug:language>/<str:place>/xoa/",
        recording_views.remove,
        name="remove_recording",
    ),
    path("ap-phich/", print_views.posters, name="posters"),
    path("phieu-giay/mau/", print_views.paper_forms, name="paper_forms"),
    path(
        "phieu-giay/mau/<str:reference>/<slug:language>/",
        print_views.paper_form,
        name="paper_form",
    ),
]
