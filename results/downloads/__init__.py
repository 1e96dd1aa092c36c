"""Files of published figures, one module per format; all print what results.showing.pages says."""
