"""Paper sheets: batches, the keying screen, the second entry."""
