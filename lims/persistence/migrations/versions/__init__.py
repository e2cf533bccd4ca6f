"""The changes themselves; one that altered the ledger in place would lose its guards, so none does."""
