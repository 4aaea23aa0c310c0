"""What the operator's page says that things use, against what they use on the real handlers."""

from benchmarks.counts import one_mail
from benchmarks.stage import aws
from prm.insights.costs import API, READ, SES, SNS, SQS, USES, WRITE, costs
from prm.insights.coverage import Coverage
from prm.insights.model import CLINIC
from prm.insights.posted import MailHealth
from prm.insights.prices import PRICES
from prm.insights.spans import Span
from prm.insights.stays import Stays
from prm.insights.summary import Stretch, Summary
from tests.insights.raw import WATCH


def test_an_email_a_page_and_an_answer_use_what_was_measured() -> None:
    with aws() as patch:
        found = one_mail(patch, 1)
    for name, measured in (("email", "message"), ("page", "page"), ("answer", "answer")):
        used = found[measured]["write_units"], found[measured]["read_units"]
        assert (USES[name][WRITE], USES[name][READ]) == used


def test_costs_are_numbers_times_uses_times_prices() -> None:
    month = Stretch(mail=MailHealth(delivered=1_000, failed=7), parts={CLINIC: (20, 5, 5), "location:a": (9, 9, 9)})
    whole = Stretch(coverage=Coverage(answered=60, asked=40))
    spans = dict.fromkeys(Span, Stretch()) | {Span.MONTH: month, Span.ALL: whole}
    found = costs(Summary(WATCH.as_of, spans, Stays(WATCH.today, WATCH.today)))

    assert (found.emails, found.answers, found.patients) == (1_000, 30, 100)
    writes = 1_000 * (16 + 1) + 30 * 19
    reads = 1_000 * (17 + 3) + 30 * 5 + 100 * 30 * 4.7
    rest = {WRITE: writes, READ: reads, SQS: 6_000, SNS: 1_000, API: 1_030}
    assert found.email == 1_000 * PRICES[SES].dollars
    assert abs(found.rest - sum(number * PRICES[name].dollars for name, number in rest.items())) < 1e-9
    assert found.dollars == found.email + found.rest
