"""No worker sends faster than its part of the account's rate."""

from prm.mail.pace import Pace, rate_of


class Watch:
    now = 100.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_ten_mails_take_nine_pauses() -> None:
    watch = Watch()
    pace = Pace(2.0, watch.monotonic, watch.sleep)
    for _ in range(10):
        pace.wait()
    assert watch.now == 100.0 + 9 * 0.5


def test_time_spent_elsewhere_is_not_waited_for_again() -> None:
    watch = Watch()
    pace = Pace(1.0, watch.monotonic, watch.sleep)
    pace.wait()
    watch.now += 5
    pace.wait()
    assert watch.now == 105.0


def test_all_workers_of_a_queue_share_its_part() -> None:
    assert 2 * rate_of(14, 1 / 4, 2) == 14 / 4
