"""Addresses of officials' own pages, under /quan-tri/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from surveys import choice_views, search_views
from surveys.bulk import import_views
from surveys.campaigns import campaign_removal_views, campaign_views
from surveys.counters import (
    counter_views,
    print_views,
    subtree_counter_views,
    ticket_views,
)
from surveys.free_text import comment_views
from surveys.kiosks import pairing_views
from surveys.oversight import audit_views
from surveys.paper import keying_views, paper_views
from surveys.people import (
    access_views,
    account_import_views,
    account_views,
    invitation_views,
    own_account_views,
    reassign_views,
    second_factor_views,
    sign_in_views,
)
from surveys.proofs import proof_views
from surveys.quality import quality_rule_views, quality_views, served_views
from surveys.sampling import plan_file_views, plan_views
from surveys.units import map_change_views, map_views
from surveys.voice import recording_views

app_name = "officials"
urlpatterns: list[URLPattern | URLResolver] = [
    path("dang-nhap/", sign_in_views.sign_in, name="login"),
    path("dang-nhap/buoc-hai/", sign_in_views.second_step, name="second_step"),
    path("dang-xuat/", sign_in_views.sign_out, name="logout"),
    path("pham-vi/", choice_views.choose, name="choose"),
    path("tim/", search_views.search, name="search"),
    path("moi/<str:token>/", invitation_views.accept, name="accept_invitation"),
    path("nguoi-dung/", account_views.account_list, name="accounts"),
    path("nguoi-dung/moi/", account_views.new_account, name="new_account"),
    path("nguoi-dung/tep/", account_import_views.import_accounts, name="import_accounts"),
    path(
        "nguoi-dung/tep/xac-nhan/", account_import_views.confirm_accounts, name="confirm_accounts"
    ),
    path(
        "nguoi-dung/tep/mau.xlsx", account_import_views.accounts_template, name="accounts_template"
    ),
    path("nguoi-dung/chuyen/", reassign_views.stranded, name="stranded"),
    path("nguoi-dung/<int:account>/", account_views.account, name="account"),
    path("nguoi-dung/<int:account>/lien-ket/", invitation_views.invite, name="invite"),
    path("nguoi-dung/<int:account>/sua/", account_views.change_account, name="change_account"),
    path(
        "nguoi-dung/<int:account>/dang-xuat/",
        access_views.sign_out_account,
        name="sign_out_account",
    ),
    path("nguoi-dung/<int:account>/dong/", access_views.close_account, name="close_account"),
    path("nguoi-dung/<int:account>/mo/", access_views.open_account, name="open_account"),
    path(
        "nguoi-dung/<int:account>/bo-buoc-hai/",
        access_views.reset_second_step,
        name="reset_second_step",
    ),
    path("vai-tro/<int:grant>/thu-hoi/", account_views.revoke_grant, name="revoke_grant"),
    path("nhat-ky/", audit_views.entries, name="audit"),
    path("nhat-ky/tep.csv", audit_views.csv_file, name="audit_csv"),
    path("tai-khoan/", own_account_views.own_account, name="own_account"),
    path("tai-khoan/mat-khau/", own_account_views.password, name="password"),
    path("tai-khoan/noi-khac/", own_account_views.sign_out_others, name="sign_out_others"),
    path("tai-khoan/xac-nhan/", own_account_views.confirm, name="confirm"),
    path("tai-khoan/hai-buoc/", second_factor_views.second_factors_page, name="second_factors"),
    path("tai-khoan/hai-buoc/ung-dung/", second_factor_views.add_app, name="add_app"),
    path("tai-khoan/hai-buoc/khoa/", second_factor_views.add_passkey, name="add_passkey"),
    path("tai-khoan/hai-buoc/bo/", second_factor_views.remove_factor, name="remove_factor"),
    path("tai-khoan/hai-buoc/ma-khoi-phuc/", second_factor_views.new_codes, name="new_codes"),
    path("dot/moi/", campaign_views.new_campaign, name="new_campaign"),
    path("dot/<slug:campaign>/", campaign_views.campaign, name="campaign"),
    path("dot/<slug:campaign>/sua/", campaign_views.edit_campaign, name="edit_campaign"),
    path("dot/<slug:campaign>/san-sang/", campaign_views.declare_ready, name="campaign_ready"),
    path("dot/<slug:campaign>/mo/", campaign_views.open_campaign, name="open_campaign"),
    path(
        "dot/<slug:campaign>/xoa/", campaign_removal_views.remove_campaign, name="remove_campaign"
    ),
    path("dot/<slug:campaign>/dong/", campaign_views.close_campaign, name="close_campaign"),
    path("dot/<slug:campaign>/ke-hoach/", plan_views.plan, name="plan"),
    path("dot/<slug:campaign>/ke-hoach/bo/", plan_views.remove, name="plan_remove"),
    path("dot/<slug:campaign>/ke-hoach/rut/", plan_views.draw, name="plan_draw"),
    path("dot/<slug:campaign>/ke-hoach/co-mau/", plan_views.sizes, name="plan_sizes"),
    path("dot/<slug:campaign>/ke-hoach/tep/", plan_file_views.plan_file, name="plan_file"),
    path(
        "dot/<slug:campaign>/ke-hoach/tep/xac-nhan/", plan_file_views.confirm, name="confirm_plan"
    ),
    path(
        "dot/<slug:campaign>/ke-hoach/mau.<slug:kind>",
        plan_file_views.template,
        name="plan_template",
    ),
    path("giay/", paper_views.batches, name="batches"),
    path("giay/moi/", paper_views.new_batch, name="new_batch"),
    path("giay/<int:batch>/", paper_views.batch, name="batch"),
    path("giay/<int:batch>/tinh-hinh/", paper_views.state, name="batch_state"),
    path("giay/<int:batch>/<int:position>/", keying_views.sheet, name="sheet"),
    path("giay/<int:batch>/lan-hai/", keying_views.second, name="second"),
    path("giay/<int:batch>/khac-nhau/", paper_views.differing, name="differing"),
    path("giay/<int:batch>/dong/", paper_views.close, name="close_batch"),
    path("y-kien/", comment_views.batch_list, name="comments"),
    path("y-kien/<str:comment_batch>/", comment_views.batch_page, name="comment_batch"),
    path("nhap-tep/", import_views.import_file, name="import"),
    path("nhap-tep/xac-nhan/", import_views.confirm, name="confirm_import"),
    path("nhap-tep/mau/<slug:campaign>.<slug:kind>", import_views.template, name="import_template"),
    path("may/", pairing_views.kiosks, name="kiosks"),
    path("may/<uuid:device>/thu-hoi/", pairing_views.revoke, name="revoke_kiosk"),
    path("may/nhap/", pairing_views.bring_in, name="bring_in_queue"),
    path("quay/", counter_views.counters, name="counters"),
    path("quay/moi/", counter_views.new_counter, name="new_counter"),
    path("quay/nhieu/", subtree_counter_views.subtree_counters_page, name="subtree_counters"),
    path("quay/<str:counter>/", counter_views.counter, name="counter"),
    path("quay/<str:counter>/dung/", counter_views.switch, name="switch_counter"),
    path("don-vi/", map_views.units, name="units"),
    path("don-vi/tep/", map_change_views.import_units, name="import_units"),
    path("don-vi/tep/xac-nhan/", map_change_views.confirm_units, name="confirm_units"),
    path("don-vi/tep/mau.xlsx", map_change_views.units_template, name="units_template"),
    path("don-vi/<int:map_unit>/", map_views.unit, name="map_unit"),
    path("chung-minh/", proof_views.proofs, name="proofs"),
    path("chung-minh/<slug:campaign>/", proof_views.options, name="proven_options"),
    path("chat-luong/", quality_views.signs, name="signs"),
    path("chat-luong/theo-quy-tac/", quality_rule_views.set_aside, name="set_rule_aside"),
    path("chat-luong/<str:counter_day>/", quality_views.counter_day, name="counter_day"),
    path("chat-luong/<str:counter_day>/de-rieng/", quality_views.set_aside, name="set_aside"),
    path(
        "chat-luong/quyet-dinh/<int:decision>/tinh-lai/", quality_views.take_back, name="take_back"
    ),
    path("luot-phuc-vu/", served_views.served, name="served"),
    path("ma-phieu/", ticket_views.batches, name="tickets"),
    path("phieu/", include("surveys.drafting.questionnaire_urls")),
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
