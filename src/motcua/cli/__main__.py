"""`python -m motcua.cli`: the `motcua` command where its script is not on the path."""

from motcua.cli.main import main

main()
