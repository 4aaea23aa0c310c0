"""The `prm` commands: one module each, exporting `command`. `local.cli` finds them by listing this package."""
