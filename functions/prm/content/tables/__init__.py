"""The words by which articles are tagged, as data: see the TOML files beside this one."""
