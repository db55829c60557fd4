"""The way to a site and its manners: network, access, robots.txt, turns, limits."""
