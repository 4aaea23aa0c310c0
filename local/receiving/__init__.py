"""Inbound mail on this machine: an SMTP door that applies the template's receipt rules as SES would."""
