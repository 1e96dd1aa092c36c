"""How languages call themselves, or are called in Vietnamese where the site does not speak them."""

from __future__ import annotations

NAMES = {
    "vi": "Tiếng Việt",
    "en": "English",
    "tyz": "Tiếng Tày",
    "hmn": "Tiếng H’Mông",
    "km": "Tiếng Khmer",
    "jra": "Tiếng Gia Rai",
    "rad": "Tiếng Ê Đê",
    "bdq": "Tiếng Ba Na",
    "cjm": "Tiếng Chăm",
    "zh": "Tiếng Hoa",
}


def name(code: str) -> str:
    """Return the name of a language; its code where no name is known."""
    return NAMES.get(code, code)


def language_of_name(code: str) -> str:
    """Return the language in which `name` speaks: a reader says it rightly."""
    return "en" if code == "en" else "vi"
