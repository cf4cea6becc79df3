"""A subscription as it stands: rules, sections 4 and 5."""

from dataclasses import replace

from domain.lifecycle import Action, Status
from domain.subscription import AddOnStatus, Scheduled
from tests.builders import FAX, RECORDING, add_on, day, subscription, trial, uid


def test_term_0_is_a_trial_in_every_status() -> None:
    assert trial().is_trial
    assert trial(status=Status.PENDING_FOR_CANCEL).is_trial
    assert not subscription(status=Status.PENDING_FOR_CANCEL).is_trial


def test_a_pending_change_is_found_by_its_action_and_its_target() -> None:
    recording, fax = add_on(RECORDING), add_on(FAX)
    on = day("2021-11-16")
    cancel = Scheduled(uid(1), Action.CANCEL_ADD_ON, on, "Cancel Recording.", add_on_id=recording.id)
    fewer = Scheduled(uid(2), Action.CHANGE_QUANTITY, on, "1 licence.", quantity=1)
    held = subscription(add_ons=(recording, fax), scheduled=(cancel, fewer))
    assert held.pending(Action.CANCEL_ADD_ON, recording.id) == cancel
    assert held.pending(Action.CHANGE_QUANTITY) == fewer
    assert held.pending(Action.CANCEL_ADD_ON, fax.id) is None
    assert held.pending(Action.CANCEL_ADD_ON) is None


def test_an_add_on_takes_the_place_of_the_one_with_its_id_or_is_added() -> None:
    recording, fax = add_on(RECORDING, 2), add_on(FAX)
    ending = replace(recording, status=AddOnStatus.PENDING_FOR_CANCEL)
    held = subscription(add_ons=(recording,))
    assert held.with_add_on(fax).add_ons == (recording, fax)
    assert held.with_add_on(fax).with_add_on(ending).add_ons == (ending, fax)
