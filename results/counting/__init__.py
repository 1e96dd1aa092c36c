"""Responses → cells → totals, and the recount that checks them."""
