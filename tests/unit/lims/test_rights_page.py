import runpy
from pathlib import Path

from lims.domain.permissions import PERMITTED
from lims.domain.reading_rights import READABLE

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = runpy.run_path(str(ROOT / "scripts" / "rights.py"))
PAGE = (ROOT / "docs" / "rights.md").read_text("utf-8")


def test_the_page_shows_the_tables_of_the_code():
    assert SCRIPT["with_tables"](PAGE) == PAGE, "run: uv run python scripts/rights.py"


def test_the_tables_name_every_act_and_every_kind():
    acts, kinds = SCRIPT["act_table"](), SCRIPT["kind_table"]()
    assert all(f"| `{act.value}` |" in acts for act in PERMITTED)
    assert all(f"| {kind} |" in kinds for kind in READABLE)
    assert acts.count("\n") == len(PERMITTED) + 2
    assert "| `report.issued` |  |  |  |  | x |  |  |  | needed | release |  |" in acts
