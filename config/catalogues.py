"""Compile message catalogues without GNU gettext: `python -m config.catalogues`."""

from __future__ import annotations

from pathlib import Path

import polib

LOCALE_DIR = Path(__file__).resolve().parent.parent / "locale"


def compile_catalogues(locale: Path = LOCALE_DIR) -> list[Path]:
    """Write the .mo file of every .po file that is newer than it; fuzzy entries are left out.

    Returns:
        The files written.

    Raises:
        OSError: a catalogue is broken (polib's message names file and line), or not writable.
    """
    written = []
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime > source.stat().st_mtime:
            continue
        draft = compiled.with_suffix(".mo.new")
        polib.pofile(str(source)).save_as_mofile(str(draft))
        draft.replace(compiled)  # whoever reads it meanwhile sees the old one or the new one
        written.append(compiled)
    return written


if __name__ == "__main__":
    compile_catalogues()
