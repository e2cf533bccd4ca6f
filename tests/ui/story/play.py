"""The play: who sits where, in which language, and what each day leaves for the next."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from playwright.sync_api import Browser

from tests.ui.story.house import House
from tests.ui.story.person import Person, sit_down


@dataclass(slots=True)
class Play:
    """One laboratory, played in one language."""

    browser: Browser
    house: House
    language: str
    folder: Path
    name: str = "days"
    camera: bool = True
    people: list[Person] = field(default_factory=list)
    """At their desks."""
    counted: Iterator[int] = field(default_factory=lambda: count(1))
    gone: list[Person] = field(default_factory=list)

    def person(self, number: str, *, dark: bool = False) -> Person:
        """Give a person at a desk; who is not there yet signs in."""
        for one in self.people:
            if one.number == number:
                return one
        person = sit_down(
            self.browser,
            self.house,
            number,
            language=self.language,
            play=self.name,
            counted=self.counted,
            camera=self.camera,
            scheme="dark" if dark else "light",
        )
        self.people.append(person)
        return person

    @property
    def case(self) -> str:
        """Name the case that came last."""
        return self.house.laboratory.accessioning.cases(limit=1)[0].number

    @property
    def exhibits(self) -> tuple[str, ...]:
        """Name its exhibits."""
        return tuple(one.number for one in self.house.laboratory.accessioning.exhibits_of(self.case))

    @property
    def faults(self) -> list[str]:
        """Give what went wrong at any browser: errors on its console, requests that left the machine."""
        return [f"{one.number}: {fault}" for one in self._all for fault in one.desk.faults]

    @property
    def untranslated(self) -> list[str]:
        """Give the English lines that people read in another language."""
        return [f"{one.number}: {line}" for one in self._all for line in one.untranslated]

    @property
    def clipped(self) -> list[str]:
        """Give the words that did not fit into what holds them."""
        return [f"{one.number}: {words}" for one in self._all for words in one.clipped]

    @property
    def _all(self) -> list[Person]:
        return [*self.gone, *self.people]

    def elsewhere(self, act: Callable[[], object], *, expected: object) -> None:
        """Do something in another thread, because the driver's has an event loop of its own; hold the outcome."""
        with ThreadPoolExecutor(1) as pool:
            given = pool.submit(act).result()
        assert given == expected

    def go_home(self) -> None:
        """Close every browser at the end of a day."""
        for one in self.people:
            one.leave()
        self.gone += self.people
        self.people = []
