"""The table ``[importing]`` of the settings: folders of this machine from which pages may import runs."""

from dataclasses import dataclass
from pathlib import Path

from lims.errors import SettingsError


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSetting:
    """What an installation chooses about bringing runs in."""

    folders: tuple[Path, ...] = ()
    """Each is offered on the page of batches with the folders in it; empty: runs are uploaded."""


def read_importing(table: object) -> ImportSetting:
    """Read the table.

    Raises
    ------
    SettingsError
        If it says anything else, or a folder is not named by its whole path.
    """
    if not isinstance(table, dict) or not set(table) <= set(ImportSetting.__slots__):
        raise SettingsError("importing is a table [importing] with folders and nothing else")
    folders = table.get("folders", [])
    if not isinstance(folders, list) or not all(isinstance(one, str) and Path(one).is_absolute() for one in folders):
        raise SettingsError(f'importing.folders is {folders!r}; expected a list of whole paths, as ["/srv/runs"]')
    return ImportSetting(folders=tuple(Path(one) for one in folders))
