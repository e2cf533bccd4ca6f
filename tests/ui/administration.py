"""The page Administration as one person is given it, and what tests do on it."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from lims.services.laboratory import Laboratory
from lims.settings import load_settings
from tests.builders.devices import code_of_now
from tests.builders.kept_homes import KeptHomes
from tests.builders.websites import OPENED, quick_laboratory
from tests.ui.conftest import PASSWORD, staffed


def page(home: str, name: str, person: str, language: str) -> None:
    """Draw a page as the frame does; this body is what Streamlit runs, so it imports for itself."""
    from importlib import import_module

    from lims.translation import Translator
    from lims.ui.frame import _guarded
    from lims.ui.session import Visit
    from tests.builders.websites import OPENED

    laboratory = OPENED[home]
    member = laboratory.staffing.acting(laboratory.staffing.get(person))
    visit = Visit(laboratory=laboratory.seen_by(member), person=member, t=Translator(language))
    _guarded(import_module(f"lims.ui.pages.{name}").render, visit)()


def opened(kept: KeptHomes, home: Path, *, settings: str = "") -> Laboratory:
    """Give a laboratory with people, served to the pages of these tests."""
    staffed(kept, home)
    if settings:
        with (home / "aigaq.toml").open("a") as file:
            file.write(settings)
    OPENED[str(home)] = quick_laboratory(load_settings({}, home=home))
    return OPENED[str(home)]


def at(
    laboratory: Laboratory,
    person: str,
    section: str,
    *,
    language: str = "en",
    name: str = "administration",
    **state: object,
) -> AppTest:
    """Give the page at one of its sections."""
    args = (str(laboratory.settings.home), name, person, language)
    test = AppTest.from_function(page, args=args, default_timeout=120)
    test.session_state["administration-section"] = section
    for key, value in state.items():
        test.session_state[key.replace("_", "-")] = value
    return test.run()


def field(test: AppTest, end: str, kind: str = "text_input"):
    """Give a field by the end of its key."""
    return next(one for one in getattr(test, kind) if str(one.key).endswith(end))


def press(test: AppTest, label: str) -> AppTest:
    """Press a button."""
    next(one for one in test.button if one.label == label).click()
    test.run()
    assert not test.exception
    return test


def prove(test: AppTest, key: str, laboratory: Laboratory, person: str, password: str = PASSWORD) -> None:
    """Type password and code of a person with a device; the code is taken for half a minute at least."""
    field(test, f"{key}-password").input(password)
    field(test, f"{key}-code").input(code_of_now(laboratory.settings.home, person))


def told(test: AppTest) -> str:
    """Give every word that stands on the page outside its tables."""
    kinds = (test.text, test.caption, test.success, test.error, test.warning, test.info, test.subheader)
    return " ".join(str(one.value).replace("\\", "") for each in kinds for one in each)


def entries(laboratory: Laboratory) -> int:
    """Count the entries of the ledger."""
    with laboratory.staffing.store.reading() as work:
        return work.head().entries
