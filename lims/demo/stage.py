"""The stage of the week: the services with a seeded source of chance, the sites, people, time and folder."""

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from argon2 import PasswordHasher

from lims.demo.crew import SITES, Crew, Site
from lims.demo.story import Story
from lims.demo.story_clock import StoryClock
from lims.domain.exhibit import Exhibit
from lims.domain.photograph import Photograph
from lims.domain.staff import StaffMember
from lims.domain.unit_draw import LARGEST_SEED
from lims.services.accessioning import AccessioningService
from lims.services.laboratory import Laboratory
from lims.services.passwords import Passwords
from lims.services.photographing import PhotographFacts

SEED = 20261116
SIMULATED = "SIMULATED for a demonstration; no instrument measured it and no camera saw it"
_QUICK = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
"""The passwords of a demonstration are drawn from 96 bits and lie in a file beside the database: nothing is gained by
hashing them slowly. The program hashes each one anew, as always, when its owner signs in to it."""
_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Everything that a scene of the week needs."""

    laboratory: Laboratory = field(repr=False)
    crew: Crew = field(repr=False)
    clock: StoryClock
    story: Story = field(repr=False)
    folder: Path
    """For the files that the demonstration writes before it brings them in."""
    seed: int

    def chance(self, topic: str) -> np.random.Generator:
        """Give a source of chance of its own for a topic, so that a change in one leaves the others as they are."""
        return np.random.default_rng([self.seed, zlib.crc32(topic.encode())])

    def accessioning(self, site: Site) -> AccessioningService:
        """Give the reception of one of the three laboratories."""
        return replace(self.laboratory.accessioning, laboratory=site.name)

    def photograph(self, exhibit: Exhibit, shows: str, *, actor: StaffMember) -> Photograph:
        """Bring a picture that says that it is none: one grey pixel, with words."""
        self.clock.later()
        name = f"{exhibit.number.replace('/', '-')}-{self.clock.moment:%d%H%M}.png"
        path = self.folder / name
        path.write_bytes(grey_pixel(f"{SIMULATED}: {exhibit.number}, {shows}"))
        facts = PhotographFacts(shows=f"{shows} (simulated picture)", taken_at=self.clock.now())
        return self.laboratory.photographing.add(exhibit.number, path, facts, actor=actor)

    def each_site(self, scene: Callable[["Stage", Site], None]) -> None:
        """Play a scene in each of the three laboratories."""
        for site in SITES:
            scene(self, site)


def prepared(laboratory: Laboratory, *, seed: int = SEED) -> Laboratory:
    """Give the laboratory as the week needs it: every choice of chance from one seed, and passwords that hash quickly.

    Parameters
    ----------
    seed : int, optional
        The same seed and the same clock give the same week.
    """
    random = np.random.default_rng([seed, 1])
    authentication = replace(laboratory.authentication, passwords=Passwords(hasher=_QUICK))
    return replace(
        laboratory,
        authentication=authentication,
        staffing=replace(laboratory.staffing, authentication=authentication),
        donors=replace(laboratory.donors, random=random.bytes),
        sampling=replace(laboratory.sampling, seeds=lambda: int(random.integers(LARGEST_SEED))),
    )


def grey_pixel(words: str) -> bytes:
    """Write a PNG of one grey pixel that carries words."""
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        (b"tEXt", b"Comment\0" + words.encode("latin-1", "replace")),
        (b"IDAT", zlib.compress(b"\0\x80")),
        (b"IEND", b""),
    )
    chunks = (struct.pack(">I", len(body)) + kind + body + _crc(kind + body) for kind, body in parts)
    return _PNG + b"".join(chunks)


def _crc(data: bytes) -> bytes:
    return struct.pack(">I", zlib.crc32(data))
