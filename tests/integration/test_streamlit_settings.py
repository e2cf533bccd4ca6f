"""The settings of Streamlit that the application rests on, wherever it is started and however it is installed."""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
_ASK = """
import sys
sys.path.insert(0, sys.argv[1])
import app
from streamlit import config
names = ("runner.fastReruns", "client.showErrorDetails", "client.disableDataExport")
print(*map(config.get_option, names))
"""


def test_the_settings_hold_from_any_folder(tmp_path: Path) -> None:
    """A dropped run would lose what its click asked for; details of errors show case data; exports hold formulas."""
    command = [sys.executable, "-W", "ignore", "-c", _ASK, str(ROOT)]
    answer = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert answer.stdout.split()[-3:] == ["False", "none", "True"]


def test_an_installation_has_the_settings_beside_the_page() -> None:
    packed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert packed["force-include"] == {"app.py": "app.py", ".streamlit/config.toml": ".streamlit/config.toml"}
    assert (ROOT / ".streamlit" / "config.toml").is_file()
