"""The table of tests that tell isomers apart."""

import pytest

from substance_library import PackageDataError
from substance_library import separating_tests as module
from substance_library.isomers import Isomerism
from substance_library.separating_tests import separating_tests

WANTED = ("infrared spectroscopy", "gas chromatography", "nuclear magnetic resonance")


@pytest.mark.parametrize("relation", [Isomerism.POSITIONAL, Isomerism.CONSTITUTIONAL, Isomerism.DIASTEREOMER])
def test_l_3_the_cheapest_test_comes_first_and_each_names_its_source(relation):
    found = separating_tests(relation)
    assert tuple(one.technique for one in found) == WANTED
    assert all("L-3" in one.source for one in found)


@pytest.mark.parametrize("relation", [Isomerism.ENANTIOMER, Isomerism.STEREO_OPEN])
def test_what_no_source_names_is_unknown(relation):
    assert separating_tests(relation) == ()


def test_a_damaged_table_is_named(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / module.TABLE).write_text("relation,technique,how,source\nneighbours,x,,y\n", "utf-8")
    monkeypatch.setattr(module.resources, "files", lambda _: tmp_path)
    module._table.cache_clear()
    with pytest.raises(PackageDataError, match=r"separating_tests\.csv"):
        separating_tests(Isomerism.POSITIONAL)
    module._table.cache_clear()
