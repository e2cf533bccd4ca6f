"""The evidence ledger's rules: bytes, hashes, the chain. Pure: nothing here opens a file or asks the time."""

from lims.ledger.canonical import JsonValue, canonical_bytes, parse_canonical
from lims.ledger.chain import ChainCheck, ChainFault, StoredEntry, StoredRow
from lims.ledger.checking import LedgerChecking, check_chain
from lims.ledger.entry import GENESIS, LedgerEntry, leaf_hash

__all__ = [
    "GENESIS",
    "ChainCheck",
    "ChainFault",
    "JsonValue",
    "LedgerChecking",
    "LedgerEntry",
    "StoredEntry",
    "StoredRow",
    "canonical_bytes",
    "check_chain",
    "leaf_hash",
    "parse_canonical",
]
