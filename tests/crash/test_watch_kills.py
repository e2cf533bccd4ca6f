"""SWGDRUG grows from 3.3 to 3.4 while unknowns lie in the archive; the re-search is killed on the way.

The unknowns are simulated: spectra whose compound came with 3.4, with the spread and counting noise of a made-up
instrument, among EI spectra of MassBank. They get into the archive through runs, imports and examinations.
"""

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import func, select

from lims.ledger import LedgerEntry
from lims.persistence.engine import open_engine
from lims.persistence.tables import COMPONENT_SPECTRA, RECORD
from lims.persistence.transactions import reading
from substance_library import LibraryRelease, release_from_msp
from tests.builders.archives import Planted, plant
from tests.builders.commands import AIGAQ, aigaq
from tests.builders.databases import fill_empty, place_empty
from tests.builders.laboratories import ADMIN, Bench
from tests.builders.plain_homes import plain_settings
from tests.conftest import BY_NIGHT

pytestmark = [pytest.mark.real_data]
OLD, NEW = "swgdrug-3.3", "swgdrug-3.4"
SHORT, LONG = 120, 2_000
_OF_NEW = {SHORT: 25, LONG: 370}
"""Unknowns whose compound came with 3.4; in the long form each of the 145 compounds is there twice or three times."""
_AT_ONCE = {SHORT: 20, LONG: 200}
_PATIENCE_S = 400


@pytest.fixture(scope="module")
def libraries(shared_data) -> dict[str, LibraryRelease]:
    names = {OLD: "swgdrug/swgdrug-3.3", NEW: "swgdrug/swgdrug-3.4", "decoys": "massbank/massbank-ei"}
    return {name: release_from_msp(shared_data / f"{path}.msp.gz", name=name) for name, path in names.items()}


def came(libraries):
    """Give the spectra of the compounds that came: neither key nor name was there before."""
    keys = {one.compound_key for one in libraries[OLD].spectra}
    names = {one.name.casefold() for one in libraries[OLD].spectra}
    return [one for one in libraries[NEW].spectra if one.compound_key not in keys and one.name.casefold() not in names]


def unknowns(libraries, count):
    """Give spectra with what they are: the name of a compound that came, or nothing."""
    chance, of_new = np.random.default_rng(20261123), _OF_NEW[count]
    new, decoys = came(libraries), [one for one in libraries["decoys"].spectra if one.spectrum.precursor is None]
    chosen = [new[place] for place in np.resize(chance.permutation(len(new)), of_new)]
    others = [decoys[place] for place in chance.permutation(len(decoys))[: count - of_new]]
    mixed = [(one.name, one.spectrum) for one in chosen] + [("", one.spectrum) for one in others]
    return [mixed[place] for place in chance.permutation(count)]


