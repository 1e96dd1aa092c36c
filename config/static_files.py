"""Static files under names with their content's digest, imports between scripts included."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


# WhiteNoise publishes no types.
class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """WhiteNoise's storage, which also gives `import … from "./x.js"` the digest of x.js.

    Else a browser, or a kiosk's service worker, could keep an old module beside a new one.
    """

    support_js_module_import_aggregation = True
