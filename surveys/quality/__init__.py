"""Signs that a counter's answers may not be those of the people it served.

    counter_days   what is known of one counter on one day, from its sheets (pure)
    rules          which of it is a sign, how strong, and why (pure, versioned, published)
    tails          how unlikely a count is (pure)
    detection      counts a day's counters and keeps their signs

A sign is a reason to look, never a verdict, and changes no sheet.
"""
