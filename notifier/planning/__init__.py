"""Who hears of what, in which message, when."""
