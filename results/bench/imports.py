"""How long a file of sheets takes to import."""

from __future__ import annotations

import csv
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from results.bench.counting import Run, summary
from results.bench.machine import CpuMeter, database_server
from results.bench.world import CHANNELS, World
from surveys.bulk.response_import import import_responses
from surveys.models import CampaignUnit, Tier


def measure(world: World, *, rows: int, today: date) -> dict[str, float]:
    """Return the figures of one import of random sheets, and rows a second."""
    with tempfile.TemporaryDirectory(prefix="hai-long-bench-") as directory:
        path = Path(directory) / "sheets.csv"
        _write(world, path, rows, today)
        server = CpuMeter(database_server())
        cpu, start = time.process_time(), time.perf_counter()
        report = import_responses(world.campaign, path, today=today)
        run = Run(
            seconds=time.perf_counter() - start,
            cpu_ms=(time.process_time() - cpu) * 1000,
            database_cpu_ms=server.milliseconds(),
        )
    if report.new != rows:
        raise RuntimeError(f"{report.new} of {rows} sheets were imported")
    return {**summary([run]), "rows": rows, "rows_a_second": round(rows / run.seconds)}


def _write(world: World, path: Path, rows: int, today: date) -> None:
    """Write a file as an office would: options by position, some cells empty."""
    rng = world.rng
    asked = [q for q in world.campaign.questionnaire.parsed().questions.values() if q.options]
    communes = CampaignUnit.objects.filter(campaign=world.campaign, tier=Tier.COMMUNE)
    codes = rng.choice(list(communes.values_list("code", flat=True)), rows)
    open_days = (today - world.campaign.opens_on).days + 1
    days = [(today - timedelta(days=day)).isoformat() for day in range(open_days)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["unit_code", "answered_on", "channel", *(q.code for q in asked)])
        options = [rng.integers(0, len(q.options) + 1, rows).tolist() for q in asked]
        for code, day, channel, *chosen in zip(
            codes.tolist(),
            rng.choice(days, rows).tolist(),
            rng.choice([channel.code for channel in CHANNELS], rows).tolist(),
            *options,
            strict=True,
        ):
            writer.writerow([code, day, channel, *(option or "" for option in chosen)])
