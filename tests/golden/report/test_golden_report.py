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


def test_unsigned_reports_keep_their_bytes(generate: ModuleType, tmp_path: Path) -> None:
    made = generate.golden_pdfs()
    lines = generate.golden_lines(made)
    expected = generate.DIGEST_FILE.read_text()
    if lines != expected:
        generate.write_to(tmp_path, made)
    assert lines == expected, f"the documents of now are kept in {tmp_path}"
