"""Accounts of officials: invitations, signing in, second factors, sessions."""
