"""`send`: mail_sender's whole path against servers on the loopback that answer at once, beside django-post_office.

The answers are those that a real send got from tables in memory, one for each operation and table, given again for each
message. CPU is that of the sending process alone. The sender reads the chart, judges the rule again, claims, and
confirms; post_office does none of that: the figures are for orientation.
"""

import datetime as dt
import importlib
import importlib.util
import os
import time
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.stage import Stage, aws, stage
from benchmarks.stub import Key, key_of, serving
from prm import wiring
from prm.core import table
from prm.mail.model import State, TouchKey
from tests.conftest import all_rows
from tests.fakes import NOON, FakeClock
from tests.sendcore.story import CLINIC, arrives, rules_on

MESSAGES = 100
BATCH = 10
_SES = {("", "/v2/email/outbound-emails"): b'{"MessageId": "m"}'}
_RATE = {("", "/v2/email/account"): b'{"SendQuota": {"MaxSendRate": 1000000.0}}'}


def measure() -> dict[str, Any]:
    """Record one send, then measure both senders against the same stub."""
    with aws() as patch, stage(patch) as here:
        key = _due(here)
        answers = _record(here, key)
        settings = here.world.house.settings
        letter = here.world.wire.sent[-1].request
        clock = here.world.clock
    with serving(answers | _SES | _RATE) as (http, smtp):
        os.environ["AWS_ENDPOINT_URL"] = f"http://127.0.0.1:{http}"
        return {
            "messages": MESSAGES,
            "mail_sender": _mail_sender(wiring.House, settings, clock, key),
            "django-post_office": _post_office(smtp, letter),
        }


def lines(figures: dict[str, Any]) -> Iterator[str]:
    """Yield a line for each sender."""
    yield f"{figures['messages']} messages, servers on the loopback"
    for name in ("mail_sender", "django-post_office"):
        yield f"{name:20}{figures[name]}"


def _due(here: Stage) -> TouchKey:
    """Return a touch that is due and queued, and not sent yet."""
    world = here.world
    with world.quiet():
        rules_on(world)
        patient = arrives(world, "1", NOON - dt.timedelta(hours=5))
        world.clock.advance(minutes=1)
        world.house.rules.judge(CLINIC, patient)
    [touch] = [one for one in world.touches(f"patient:{patient}") if one.state is State.DUE]
    return touch.key


def _record(here: Stage, key: TouchKey) -> dict[Key, bytes]:
    """Send it once and keep each first answer: later ones already tell of the claim."""
    import pytest
    from botocore.endpoint import Endpoint

    answers: dict[Key, bytes] = {}
    inner: Any = getattr(Endpoint, "_get_response")  # noqa: B009 - where the wire stands, unknown to types

    def carry(self: Endpoint, request: Any, operation: Any, context: Any) -> Any:  # noqa: ANN401 - botocore's
        answer = inner(self, request, operation, context)
        if operation.service_model.service_name == "dynamodb":
            target = request.headers["X-Amz-Target"]
            target = target.decode() if isinstance(target, bytes) else target
            answers.setdefault(key_of(target, "", request.body), answer[0][0].content)
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Endpoint, "_get_response", carry)
        here.world.house.clinics.store.get(key.clinic)  # a worker keeps it, so the send below need not ask
        here.world.house.sender.send(key)
    return answers


def _mail_sender(house: Any, settings: Any, clock: FakeClock, key: TouchKey) -> dict[str, float]:  # noqa: ANN401
    table.forget_client()
    table.bind(settings.tables, all_rows())
    app = importlib.import_module("mail_sender.app")
    app.house = house(settings, clock)  # type: ignore[attr-defined]
    app.senders.clear()
    body = f'{{"clinic": "{key.clinic}", "recipient": "{key.recipient}", "touch": "{key.id}"}}'
    record = {"body": body, "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:us-east-1:1:now"}
    event = {"Records": [record | {"messageId": str(n), "receiptHandle": "r"} for n in range(BATCH)]}
    context = importlib.import_module("tests.sendcore.world")._Context()  # noqa: SLF001 - what Lambda hands over

    def send() -> None:
        if app.handler(event, context)["batchItemFailures"]:
            raise RuntimeError("the stub did not do")

    send()
    return _timed(send, MESSAGES // BATCH)


def _post_office(port: int, letter: dict[str, Any]) -> dict[str, Any]:
    if not importlib.util.find_spec("post_office"):
        return {"left_out": "not in this environment: make bench ARGS=send"}
    import django
    from django.conf import settings
    from django.core.management import call_command

    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=["django.contrib.contenttypes", "post_office"],
        EMAIL_BACKEND="post_office.EmailBackend",
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=port,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        POST_OFFICE={"BATCH_SIZE": MESSAGES, "THREADS_PER_PROCESS": 1, "MESSAGE_ID_ENABLED": False},
        USE_TZ=True,
    )
    django.setup()
    call_command("migrate", verbosity=0)
    from post_office import mail

    content = letter["Content"]["Simple"]
    one = {
        "recipients": ["maria@example.com"],
        "sender": "care@mail.example",
        "subject": content["Subject"]["Data"],
        "message": content["Body"]["Text"]["Data"],
        "html_message": content["Body"]["Html"]["Data"],
    }

    def send() -> None:
        mail.send_many([one] * MESSAGES)
        if mail.send_queued(processes=1)[0] != MESSAGES:
            raise RuntimeError("post_office did not send everything")

    return _timed(send, 1)


def _timed(work: Callable[[], None], times: int) -> dict[str, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(times):
        work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {"messages_a_second": round(MESSAGES / wall, 1), "cpu_ms_a_message": round(cpu * 1000 / MESSAGES, 2)}
