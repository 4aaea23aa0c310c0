"""Sends what the queues hold: the only function that may call SES."""
