"""Where a person on this machine reads the mails that patients and staff would get, and answers them."""
