"""How a campaign goes: the overview of officials, alerts, the daily mail."""
