"""Commitments: the pages on which officials make and withdraw them."""
