"""The laboratory's entities, their rules and the steps they allow. Frozen; no time, no chance, no store."""
