"""The one-click way to a clinic's review sites."""
