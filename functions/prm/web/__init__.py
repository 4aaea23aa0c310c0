"""Pages over API Gateway."""
