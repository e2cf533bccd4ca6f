"""One person of the story at a browser: everything is found by the words of that person's language."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Locator, Page, TimeoutError, expect  # noqa: A004 - the driver's own

from lims.translation import SOURCE_LANGUAGE, Translator, catalogue
from tests.ui.conftest import ARTEFACTS, Desk, take_a_seat
from tests.ui.story.house import PASSWORD, PEOPLE, House

WIDE = (1280, 1100)
TABLET = (1024, 768)
_LONG_MS = 120_000
_SOON_MS = 6_000
_OF_STREAMLIT = frozenset({"Choose options", "Choose an option", "Browse files", "No results"})
"""What widgets say where a page says nothing."""
_OWN = frozenset({"intact", *(number for number, *_ in PEOPLE)})
"""What the story pasted, and staff numbers: these are nobody's texts, though the catalogues know some of them."""
_PLACEHOLDERS = """() => [...document.querySelectorAll('[data-testid=stApp] [placeholder]')]
    .filter(one => !one.value).map(one => one.placeholder)"""
_CELLS = """() => [...document.querySelectorAll('canvas [role=gridcell], canvas [role=columnheader]')]
    .map(one => one.textContent.trim())"""
"""What stands in tables, which are pictures; a reader of the screen finds their words beside."""
_CLIPPED = """() => [...document.querySelectorAll('[data-testid=stApp] *')].filter(one => {
    const style = getComputedStyle(one);
    return one.clientWidth > 5 && one.scrollWidth > one.clientWidth + 2 && one.innerText
        && style.position != 'fixed' && !one.closest('[data-testid=stDataFrame], .js-plotly-plot')
        && (style.textOverflow === 'ellipsis' || one.getAttribute('role') === 'radiogroup'
            || one.firstElementChild?.getAttribute('role') === 'radiogroup');
}).map(one => one.innerText.trim().slice(0, 80))"""
"""Words that do not fit into what holds them."""


