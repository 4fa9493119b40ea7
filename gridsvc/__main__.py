"""`python -m gridsvc` is the command line."""

from gridsvc.cli.main import run

run()
