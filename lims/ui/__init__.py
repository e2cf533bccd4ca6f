"""The pages. Streamlit lives here and in ``app.py`` only; a page holds no rule, no query, no formula."""
