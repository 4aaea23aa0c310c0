"""All that is stored of a clinic, as files for its owner to take away."""
