"""Sample surveys: how many sheets each unit is to bring, and for how many people they stand."""
