"""One page a module; each has ``render(visit)``."""
