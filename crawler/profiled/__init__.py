"""What a profile knows of a site, put to use while its pages are read."""
