"""Everything a clinic does after signing in."""
