"""Addresses that no mail may go to, whoever asks."""

EXAMPLE_DOMAIN = "patients.open-prm.example"
"""Where example patients seem to read mail. Nobody can ever own a name under .example (RFC 2606, 2)."""


def is_example(address: str | None) -> bool:
    """Tell whether an address is an example patient's."""
    return address is not None and address.casefold().endswith(f"@{EXAMPLE_DOMAIN}")
