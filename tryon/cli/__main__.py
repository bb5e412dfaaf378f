"""`python -m tryon.cli`, for where the `tryon` script is not on the path."""

from tryon.cli import main

main()