@dataclass(slots=True)
class Person:
    """Signs in, reads and acts; keeps a picture of what was seen, and what was wrong with it."""

    desk: Desk
    house: House
    number: str
    t: Translator
    play: str
    """Name of the play; the pictures begin with it."""
    counted: Iterator[int]
    """Counts the pictures of the whole play."""
    camera: bool = True
    """Whether pictures are taken at all: each costs half a second."""
    untranslated: list[str] = field(default_factory=list)
    """Lines in English that this person's language has words for."""
    clipped: list[str] = field(default_factory=list)

    @property
    def page(self) -> Page:
        """Give the browser's page."""
        return self.desk.page

    def go(self, title: str) -> None:
        """Go to a page by the navigation."""
        named = self.t(title)
        self.page.get_by_role("link", name=named, exact=True).first.click()
        self.page.get_by_role("heading", name=named, exact=True).first.wait_for(timeout=_LONG_MS)
        self.settle()

    def settle(self) -> None:
        """Wait until the page is drawn."""
        self.desk.settle()

    def button(self, words: str, **facts: object) -> Locator:
        """Give the newest button with these words."""
        return self.page.get_by_role("button", name=self.t(words, **facts), exact=True).last

    def press(self, words: str, *, settled: bool = True) -> None:
        """Press a button once it can be pressed."""
        self.settle()
        found = self.button(words)
        expect(found).to_be_enabled()
        found.click()
        if settled:
            self.page.wait_for_timeout(300)  # the click travels to the server before the page says that it works
            self.settle()

    def open(self, words: str, **facts: object) -> None:
        """Unfold a part of the page."""
        part = self.page.locator("details", has=self.page.locator("summary", has_text=self.t(words, **facts))).last
        if part.get_attribute("open") is None:
            part.locator("summary").click()
        self.settle()

    def field(self, label: str, **facts: object) -> Locator:
        """Give the last field with this label."""
        return self.page.get_by_role("textbox", name=self.t(label, **facts), exact=True).last

    def write(self, label: str, words: str) -> None:
        """Write into a field, and leave it."""
        found = self.field(label)
        found.fill(words)
        found.press("Tab")

    def enter(self, label: str, words: str) -> None:
        """Write into a field and confirm with the keyboard."""
        found = self.field(label)
        found.fill(words)
        found.press("Enter")
        self.page.wait_for_timeout(300)
        self.settle()

    def date(self, label: str, day: date) -> None:
        """Write a day into its field."""
        found = self.page.get_by_test_id("stDateInput").filter(has_text=self.t(label)).last
        found.get_by_role("spinbutton").first.click()
        self.page.keyboard.type(f"{day:%d%m%Y}", delay=20)
        self.page.keyboard.press("Tab")
        self.page.wait_for_timeout(300)
        self.settle()

    def choose(self, label: str, option: str, *, translated: bool = True) -> None:
        """Choose in a box."""
        words = self.t(option) if translated else option
        self._pick(label, self.page.get_by_role("option", name=words, exact=True).first)

    def choose_place(self, label: str, place: int = 0) -> None:
        """Choose by place in a box, and fold it up."""
        self._pick(label, self.page.get_by_role("option").nth(place))
        self.page.keyboard.press("Escape")

    def _pick(self, label: str, option: Locator) -> None:
        self.settle()
        box = self.box(label)
        box.click()
        for _ in range(3):
            try:
                option.wait_for(timeout=_SOON_MS)
                break
            except TimeoutError:  # a list that was unfolded while the page was drawn anew is folded up again
                box.press("ArrowDown")
        option.click()
        self.page.wait_for_timeout(300)
        self.settle()

    def count(self, label: str, number: int) -> None:
        """Write a number into its field."""
        found = self.page.get_by_role("spinbutton", name=self.t(label), exact=True).last
        found.fill(str(number))
        found.press("Tab")
        self.page.wait_for_timeout(300)
        self.settle()

    def tick(self, label: str, **facts: object) -> None:
        """Tick a box."""
        self.page.get_by_test_id("stCheckbox").filter(has_text=self.t(label, **facts)).last.click()
        self.page.wait_for_timeout(200)
        self.settle()

    def bring(self, *files: Path, of: str | None = None) -> None:
        """Give files to the first field that takes some, or to that with a label."""
        fields = self.page.get_by_test_id("stFileUploader")
        found = fields.first if of is None else fields.filter(has_text=self.t(of)).last
        found.locator("input[type=file]").set_input_files([str(one) for one in files])
        found.get_by_text(files[-1].name).first.wait_for(timeout=_LONG_MS)
        self.settle()

    def section(self, title: str) -> None:
        """Turn to a section of the page."""
        self.settle()
        self.page.get_by_role("radio", name=self.t(title), exact=True).first.click()
        self.page.wait_for_timeout(800)  # a chosen section is drawn by a script that starts a moment later
        self.settle()

    def box(self, label: str) -> Locator:
        """Give the last box with this label."""
        return self.page.get_by_role("combobox", name=self.t(label), exact=True).last

    def waits(self, done: Callable[[], bool]) -> None:
        """Wait until something is on record."""
        for _ in range(_LONG_MS // 500):
            if done():
                return
            self.page.wait_for_timeout(500)
        raise AssertionError(f"{self.number} waited for what never came")

    def key(self, name: str) -> None:
        """Press a key of the page, as people do who leave the mouse alone; no field has the focus."""
        self.settle()
        self.page.evaluate("document.activeElement.blur()")
        self.page.keyboard.press(name)
        self.page.wait_for_timeout(400)
        self.settle()

    def answers(self, words: str) -> None:
        """Type into the dialog that asks for words, and confirm with the keyboard."""
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_role("button", name=self.t("Record"), exact=True).wait_for()  # drawn last
        dialog.get_by_role("textbox").last.fill(words)
        self.page.keyboard.press("Enter")
        expect(dialog).to_have_count(0)
        self.page.wait_for_timeout(300)
        self.settle()

    def sees(self, words: str, **facts: object) -> None:
        """Wait until the page says something; what stands in braces is anything."""
        self.page.get_by_text(self.pattern(words, **facts)).filter(visible=True).first.wait_for(timeout=_LONG_MS)
        self.settle()

    def reads(self, words: str) -> None:
        """Wait until the page shows words that a person wrote."""
        self.page.get_by_text(words).filter(visible=True).first.wait_for(timeout=_LONG_MS)
        self.settle()

    def pattern(self, words: str, **facts: object) -> re.Pattern[str]:
        """Give a pattern for a text of the catalogues, in which the facts that are not named may be anything."""
        parts = re.split(r"(\{\w+\})", self.t(words))
        known = {f"{{{name}}}": str(value) for name, value in facts.items()}
        return re.compile("".join(_part(one, known) for one in parts))

    def sign(self, *, button: str = "Sign") -> None:
        """Fill the dialog that asks for password and code, with the keyboard alone, and send it."""
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_role("button", name=self.t(button), exact=True).wait_for()  # drawn last
        dialog.get_by_role("textbox", name=self.t("Your password")).focus()
        self.page.keyboard.type(PASSWORD)
        code = self.house.code(self.number)
        if code:
            for _ in range(2):  # over the eye that shows the password
                self.page.keyboard.press("Tab")
            self.page.keyboard.type(code)
        self.picture("signing")
        self.page.keyboard.press("Enter")
        expect(dialog).to_have_count(0, timeout=_LONG_MS)
        self.page.wait_for_timeout(300)
        self.settle()

    def picture(self, step: str) -> None:
        """Keep a picture of the whole page, and note what is clipped or not translated."""
        if not self.camera:
            return
        self._look(step)
        name = f"{self.play}-{self.t.language}-{next(self.counted):03d}-{self.number}-{step}"
        ARTEFACTS.mkdir(exist_ok=True)
        size = self.page.viewport_size or {"width": WIDE[0], "height": WIDE[1]}
        height = self.page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
        if height > size["height"]:  # the page scrolls inside its frame, which a picture does not follow
            self.page.set_viewport_size({"width": size["width"], "height": height})
            self.page.wait_for_timeout(200)
        self.page.screenshot(path=ARTEFACTS / f"{name}.png", full_page=True)
        self.page.set_viewport_size(size)

    def _look(self, step: str) -> None:
        self.clipped += [f"{step}: {words!r}" for words in self.page.evaluate(_CLIPPED)]
        shown = self.page.locator("[data-testid=stApp]").inner_text().splitlines()
        words = [*(line.strip() for line in shown), *self.page.evaluate(_PLACEHOLDERS), *self.page.evaluate(_CELLS)]
        self.untranslated += [f"{step}: {line!r}" for line in words if line in _foreign(self.t.language)]

    @contextmanager
    def tablet(self) -> Iterator[None]:
        """Look at the page on a tablet for a while."""
        if not self.camera:
            yield
            return
        self.page.set_viewport_size({"width": TABLET[0], "height": TABLET[1]})
        self.page.wait_for_timeout(500)
        yield
        self.page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
        self.page.wait_for_timeout(300)

    def leave(self) -> None:
        """Go home; the browser forgets who was here."""
        self.desk.context.close()


def sit_down(
    browser: Browser,
    house: House,
    number: str,
    *,
    language: str,
    play: str,
    counted: Iterator[int],
    camera: bool = True,
    scheme: Literal["light", "dark"] = "light",
) -> Person:
    """Sign a person in through the form, in the language of the play."""
    desk = take_a_seat(browser, width=WIDE[0], height=WIDE[1], scheme=scheme)
    person = Person(desk, house, number, Translator(language), play, counted, camera)
    page, t = desk.page, person.t
    page.goto(f"{house.url}/auth/sign-in?language={language}")
    page.get_by_label(t("User name"), exact=True).fill(number)
    page.get_by_label(t("Password"), exact=True).fill(PASSWORD)
    page.get_by_role("button", name=t("Sign in"), exact=True).click()
    code = house.code(number)
    if code:
        field = page.get_by_label(t("Code from your device, six digits"))
        field.fill(code)
        field.press("Enter")
    desk.settle()
    return person


@cache
def _foreign(language: str) -> frozenset[str]:
    """Give the English texts that a page in another language should not show."""
    if language == SOURCE_LANGUAGE:
        return frozenset()
    return (_OF_STREAMLIT | frozenset(words for words, said in catalogue(language).items() if words != said)) - _OWN


def _part(part: str, known: dict[str, str]) -> str:
    if part in known:
        return re.escape(known[part])
    return ".+" if part.startswith("{") and part.endswith("}") else re.escape(part)
