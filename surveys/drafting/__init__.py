"""Officials write a questionnaire: drafts, their faults, and the pages of the editor."""
