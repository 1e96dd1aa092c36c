"""Questionnaire editions and methods as values, and the files that describe them."""
