"""``aigaq report verifier --page``: what is given out is the page that is tested, never over another file."""

import pytest

from lims.reporting.page_file import PAGE_FILE, verification_page
from tests.integration.test_staff_command import aigaq, told


@pytest.mark.parametrize("name", ["", "check.html"])
def test_the_page_that_is_given_out_is_the_one_that_is_tested(tmp_path, name):
    to = tmp_path / name
    told(aigaq("report", "verifier", "--page", "--to", to, home=tmp_path / "none", typed=""))
    given = tmp_path / (name or PAGE_FILE)
    assert given.read_bytes() == verification_page()
    given.write_bytes(b"mine")
    assert aigaq("report", "verifier", "--page", "--to", to, home=tmp_path / "none", typed="").code != 0
    assert given.read_bytes() == b"mine"
