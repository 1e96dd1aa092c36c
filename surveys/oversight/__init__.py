"""The audit log: writing it, searching it, proving it whole."""
