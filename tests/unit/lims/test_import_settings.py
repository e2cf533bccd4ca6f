from pathlib import Path

import pytest

from lims.bootstrap import open_laboratory
from lims.errors import SettingsError
from lims.import_settings import ImportSetting, read_importing
from lims.settings import load_settings


def test_folders_are_read_and_none_are_offered_without_the_setting():
    assert read_importing({}) == ImportSetting(folders=())
    assert read_importing({"folders": ["/srv/runs"]}).folders == (Path("/srv/runs"),)


@pytest.mark.parametrize(
    "table", [[], {"other": 1}, {"folders": "/srv"}, {"folders": ["runs"]}, {"folders": [1]}, {"folders": [""]}]
)
def test_what_is_no_list_of_whole_paths_is_refused(table):
    with pytest.raises(SettingsError, match="importing"):
        read_importing(table)


def test_the_laboratory_offers_the_folders_of_its_settings(tmp_path):
    (tmp_path / "aigaq.toml").write_text(f'[importing]\nfolders = ["{tmp_path / "runs"}"]\n', "utf-8")
    laboratory = open_laboratory(load_settings({}, home=tmp_path))
    assert laboratory.measuring.folders.offered() == (str(tmp_path / "runs"),)
