from __future__ import annotations

from tests.deploy.clusters import server
from tests.deploy.machines import network

__all__ = ["network", "server"]
