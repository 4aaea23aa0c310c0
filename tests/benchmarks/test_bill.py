"""The bill's model of queues stands on the template's own numbers."""

import pytest

from benchmarks import bill
from tests.infra.stack import main


def test_batches_and_windows_are_those_of_the_template() -> None:
    sources = main().properties("AWS::Lambda::EventSourceMapping").values()
    found = {
        queue: (one["BatchSize"], one.get("MaximumBatchingWindowInSeconds", 0))
        for one in sources
        for queue in bill.QUEUES
        if f"Outputs.{queue.title()}Arn" in one["EventSourceArn"]
    }
    assert found == bill.QUEUES


@pytest.mark.parametrize(("messages", "together"), [(1, 1), (1_000, 1), (10**9, 20)])
def test_a_batch_holds_one_message_at_least_and_no_more_than_it_may(messages: int, together: int) -> None:
    assert bill.batch("bulk", messages) == together


def test_messages_that_come_faster_than_the_window_come_together() -> None:
    month = bill.DAYS * bill.ASSUMED["hours of mail a day"] * 3600
    assert bill.batch("bulk", 1 * month) == 20 / bill.ASSUMED["pollers of a queue"]


def test_nothing_is_gathered_where_someone_waits() -> None:
    assert bill.batch("now", 10**9) == 1
