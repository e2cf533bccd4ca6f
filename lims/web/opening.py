"""The one laboratory of this process."""

from functools import lru_cache

from lims.bootstrap import open_laboratory
from lims.services.laboratory import Laboratory
from lims.settings import WebSetting, load_settings


@lru_cache(maxsize=1)
def laboratory() -> Laboratory:
    """Open the laboratory once a process; the environment says which."""
    return open_laboratory(load_settings())


@lru_cache(maxsize=1)
def web_setting() -> WebSetting:
    """Read how browsers reach the application, without opening the laboratory."""
    return load_settings().web
