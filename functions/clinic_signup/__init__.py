"""The hosted signup page: a clinic exists in two minutes."""
