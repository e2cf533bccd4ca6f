"""A person new to the program: does what the guide says, and is counted and photographed on the way."""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser, Locator, Page, expect

from lims.demo.people import ACCOUNTS_FILE
from lims.translation import SOURCE_LANGUAGE, Translator
from tests.builders.devices import code_of_now
from tests.ui.conftest import open_again, take_a_seat
from tests.ui.story.house import House
from tests.ui.story.materials import simulated
from tests.ui.story.person import Person

PICTURES = Path(__file__).parents[3] / "docs" / "guide" / "pictures"
SIZE = (1280, 1000)
COLOURS = 96
"""Of the palette: pages have few colours, and pictures stay small."""
DEMO = "DEMO: a made-up laboratory, simulated data, not evidence"
"""Below each picture."""
_MARGIN, _STRIP = 14, 28
_COUNTING = """for (const kind of ['pointerdown', 'keydown'])
    addEventListener(kind, event => event.isTrusted && window.noteAct(kind), true);"""
_HEIGHT = "document.querySelector('[data-testid=stMain]')?.scrollHeight ?? document.body.scrollHeight"


def finish(path: Path) -> None:
    """Write below a picture what it is, and make its file small."""
    with Image.open(path) as seen:
        whole = Image.new("RGB", (seen.width, seen.height + _STRIP), "white")
        whole.paste(seen.convert("RGB"))
    line = ImageDraw.Draw(whole)
    line.rectangle((0, whole.height - _STRIP, whole.width, whole.height), fill="#EEEEEE")
    line.text((12, whole.height - _STRIP + 5), DEMO, fill="#444444", font=ImageFont.load_default(size=14))
    whole.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstration(House):
    """The laboratory of ``aigaq demo``, served."""

    passwords: dict[str, str] = field(repr=False)
    """By staff number."""
    with_device: frozenset[str]

    def code(self, number: str) -> str:
        """Give a code that is taken at once; empty for a person without a device."""
        if number not in self.with_device:
            return ""
        return code_of_now(self.laboratory.settings.home, number)


def demonstration(url: str, home: Path) -> Demonstration:
    """Give the laboratory of a folder, served at an address."""
    accounts = json.loads((home / ACCOUNTS_FILE).read_text("utf-8"))
    return Demonstration(
        url=url,
        laboratory=open_again(home),
        materials=simulated(),
        devices={},
        passwords={number: one["password"] for number, one in accounts.items()},
        with_device=frozenset(number for number, one in accounts.items() if one["second_factor"]),
    )


@dataclass(slots=True, kw_only=True)
class Diary:
    """What was done while the guide was followed, by everybody together."""

    pictures: Path | None
    """Where pictures go; None for none."""
    used: set[str] = field(default_factory=set)
    """Labels in English that were pressed, chosen or written into."""
    acts: Counter[str] = field(default_factory=Counter)
    """Presses of the mouse ("pointerdown") and of keys ("keydown")."""
    taken: list[str] = field(default_factory=list)
    """Names of the pictures."""


