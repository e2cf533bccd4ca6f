"""Aigaq for browsers: ``aigaq serve``, ``streamlit run app.py`` or ``uvicorn app:app``.

A server imports this file and finds ``app``; Streamlit then runs it again as the page script, once for every click.
"""

import streamlit as st

from lims.ui.frame import show_page
from lims.ui.incidents import on_script_error
from lims.web import MIDDLEWARE, ROUTES, laboratory, warmed

if __name__ == "__main__":
    show_page(laboratory())
else:
    app = st.App(__file__, routes=ROUTES, middleware=MIDDLEWARE, on_script_error=on_script_error, lifespan=warmed)
