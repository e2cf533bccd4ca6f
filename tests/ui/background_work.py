"""Waiting for what a page does beside itself, as its watch does in a browser."""

from streamlit.testing.v1 import AppTest


def finished(test: AppTest, key: str) -> AppTest:
    """Wait for the work under a key, then draw the page as its watch does."""
    job = test.session_state[key]
    assert job.ended.wait(timeout=60), f"{key} did not end"
    return test.run()
