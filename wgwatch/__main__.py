"""`python -m wgwatch`."""

from wgwatch.cli import main

main()
