"""All faults that can be staged, in their order."""

from __future__ import annotations

from config.faults import (
    clock_fault,
    disk_fault,
    network_faults,
    power_fault,
    process_faults,
    random_kills,
    redis_faults,
    task_faults,
)

FAULTS = {
    fault.name: fault
    for module in (
        process_faults,
        power_fault,
        redis_faults,
        network_faults,
        task_faults,
        disk_fault,
        clock_fault,
        random_kills,
    )
    for fault in module.FAULTS
}
