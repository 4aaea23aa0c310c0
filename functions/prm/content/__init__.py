"""Articles from the web: what they say, what is worth quoting, whom they may help."""
