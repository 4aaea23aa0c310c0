"""Mails as patients and machines write them."""


def mail(body: str, *headers: str, subject: str = "Re: How was your visit?", kind: str = "text/plain") -> bytes:
    """Return the source of a mail with this body."""
    lines = [
        "From: Maria Alvarez <maria@example.com>",
        "To: care@replies.example",
        f"Subject: {subject}",
        *headers,
        f"Content-Type: {kind}; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "",
        body,
    ]
    return "\r\n".join(lines).encode()


QUOTED = (
    "\n\nOn Tue, Nov 24, 2026 at 9:03 AM Riverbend <care@clinic.example> wrote:\n"
    "> On a scale of 0 to 10, how likely are you to recommend us?\n> 0 1 2 3 4 5 6 7 8 9 10\n"
)
