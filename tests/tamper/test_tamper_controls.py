"""Negative controls: where one check is left out, the campaign is not clean any more, and says which changes passed."""

import dataclasses
from collections.abc import Callable

import pytest

from lims.persistence.tables import LEDGER_TREE, TREE_NODE
from lims.services.auditing import LedgerVerification
from lims.services.scrubbing import ScrubbingService
from lims.services.witnessing import Witness
from tests.tamper import campaign
from tests.tamper.changes import Change, ShownBy
from tests.tamper.histories import make_history
from tests.tamper.targets import Target

SEED = 7
CHANGES = 16
PARTS, AT_ONCE = 40, 2
"""Of each kind, at most: enough that one leaves no other trace, however many tables there are; it ends there."""
LeavingOut = Callable[[LedgerVerification], LedgerVerification]


@pytest.fixture(scope="module")
def target(tmp_path_factory):
    made = campaign.sqlite_target(make_history(tmp_path_factory.mktemp("controls") / "one", seed=SEED, steps=24))
    campaign.require_honest([made])
    yield made
    made.copying.engine.dispose()


def without_entries(found):
    return dataclasses.replace(found, chain=dataclasses.replace(found.chain, faults=()))


def without_lists(found):
    return dataclasses.replace(found, list_faults=())


def without_tree(found):
    tree = {LEDGER_TREE.name, TREE_NODE.name}
    return dataclasses.replace(found, list_faults=tuple(one for one in found.list_faults if one.table not in tree))


def without_checkpoints(found):
    kept = tuple(one for one in found.checkpoints.faults if one.place == "signer")
    return dataclasses.replace(found, checkpoints=dataclasses.replace(found.checkpoints, faults=kept))


def without_signer(found):
    kept = tuple(one for one in found.checkpoints.faults if one.place != "signer")
    return dataclasses.replace(found, checkpoints=dataclasses.replace(found.checkpoints, faults=kept))


def without_raw(found):
    return dataclasses.replace(found, raw_faults=())


def without_witnesses(found):
    return dataclasses.replace(found, checkpoints=dataclasses.replace(found.checkpoints, witnesses=()))


@pytest.mark.parametrize(
    ("leaving_out", "passes"),
    [
        (without_entries, {"flip_entry_bytes", "change_leaf", "change_finding_column", "swap_entries"}),
        (without_lists, {"change_cell", "delete_row"}),
        (without_tree, {"change_cell"}),
        (without_checkpoints, {"rewrite_the_past", "flip_checkpoint_bytes", "delete_checkpoint_and_close_the_gap"}),
        (without_signer, {"put_a_backup_back"}),
        (without_raw, {"flip_raw_bit", "delete_raw", "change_raw_length"}),
        (without_witnesses, {"put_a_backup_back_with_the_signer", "show_another_future"}),
    ],
)
def test_without_a_check_the_campaign_goes_red(target, leaving_out, passes):
    def judge(target: Target, change: Change):
        witnesses = (Witness(name="witness", note=change.witness),) if change.witness else ()
        found = leaving_out(target.auditing.verify(witnesses=witnesses))
        return tuple(line for line in found.faults if line not in found.proofs.faults)

    judges = campaign.JUDGES | dict.fromkeys((ShownBy.VERIFYING, ShownBy.WITNESS), judge)
    for kind in (kind for kind in campaign.KINDS if kind.name in passes):
        some = (
            campaign.run([target], changes=AT_ONCE, seed=SEED + part, kinds=[kind], judges=judges)
            for part in range(PARTS)
        )
        assert not all(tally.clean for tally in some), kind.name  # the first that is missed ends it


def test_without_a_scrub_the_campaign_goes_red(target, monkeypatch):
    scrub = ScrubbingService.scrub
    monkeypatch.setattr(ScrubbingService, "scrub", lambda self: dataclasses.replace(scrub(self), faults=()))
    kinds = [kind for kind in campaign.KINDS if kind.shown_by is ShownBy.SCRUBBING]
    assert kinds
    tally = campaign.run([target], changes=CHANGES, seed=SEED, kinds=kinds)
    assert tally.unseen == tally.made