@dataclass(slots=True)
class Newcomer(Person):
    """Reads the guide with one eye and does what it says; every label that is used is noted."""

    password: str = field(default="", repr=False)
    diary: Diary = field(default_factory=lambda: Diary(pictures=None))

    def go(self, title: str) -> None:
        """Go to a page by the navigation."""
        self.diary.used.add(title)
        Person.go(self, title)

    def press(self, words: str, *, settled: bool = True) -> None:
        """Press a button."""
        self.diary.used.add(words)
        Person.press(self, words, settled=settled)

    def open(self, words: str, **facts: object) -> None:
        """Unfold a part of the page."""
        self.diary.used.add(words)
        Person.open(self, words, **facts)

    def section(self, title: str) -> None:
        """Turn to a section of the page."""
        self.diary.used.add(title)
        Person.section(self, title)

    def write(self, label: str, words: str) -> None:
        """Type into a field, key by key, and leave it."""
        self.diary.used.add(label)
        found = self.field(label)
        found.click()
        found.fill("")
        self.page.keyboard.type(words)
        self.page.keyboard.press("Tab")

    def tick(self, label: str, **facts: object) -> None:
        """Tick a box."""
        self.diary.used.add(label)
        Person.tick(self, label, **facts)

    def choose(self, label: str, option: str, *, translated: bool = True) -> None:
        """Choose in a box."""
        self.diary.used.add(label)
        Person.choose(self, label, option, translated=translated)

    def date(self, label: str, day: date) -> None:
        """Write a day into its field."""
        self.diary.used.add(label)
        Person.date(self, label, day)

    def confirm(self, button: str, *, shot: str = "") -> None:
        """Fill the dialog that asks for password and code, and send it with Enter."""
        self.diary.used.add("Your password")
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_role("button", name=button, exact=True).wait_for()  # drawn last
        dialog.get_by_role("textbox", name="Your password").click()
        self.page.keyboard.type(self.password)
        code = self.house.code(self.number)
        if code:
            for _ in range(2):  # over the eye that shows the password
                self.page.keyboard.press("Tab")
            self.page.keyboard.type(code)
        if shot:
            self.shot(shot, dialog)
        self.page.keyboard.press("Enter")
        expect(dialog).to_have_count(0)
        self.page.wait_for_timeout(300)
        self.settle()

    def pick_line(self, words: str, *, field_label: str = "Find") -> None:
        """Look for something above a table, and choose the first line that is found."""
        self.diary.used.add(field_label)
        self.enter(field_label, words)
        self.first_line()

    def first_line(self) -> None:
        """Choose the first line of the first table: the box before it; the table itself is a picture."""
        table = self.page.locator("[data-testid=stDataFrame] canvas").first
        table.wait_for()
        box = table.bounding_box()
        assert box is not None
        self.page.mouse.click(box["x"] + 15, box["y"] + 52)
        self.page.wait_for_timeout(600)
        self.settle()

    def picture(self, step: str) -> None:
        """Take no picture of the play: the guide has its own."""

    def shot(self, name: str, *parts: Locator, down_to: int = 0) -> None:
        """Keep a picture of the page for the guide, cut above and below to what is spoken of.

        Parameters
        ----------
        *parts : Locator
            What has to be seen, the uppermost first; nothing for the page from its top.
        down_to : int, optional
            Height in pixels after which the picture ends; 0 for no such height.
        """
        if self.diary.pictures is None:
            return
        self._at_full_height()
        top, bottom = self._span(parts)
        if down_to:
            bottom = top + down_to if parts else min(bottom, down_to)
        path = self.diary.pictures / f"{name}.png"
        self.page.mouse.move(0, 0)
        self.page.screenshot(
            path=path, clip={"x": 0, "y": top, "width": SIZE[0], "height": bottom - top}, animations="disabled"
        )
        finish(path)
        self.diary.taken.append(name)
        self.page.set_viewport_size({"width": SIZE[0], "height": SIZE[1]})
        self._be_still()

    def _be_still(self) -> None:
        """Wait until the page is drawn; pages around the application draw nothing later."""
        if self.page.get_by_test_id("stApp").count():
            self.settle()

    def _at_full_height(self) -> None:
        height = max(SIZE[1], int(self.page.evaluate(_HEIGHT)))
        self.page.set_viewport_size({"width": SIZE[0], "height": height})
        self.page.wait_for_timeout(900)
        self._be_still()

    def _span(self, parts: tuple[Locator, ...]) -> tuple[float, float]:
        boxes = [box for one in parts if (box := one.bounding_box()) is not None]
        if not boxes:
            return 0.0, float(self.page.evaluate(_HEIGHT))
        top = max(0.0, min(box["y"] for box in boxes) - _MARGIN)
        return top, max(box["y"] + box["height"] for box in boxes) + _MARGIN


def arrive(browser: Browser, house: Demonstration, number: str, *, diary: Diary, shot: str = "") -> Newcomer:
    """Sign a person in through the form."""
    desk = take_a_seat(browser, width=SIZE[0], height=SIZE[1])
    desk.context.expose_binding("noteAct", lambda _, kind: diary.acts.update([kind]))
    desk.page.add_init_script(_COUNTING)
    password = house.passwords[number]
    one = Newcomer(desk, house, number, Translator(SOURCE_LANGUAGE), "guide", count(1), password=password, diary=diary)
    page = desk.page
    page.goto(f"{house.url}/auth/sign-in?language={SOURCE_LANGUAGE}")
    page.get_by_label("User name", exact=True).click()
    page.keyboard.type(number)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    if shot:
        one.shot(shot)
    page.keyboard.press("Enter")
    if number in house.with_device:
        page.get_by_label(re.compile("Code from your device")).click()
        page.keyboard.type(house.code(number))
        page.keyboard.press("Enter")
    page.wait_for_selector("[data-testid=stApp], input[name=again]")
    if page.locator("input[name=again]").count():
        _choose_a_password(page, one)
    desk.settle()
    diary.used |= {"User name", "Password", "Sign in"}
    return one


def _choose_a_password(page: Page, one: Newcomer) -> None:
    """Choose an own password at the first sign-in."""
    own = f"{one.password}-own"
    for name in ("new", "again"):
        page.locator(f"input[name={name}]").fill(own)
    page.keyboard.press("Enter")
    one.password = own
