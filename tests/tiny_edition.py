"""The definitions tests/make.py builds on: a small form and a method that fits it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

EDITION: Mapping[str, Any] = {
    "code": "tiny",
    "edition": 1,
    "title": {"vi": "Phiếu nhỏ", "en": "A small form"},
    "languages": {"vi": "reviewed", "en": "draft"},
    "scales": {
        "hai_long_5": [
            {"text": {"vi": "Rất không hài lòng", "en": "Very dissatisfied"}, "points": 1},
            {"text": {"vi": "Không hài lòng", "en": "Dissatisfied"}, "points": 2},
            {"text": {"vi": "Bình thường", "en": "Neither"}, "points": 3},
            {"text": {"vi": "Hài lòng", "en": "Satisfied"}, "points": 4},
            {"text": {"vi": "Rất hài lòng", "en": "Very satisfied"}, "points": 5},
        ]
    },
    "sections": [
        {
            "code": "tiep_can",
            "kind": "factor",
            "title": {"vi": "Tiếp cận dịch vụ", "en": "Access"},
            "questions": [
                {
                    "code": "c01",
                    "kind": "rating",
                    "scale": "hai_long_5",
                    "dont_know": True,
                    "text": {"vi": "Nơi ngồi chờ đủ chỗ", "en": "There are enough seats"},
                },
                {
                    "code": "c02",
                    "kind": "rating",
                    "scale": "hai_long_5",
                    "text": {"vi": "Trang thiết bị đầy đủ", "en": "The equipment is complete"},
                },
            ],
        },
        {
            "code": "cong_chuc",
            "kind": "factor",
            "title": {"vi": "Công chức", "en": "Officials"},
            "questions": [
                {
                    "code": "c03",
                    "kind": "rating",
                    "scale": "hai_long_5",
                    "text": {"vi": "Công chức lịch sự", "en": "Officials are polite"},
                },
            ],
        },
        {
            "code": "thuc_te",
            "kind": "facts",
            "title": {"vi": "Thực tế", "en": "Facts"},
            "questions": [
                {
                    "code": "f1",
                    "kind": "choice",
                    "text": {"vi": "Số lần đi lại", "en": "Number of visits"},
                    "options": [
                        {"text": {"vi": "1 lần", "en": "Once"}},
                        {"text": {"vi": "2 lần trở lên", "en": "Twice or more"}},
                    ],
                },
            ],
        },
        {
            "code": "mong_doi",
            "kind": "expectations",
            "title": {"vi": "Mong đợi", "en": "Expectations"},
            "questions": [
                {
                    "code": "m1",
                    "kind": "multiple",
                    "max": 2,
                    "text": {"vi": "Cần cải thiện gì", "en": "What should improve"},
                    "options": [
                        {"text": {"vi": "Thời gian", "en": "Time"}},
                        {"text": {"vi": "Chi phí", "en": "Cost"}},
                        {"text": {"vi": "Thái độ", "en": "Attitude"}},
                    ],
                },
            ],
        },
        {
            "code": "ve_ong_ba",
            "kind": "profile",
            "title": {"vi": "Về Ông/Bà", "en": "About you"},
            "questions": [
                {
                    "code": "p1",
                    "kind": "choice",
                    "text": {"vi": "Giới tính", "en": "Sex"},
                    "options": [
                        {"text": {"vi": "Nam", "en": "Male"}},
                        {"text": {"vi": "Nữ", "en": "Female"}},
                    ],
                },
            ],
        },
        {
            "code": "khac",
            "kind": "comment",
            "title": {"vi": "Ý kiến khác", "en": "Anything else"},
            "questions": [
                {
                    "code": "y_kien",
                    "kind": "text",
                    "text": {"vi": "Góp ý thêm", "en": "Further comments"},
                }
            ],
        },
    ],
}

METHOD: Mapping[str, Any] = {
    "code": "top2-pooled",
    "item_rule": "TOP2",
    "satisfied": {"hai_long_5": [4, 5]},
    "aggregation": "POOLED_ITEMS",
    "bands": [{"code": "A", "from": 90}, {"code": "B", "from": 80}],
    "legal_basis": {"vi": "Quyết định thử nghiệm"},
}
