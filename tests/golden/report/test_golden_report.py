import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent


@pytest.fixture
def generate() -> ModuleType:
    specification = importlib.util.spec_from_file_location("generate_golden_report", HERE / "generate.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_unsigned_report_keeps_its_bytes(generate: ModuleType, tmp_path: Path) -> None:
    expected = generate.DIGEST_FILE.read_text()
    line = generate.golden_line()
    if line != expected:
        (tmp_path / "unsigned-report.pdf").write_bytes(generate.golden_pdf())
    assert line == expected, f"the document of now is kept in {tmp_path}"
