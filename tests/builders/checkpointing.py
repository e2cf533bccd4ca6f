"""A laboratory whose ledger is signed as it grows."""

import dataclasses

from lims.persistence.ledger_key import FileSigner
from lims.services.checkpointing import CheckpointingService
from lims.services.receipting import ReceiptingService
from lims.services.relisting import RelistingService

ORIGIN = "tests/ledger"


def signer_of(folder, *, origin=ORIGIN):
    folder.mkdir(exist_ok=True)
    return FileSigner(origin=origin, key_file=folder / "ledger-key.pem", state_file=folder / "ledger-signer.json")


def signed(bench):
    """Give a bench the services of this issue, with a signer in its folder."""
    signer = signer_of(bench.folder / "signer")
    bench.checkpointing = CheckpointingService(store=bench.store, signer=signer, clock=bench.clock)
    bench.auditing = dataclasses.replace(bench.auditing, checkpointing=bench.checkpointing)
    bench.relisting = RelistingService(store=bench.store, clock=bench.clock)
    bench.reporting = dataclasses.replace(bench.reporting, checkpoints=bench.checkpointing)
    bench.receipting = ReceiptingService(store=bench.store, checkpoints=bench.checkpointing)
    return bench
