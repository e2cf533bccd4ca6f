"""One browser session without a browser: Streamlit's own messages over a real socket, to a real server.

It connects as the browser does (cookie, origin, subprotocol), keeps what is on the screen, sends the state of every
field with each run as the browser does, and runs fragments again at their interval. It does not draw: what a browser
spends on drawing is not in its times, what the server spends is.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

_PATIENCE_S, _SHORT_S = 120.0, 15.0


class NotOnScreenError(LookupError):
    """What is to be used is not on the screen."""


@dataclass(slots=True)
class Person:
    """One person at one tab."""

    url: str
    cookie: str
    _socket: ClientConnection = field(init=False, repr=False)
    _screen: dict[tuple[int, ...], tuple[str, Any]] = field(default_factory=dict, repr=False)
    """Elements by their place, each with the fragment that drew it."""
    _states: dict[str, WidgetState] = field(default_factory=dict, repr=False)
    _page: str = ""
    _again: dict[str, float] = field(default_factory=dict, repr=False)
    """Fragments that run again, with their interval."""
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Connect."""
        self._socket = connect(
            f"ws{self.url.removeprefix('http')}/_stcore/stream",
            origin=Origin(self.url),
            additional_headers={"Cookie": self.cookie},
            subprotocols=[Subprotocol("streamlit")],
            proxy=None,
            max_size=None,
            open_timeout=_PATIENCE_S,
        )

    def leave(self) -> None:
        """Close the tab."""
        self._socket.close()

    # what a person does; each gives the seconds until the page stands again

    def open(self, path: str) -> float:
        """Go to a page by its place in the navigation."""
        self._states.clear()
        message = BackMsg()
        message.rerun_script.page_name = path
        return self._run(message)

    def type(self, key: str, text: str) -> None:
        """Type into a field; nothing is sent before the next act, as inside a form."""
        widget = self._with_key(key)
        self._states[widget.id] = WidgetState(id=widget.id, string_value=text)

    def enter(self, key: str, text: str) -> float:
        """Type into a field and press Enter."""
        self.type(key, text)
        return self._run(self._of(self._with_key(key).id))

    def press(self, label: str) -> float:
        """Press the button on which a text stands."""
        button = self._named("button", label)
        return self._run(self._of(button.id), trigger=WidgetState(id=button.id, trigger_value=True))

    def pick(self, key: str, label: str) -> None:
        """Pick one of a list by what stands on it; nothing is sent before the next act, as inside a form."""
        widget = self._with_key(key)
        self._states[widget.id] = WidgetState(id=widget.id, string_value=label)

    def choose(self, key: str, label: str) -> float:
        """Choose one of a list by what stands on it."""
        self.pick(key, label)
        return self._run(self._of(self._with_key(key).id))

    def select(self, key: str, row: int) -> float:
        """Select a row of a table."""
        widget = self._with_key(key)
        chosen = f'{{"selection":{{"rows":[{row}],"columns":[],"cells":[]}}}}'
        self._states[widget.id] = WidgetState(id=widget.id, string_value=chosen)
        return self._run(self._of(widget.id))

    def think(self, seconds: float) -> None:
        """Do nothing for a while; what runs again by itself does so, and its answers are read."""
        until = time.monotonic() + seconds
        due = {fragment: time.monotonic() + interval for fragment, interval in self._again.items()}
        while (now := time.monotonic()) < until:
            for fragment, moment in due.items():
                if moment <= now:
                    message = BackMsg()
                    message.rerun_script.fragment_id = fragment
                    message.rerun_script.is_auto_rerun = True
                    self._look(message)
                    due[fragment] = time.monotonic() + self._again.get(fragment, seconds)
            time.sleep(max(0.0, min([until, *due.values()]) - time.monotonic()))

    def _look(self, message: BackMsg) -> None:
        try:
            self._run(message)
        except TimeoutError:
            self.faults.append("a fragment that runs again by itself was not answered")

    # what is on the screen

    def reads(self, words: str) -> bool:
        """Tell whether a text stands on the screen."""
        return any(words in _words(one) for _, one in self._screen.values())

    def said(self) -> list[str]:
        """Give what the page says of the last act: successes, warnings and refusals."""
        return [one.body for _, one in self._screen.values() if one.DESCRIPTOR.name == "Alert"]

    def labels(self, kind: str) -> list[str]:
        """Give what stands on all elements of a kind."""
        return [one.label for _, one in self._screen.values() if one.DESCRIPTOR.name.casefold() == kind]

    def _with_key(self, key: str) -> Any:  # noqa: ANN401 - a message of one of many kinds
        return self._found(lambda one: _key_of(one).startswith(key), key)

    def _named(self, kind: str, label: str) -> Any:  # noqa: ANN401
        return self._found(lambda one: one.DESCRIPTOR.name.casefold() == kind and one.label == label, label)

    def _found(self, fits: Callable[[Any], bool], words: str) -> Any:  # noqa: ANN401
        for _, one in self._screen.values():
            if fits(one):
                return one
        raise NotOnScreenError(f"{words!r} is not on the screen; it says {self.said()}")

    # messages

    def _of(self, widget: str) -> BackMsg:
        """Ask for a run of what drew a widget: the whole page, or its fragment."""
        message = BackMsg()
        drawn_by = next(drawn for drawn, one in self._screen.values() if getattr(one, "id", "") == widget)
        message.rerun_script.fragment_id = drawn_by
        return message

    def _run(self, message: BackMsg, *, trigger: WidgetState | None = None) -> float:
        client = message.rerun_script
        client.widget_states.widgets.extend([*self._states.values(), *([trigger] if trigger else [])])
        if not client.page_name:
            client.page_script_hash = self._page
        client.context_info.locale = "en-GB"
        client.context_info.timezone = "Asia/Almaty"
        began = time.perf_counter()
        self._socket.send(message.SerializeToString())
        whole = not client.fragment_id
        for answer in self._answers(_SHORT_S if client.is_auto_rerun else _PATIENCE_S):
            self._take(answer, whole=whole)
            whole = whole or _ends_for_another(answer)
        return time.perf_counter() - began

    def _answers(self, patience_s: float) -> Iterator[ForwardMsg]:
        """Give the messages up to the end of the run; a run that asks for another one goes on."""
        while True:
            data = self._socket.recv(timeout=patience_s)
            answer = ForwardMsg()
            answer.ParseFromString(data if isinstance(data, bytes) else data.encode())
            yield answer
            if answer.WhichOneof("type") == "script_finished" and not _ends_for_another(answer):
                return

    def _take(self, answer: ForwardMsg, *, whole: bool) -> None:
        kind = answer.WhichOneof("type")
        if kind == "new_session" and whole:
            self._screen.clear()
            self._again.clear()
        elif kind == "navigation":
            self._page = answer.navigation.page_script_hash
        elif kind == "auto_rerun":
            self._again[answer.auto_rerun.fragment_id] = answer.auto_rerun.interval
        elif kind == "stop_auto_rerun":
            for fragment in answer.stop_auto_rerun.fragment_ids:
                self._again.pop(fragment, None)
        elif kind == "delta" and answer.delta.WhichOneof("type") == "new_element":
            element = answer.delta.new_element
            drawn = getattr(element, str(element.WhichOneof("type")))
            self._screen[tuple(answer.metadata.delta_path)] = (answer.delta.fragment_id, drawn)
            if element.WhichOneof("type") == "exception":
                self.faults.append(f"{drawn.type}: {drawn.message}")


def _ends_for_another(answer: ForwardMsg) -> bool:
    """Tell whether a run ended because the whole page is to be drawn anew."""
    finished = answer.WhichOneof("type") == "script_finished"
    return finished and answer.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN


def _key_of(element: Any) -> str:  # noqa: ANN401
    """Give the key that the page gave a widget; the last part of its identifier."""
    parts = str(getattr(element, "id", "")).split("-", 2)
    return parts[2] if len(parts) > 2 else ""  # noqa: PLR2004 - mark, digest, key


def _words(element: Any) -> str:  # noqa: ANN401
    return " ".join(str(getattr(element, name, "")) for name in ("body", "label"))