@dataclass
class Grown:
    """A home in which the library has grown and nothing was searched again yet."""

    home: Path
    url: str
    planted: list[Planted]

    def watch(self, at_once: int) -> subprocess.Popen[str]:
        known = {key: value for key, value in os.environ.items() if not key.startswith("AIGAQ_")}
        surroundings = {**known, "AIGAQ_DATABASE_URL": self.url, "OMP_NUM_THREADS": "1"}
        command = [str(AIGAQ), "watch", "run", "--at-once", str(at_once), "--home", str(self.home), "--json"]
        return subprocess.Popen(command, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def count(self, what: str) -> int:
        """Count archived examinations, or recorded parts of the re-search."""
        engine = open_engine(self.url)
        query = select(func.count()).select_from(COMPONENT_SPECTRA)
        if what == "watches":
            query = select(func.count()).where(RECORD.c.kind == "watch")
        with reading(engine) as connection:
            found = int(connection.scalar(query) or 0)
        engine.dispose()
        return found

    def result(self) -> list[tuple[object, ...]]:
        """Give every entry of the watch, without the time of its recording."""
        engine = open_engine(self.url)
        entries = [LedgerEntry.from_bytes(one.data) for one in Bench(engine, self.home).store.entries()]
        engine.dispose()
        return [
            (one.act, one.kind, one.number, one.version, one.body) for one in entries if one.kind in {"watch", "alert"}
        ]


def grow(home: Path, url: str, shared_data: Path, libraries, count: int) -> Grown:
    """Make a home: the first library, the unknowns examined in it, and the next library."""
    plain_settings(home)
    engine = open_engine(url)
    bench = Bench(engine, home)
    bench.hire()
    bench.curating.add_release(shared_data / "swgdrug/swgdrug-3.3.msp.gz", name=OLD, actor=ADMIN)
    planted = plant(bench, home, unknowns(libraries, count), libraries[OLD])
    bench.clock.advance(minutes=1)
    bench.curating.add_release(shared_data / "swgdrug/swgdrug-3.4.msp.gz", name=NEW, actor=ADMIN)
    engine.dispose()
    return Grown(home=home, url=url, planted=planted)


def moments(grown: Grown) -> list[tuple[str, int]]:
    """Say what is recorded when each kill comes: five by night, by day the first and the last of them."""
    examinations = len({one.examination for one in grown.planted})
    archive = [("archive", examinations // 3), ("archive", 2 * examinations // 3)]
    every = [*archive, *(("watches", reached) for reached in (1, 2, 4))]
    return every if BY_NIGHT else [every[0], every[-1]]


def kills(grown: Grown, at_once: int, chance: random.Random) -> Iterator[int]:
    """Kill while the archive is filled and while the re-search goes on; give the exit codes, that of the end last."""
    for what, reached in moments(grown):
        process = grown.watch(at_once)
        began = time.monotonic()
        while process.poll() is None and grown.count(what) < reached:
            assert time.monotonic() - began < _PATIENCE_S, f"{what} did not come to {reached}"
            time.sleep(0.02)
        time.sleep(chance.uniform(0, 0.05))
        process.send_signal(signal.SIGKILL)
        _, said = process.communicate()
        assert process.returncode == -signal.SIGKILL, said
        yield process.returncode
    last = grown.watch(at_once)
    _, said = last.communicate(timeout=_PATIENCE_S)
    assert last.returncode == 0, said
    yield last.returncode


def require_right(grown: Grown, libraries) -> None:
    """Each unknown whose compound came is alerted and its compound named, and no other component is alerted.

    The compound need not be the first: isomers that came with it are told from it by noise alone.
    """
    named = {
        (body["examination_number"], body["component_number"]): {hit["name"] for hit in body["hits"]}
        for _, kind, _, _, body in grown.result()
        if kind == "alert"
    }
    true = {(one.examination, one.component): one.label for one in grown.planted if one.label}
    assert set(named) == set(true)
    assert [place for place, name in true.items() if name not in named[place]] == []
    assert set(true.values()) <= {one.name for one in came(libraries)}


def killed(grown, libraries, count):
    """Kill at each moment, let it come to its end, and give what it recorded."""
    ends = list(kills(grown, _AT_ONCE[count], random.Random(7)))  # noqa: S311 - times of kills
    assert ends == [-9] * len(moments(grown)) + [0]
    require_right(grown, libraries)
    return grown.result()


def whole(grown, libraries, count):
    """Do the same without a kill, in this process."""
    engine = open_engine(grown.url)
    bench = Bench(engine, grown.home)
    bench.clock.advance(days=1)
    assert bench.watching.run(at_once=_AT_ONCE[count]).unreadable == ()
    engine.dispose()
    require_right(grown, libraries)
    return grown.result()


def beside(home: Path) -> str:
    """Put an empty database into a home."""
    return f"sqlite:///{place_empty(home / 'aigaq.sqlite')}"


def twin(grown: Grown, home: Path) -> Grown:
    """Copy a home with its database before anything is searched in it."""
    shutil.copytree(grown.home, home)
    return replace(grown, home=home, url=f"sqlite:///{home / 'aigaq.sqlite'}")


def test_l_1_killed_on_the_way_the_result_is_the_same_entry_for_entry(tmp_path, shared_data, libraries):
    """One home is a copy of the other; the night makes both anew."""
    grown = grow(tmp_path / "killed", beside(tmp_path / "killed"), shared_data, libraries, SHORT)
    other = twin(grown, tmp_path / "whole")
    assert killed(grown, libraries, SHORT) == whole(other, libraries, SHORT)
    done = aigaq("ledger", "verify", home=grown.home)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.nightly
@pytest.mark.postgresql
def test_l_1_killed_on_the_way_on_postgresql(tmp_path, shared_data, libraries, postgresql_url):
    from tests.conftest import _emptied

    url = next(_emptied(postgresql_url))
    fill_empty(url)
    grown = grow(tmp_path / "killed", url, shared_data, libraries, SHORT)
    other = grow(tmp_path / "whole", beside(tmp_path / "whole"), shared_data, libraries, SHORT)
    assert killed(grown, libraries, SHORT) == whole(other, libraries, SHORT)


@pytest.mark.nightly
def test_two_thousand_unknowns(tmp_path, shared_data, libraries):
    grown, other = (
        grow(home, beside(home), shared_data, libraries, LONG) for home in (tmp_path / "killed", tmp_path / "whole")
    )
    assert len({one.label for one in grown.planted} - {""}) == len(came(libraries))
    assert killed(grown, libraries, LONG) == whole(other, libraries, LONG)
