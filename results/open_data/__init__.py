"""The catalogue of open data, downloads and frozen releases over HTTP."""
