"""From a page's links to more pages."""
