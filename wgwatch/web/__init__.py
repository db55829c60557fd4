"""The web pages: what is known, to look at. Server-rendered; everything works without JavaScript."""
