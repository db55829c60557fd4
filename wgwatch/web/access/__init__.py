"""Who asks: sessions, tokens, the word of a trusted web server before ours; and what comes in by forms."""
