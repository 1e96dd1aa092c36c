"""The project: settings, addresses, servers. Nothing here knows about surveys."""
