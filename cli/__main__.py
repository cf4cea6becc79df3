"""`python -m cli`: the same as `tenure`."""

from cli.main import main

main()
