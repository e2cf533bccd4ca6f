"""What would make the first person of the day wait is loaded as soon as the server starts."""

import gc
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module

from lims.errors import LimsError
from lims.reporting.page_file import verification_page
from lims.settings import laboratory_exists
from lims.translation import LANGUAGES, Translator
from lims.web.gate import streamlit_policy
from lims.web.opening import laboratory
from substance_library.law_data import shipped_law_book

_LOG = logging.getLogger(__name__)
SETTLED_EVERY_S = 600
_LOADED_LATE = (
    *("pandas", "pyarrow", "streamlit.dataframe_util", "streamlit.elements.arrow"),
    *("plotly.graph_objects", "plotly.io", "plotly.tools", "streamlit.elements.plotly_chart"),
    *("rdkit.Chem", "rdkit.Chem.Draw.rdMolDraw2D", "substance_library.depiction"),
    *("streamlit.elements.image", "streamlit.elements.widgets.file_uploader", "streamlit.components.v2"),
)
"""Libraries that Streamlit and the pages load at their first table, plot or structure."""


@asynccontextmanager
async def warmed(_: object) -> AsyncIterator[None]:
    """Let the process warm up beside its first answers, and stay so as long as it serves."""
    ended = threading.Event()
    threading.Thread(target=_stay_warm, args=(ended,), name="warming", daemon=True).start()
    yield
    ended.set()


def _stay_warm(ended: threading.Event) -> None:
    warm()
    settle()
    while not ended.wait(SETTLED_EVERY_S):
        settle()


def settle() -> None:
    """Take what is alive out of the search for garbage, after one search through everything.

    Streamlit searches all generations after each run of a page, which takes some 0.15 s of processor time among the
    objects of our libraries and kept records; see ``docs/serving.md``.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def warm() -> None:
    """Load libraries, texts and the clocks of the cases; a database that is away now may be there later."""
    for name in _LOADED_LATE:
        import_module(name)
    for language in LANGUAGES:
        Translator(language)("Sign in")
    shipped_law_book()
    streamlit_policy()
    verification_page()
    _draw_once()
    if not laboratory_exists():
        return
    try:
        laboratory().queueing.prepare()
    except LimsError as error:
        _LOG.warning("nothing was read before the first page: %s. %s.", error, error.advice())


def _draw_once() -> None:
    """Let table, plot and structure be made once: their libraries build much at the first of each."""
    table = import_module("streamlit.dataframe_util").convert_anything_to_pandas_df({"word": ["a"], "number": [1]})
    import_module("streamlit.dataframe_util").convert_pandas_df_to_arrow_bytes(table)
    plots = import_module("plotly.graph_objects")
    figure = plots.Figure([plots.Scatter(x=[0.0], y=[0.0], mode="markers"), plots.Bar(x=[0.0], y=[1.0])])
    figure.update_layout(template="plotly").to_json()
    smiles = import_module("substance_library").Smiles("CCO")
    import_module("substance_library.depiction").draw_structure_svg(smiles)
