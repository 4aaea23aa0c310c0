"""One machine, never deployed: the local run, the `prm` command line, demo data."""
