"""What every part stands on: errors, ids, clocks, tokens, settings, tables."""
