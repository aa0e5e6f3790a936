"""Legal time: the working calendar, how periods are counted, and how a date is explained."""
