"""What the demonstration tells as it plays."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Story:
    """Tells each step as it happens, and keeps all of them."""

    say: Callable[[str], None] | None
    """Where a line goes; None: it is only kept."""
    steps: list[str] = field(default_factory=list)

    def tell(self, text: str) -> None:
        """Tell one step."""
        self.steps.append(text)
        if self.say is not None:
            self.say(f"{len(self.steps):2d}  {text}")
