"""From what was read to a page's history: steps, doubts, noise, links between records."""
