from __future__ import annotations

from tests.deploy.clusters import server

__all__ = ["server"]
