"""What patients answer: pages behind the links of mails, and replies by mail."""
