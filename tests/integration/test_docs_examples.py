"""The lines that the documentation shows are run as they stand."""

import re
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

from spectra.formats import read_msp

PAGE = Path(__file__).parents[2] / "docs" / "spectra.md"


@pytest.mark.real_data
def test_the_lines_of_the_page_find_and_draw_cocaine(shared_data, tmp_path, monkeypatch):
    library = shared_data / "swgdrug" / "swgdrug-3.4.msp.gz"
    (tmp_path / library.name).symlink_to(library)
    record = next(record for record in read_msp(library).records if record.name == "Cocaine")
    peaks = zip(record.peaks.mz, record.peaks.intensity, strict=True)
    lines = ["Name: unknown", f"Num Peaks: {len(record.peaks.mz)}", *(f"{mz} {height}" for mz, height in peaks)]
    (tmp_path / "unknown.msp").write_text("\n".join(lines) + "\n")
    monkeypatch.chdir(tmp_path)
    mpl.use("svg")
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert len([line for line in code.splitlines() if line and not line.startswith(("from", "import"))]) <= 10
    found = {}
    try:
        exec(compile(code, str(PAGE), "exec"), found)  # noqa: S102 - our own page
    finally:
        plt.close("all")
    assert found["best"].match_factor == 999.0
    assert found["library"][found["best"].identifier].name == "Cocaine"
    assert "<svg" in (tmp_path / "mirror.svg").read_text(encoding="utf-8")
