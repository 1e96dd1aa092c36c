"""Compile message catalogues without GNU gettext: `python -m config.catalogues`."""

from __future__ import annotations

from pathlib import Path

import polib

LOCALE_DIR = Path(__file__).resolve().parent.parent / "locale"


def outdated(locale: Path = LOCALE_DIR) -> list[Path]:
    """Return the .po files that are newer than their .mo file, or have none."""
    return [
        source
        for source in sorted(locale.glob("*/LC_MESSAGES/*.po"))
        if not (compiled := source.with_suffix(".mo")).exists()
        or compiled.stat().st_mtime <= source.stat().st_mtime
    ]


def compile_catalogues(locale: Path = LOCALE_DIR) -> list[Path]:
    """Write the .mo file of every .po file that is newer than it; fuzzy entries are left out.

    Returns:
        The files written.

    Raises:
        OSError: a catalogue is broken (polib's message names file and line), or not writable.
    """
    written = []
    for source in outdated(locale):
        compiled = source.with_suffix(".mo")
        draft = compiled.with_suffix(".mo.new")
        polib.pofile(str(source)).save_as_mofile(str(draft))
        draft.replace(compiled)  # whoever reads it meanwhile sees the old one or the new one
        written.append(compiled)
    return written


if __name__ == "__main__":
    compile_catalogues()
