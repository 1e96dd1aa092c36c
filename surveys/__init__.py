"""What citizens do: units, questionnaires, campaigns, responses. Knows nothing of results."""
