"""Whoever leaves the list stays off it, whatever is imported later."""

import datetime as dt

import pytest

from prm.core import table
from prm.core.errors import Forbidden
from prm.links.model import Link, Purpose
from prm.mail.model import StopKind
from prm.mail.preferences import PreferenceService
from prm.mail.stops import StopService, names
from prm.mail.store import SuppressionStore
from prm.patients.service import PatientService
from prm.patients.store import PatientStore
from tests.examples import maria
from tests.fakes import NOON, FakeClock

LINK = Link("riverbend", "patient:p-maria", "touch", frozenset({Purpose.STOP}), NOON + dt.timedelta(days=30))
OLD, NEW = "maria@example.com", "maria@new.example"


@pytest.fixture
def preferences(tables: None, clock: FakeClock) -> PreferenceService:
    patients = PatientService(PatientStore(2), clock)
    table.transact([patients.store.add("riverbend", maria(), NOON)])
    return PreferenceService(StopService(SuppressionStore()), clock, patients.addresses_of, patients.fact)


def stopped(preferences: PreferenceService, recipient: str, address: str) -> frozenset[StopKind]:
    return preferences.stops.stopped("riverbend", names(recipient, address))


def test_a_new_address_from_an_import_revives_nothing(preferences: PreferenceService) -> None:
    preferences.stop(LINK, StopKind.ALL)
    assert stopped(preferences, "patient:p-maria", NEW) == {StopKind.ALL}


def test_a_second_record_with_the_same_address_revives_nothing(preferences: PreferenceService) -> None:
    preferences.stop(LINK, StopKind.ALL)
    assert stopped(preferences, "patient:p-maria-again", OLD.upper()) == {StopKind.ALL}


def test_one_kind_can_be_stopped_alone_and_twice(preferences: PreferenceService) -> None:
    preferences.stop(LINK, StopKind.SURVEYS)
    preferences.stop(LINK, StopKind.SURVEYS)
    assert preferences.stopped(LINK) == {StopKind.SURVEYS}


def test_coming_back_lifts_it_under_every_name(preferences: PreferenceService) -> None:
    preferences.stop(LINK, StopKind.ALL)
    preferences.resume(LINK)
    assert preferences.stopped(LINK) == frozenset()
    assert stopped(preferences, "patient:p-maria-again", OLD) == frozenset()


def test_a_link_for_something_else_stops_nothing(preferences: PreferenceService) -> None:
    other = Link("riverbend", "patient:p-maria", "touch", frozenset({Purpose.ANSWER}), LINK.expires_at)
    with pytest.raises(Forbidden):
        preferences.stop(other, StopKind.ALL)
    assert preferences.stopped(LINK) == frozenset()


def test_an_old_mail_still_leaves_the_list(preferences: PreferenceService, clock: FakeClock) -> None:
    clock.advance(days=300)
    preferences.stop(LINK, StopKind.ALL)
    assert preferences.stopped(LINK) == {StopKind.ALL}
