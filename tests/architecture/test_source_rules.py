"""Rules of the house that a reader of the source can check; each is seen to fail on a planted fault."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("lims", "spectra", "substance_library")
MODULES = sorted([ROOT / "app.py", *(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))])
PURE = ("spectra", "substance_library", "lims/domain", "lims/ledger", "lims/services")

HOMES = {
    "sqlalchemy": ("lims/persistence/",),
    "streamlit": ("lims/ui/", "lims/web.py", "lims/cli/serve.py", "app.py"),
}
OUTERMOST_FRAME = "lims/ui/frame.py"
WORDS_OF_WIDGETS = "lims/ui/widget_words.py"
"""Rules of style with our own words, and no text of people (tests/ui/test_widget_words.py)."""
MAX_LINES = 500
LONGER = {"lims/verifier/verify_report.py": 3500}
"""One file by its purpose (ADR 20); it is not to grow without end, either."""
HOMELESS_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "tools"}
BANNED_MODULES = {
    "pickle",
    "_pickle",
    "cPickle",
    "dill",
    "cloudpickle",
    "joblib",
    "marshal",
    "shelve",
    "pynumpress",
    "netCDF4",
}
BANNED_CALLS = {"eval", "exec", "compile", "__import__"}
BANNED_ATTRIBUTES = {
    ("st", "html"),
    ("st", "cache_data"),
    ("st", "cache_resource"),
    ("components", "html"),
    ("v1", "html"),
    ("os", "system"),
    ("os", "popen"),
}
CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
}
CHANCE = {
    ("random", "random"),
    ("random", "randint"),
    ("random", "choice"),
    ("secrets", "token_hex"),
    ("uuid", "uuid4"),
}


def module_name(path):
    return path.relative_to(ROOT).as_posix()


def attribute(node):
    """Give ``("a", "b")`` for ``x.a.b`` and ``a.b``."""
    match node:
        case ast.Attribute(value=ast.Name(id=owner), attr=name):
            return owner, name
        case ast.Attribute(value=ast.Attribute(attr=owner), attr=name):
            return owner, name
    return None


def imported(node):
    match node:
        case ast.Import(names=names):
            return {alias.name.split(".")[0] for alias in names}
        case ast.ImportFrom(module=str(module)):
            return {module.split(".")[0]}
    return set()


def banned_import(node, _path):
    return [f"imports {name}" for name in imported(node) & BANNED_MODULES]


def misplaced_import(node, path):
    for name, places in HOMES.items():
        if name in imported(node) and not path.startswith(places):
            yield f"imports {name}"


def banned_call(node, _path):
    match node:
        case ast.Call(func=ast.Name(id=name)) if name in BANNED_CALLS:
            yield f"calls {name}"


def banned_attribute(node, path):
    if path == WORDS_OF_WIDGETS and attribute(node) == ("st", "html"):
        return
    if attribute(node) in BANNED_ATTRIBUTES:
        yield f"uses {'.'.join(attribute(node))}"


def banned_keyword(node, _path):
    match node:
        case ast.keyword(arg="unsafe_allow_html"):
            yield "passes unsafe_allow_html"
        case ast.keyword(arg="allow_pickle" | "shell", value=ast.Constant(value=False)):
            return
        case ast.keyword(arg="allow_pickle" | "shell"):
            yield f"passes {node.arg}"


def catching_everything(node, path):
    if isinstance(node, ast.ExceptHandler) and path != OUTERMOST_FRAME:
        caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        if any(kind is None or getattr(kind, "id", "") in {"Exception", "BaseException"} for kind in caught):
            yield "catches everything"


def assertion(node, _path):
    if isinstance(node, ast.Assert):
        yield "asserts"


def sql_of_parts(node, _path):
    """Statements are constants, their values are bound."""
    match node:
        case ast.Call(func=ast.Name(id="text"), args=[ast.JoinedStr() | ast.BinOp(), *_]):
            yield "puts SQL together"
        case ast.Call(func=ast.Attribute(attr="exec_driver_sql"), args=[ast.JoinedStr() | ast.BinOp(), *_]):
            yield "puts SQL together"


def time_or_chance(node, path):
    if path.startswith(PURE) and attribute(node) in CLOCKS | CHANCE:
        yield f"asks {'.'.join(attribute(node))}"


RULES = (
    banned_import,
    misplaced_import,
    banned_call,
    banned_attribute,
    banned_keyword,
    catching_everything,
    assertion,
    sql_of_parts,
    time_or_chance,
)


def faults(source, path="lims/planted.py"):
    """Name every rule that a module breaks, with the line."""
    most = LONGER.get(path, MAX_LINES)
    if source.count("\n") > most:
        yield f"more than {most} lines"
    if Path(path).stem in HOMELESS_NAMES:
        yield "a module without a concept"
    for node in ast.walk(ast.parse(source)):
        for rule in RULES:
            yield from (f"line {node.lineno}: {fault}" for fault in rule(node, path))


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_a_module_keeps_the_rules(path):
    assert list(faults(path.read_text("utf-8"), module_name(path))) == []


@pytest.mark.parametrize(
    ("planted", "fault"),
    [
        ("import pickle", "imports pickle"),
        ("from dill import load", "imports dill"),
        ("import joblib.memory", "imports joblib"),
        ("eval('1')", "calls eval"),
        ("exec('1')", "calls exec"),
        ("st.html('x')", "uses st.html"),
        ("streamlit.components.v1.html('x')", "uses v1.html"),
        ("@st.cache_data\ndef f(): pass", "uses st.cache_data"),
        ("st.markdown('x', unsafe_allow_html=True)", "passes unsafe_allow_html"),
        ("st.markdown('x', unsafe_allow_html=flag)", "passes unsafe_allow_html"),
        ("np.load(p, allow_pickle=True)", "passes allow_pickle"),
        ("subprocess.run(c, shell=True)", "passes shell"),
        ("os.system('x')", "uses os.system"),
        ("try:\n    f()\nexcept Exception:\n    pass", "catches everything"),
        ("try:\n    f()\nexcept:\n    pass", "catches everything"),
        ("try:\n    f()\nexcept (ValueError, BaseException):\n    pass", "catches everything"),
        ("assert x", "asserts"),
        ("text(f'SELECT {x}')", "puts SQL together"),
        ("connection.exec_driver_sql('SELECT ' + x)", "puts SQL together"),
        ("import sqlalchemy", "imports sqlalchemy"),
        ("import streamlit as st", "imports streamlit"),
        ("x = 1\n" * 501, "more than 500 lines"),
    ],
)
def test_a_planted_fault_is_found(planted, fault):
    assert any(found.endswith(fault) for found in faults(planted))


@pytest.mark.parametrize("stem", ["utils", "helpers", "common", "misc"])
def test_a_module_without_a_concept_is_found(stem):
    assert list(faults("", f"lims/{stem}.py")) == ["a module without a concept"]


@pytest.mark.parametrize("asked", ["datetime.now(UTC)", "datetime.datetime.now()", "date.today()", "time.time()"])
def test_a_clock_in_the_core_is_found(asked):
    assert any("asks" in found for found in faults(asked, "lims/domain/planted.py"))
    assert not list(faults(asked, "lims/bootstrap.py"))


def test_the_outermost_frame_alone_catches_everything():
    assert not list(faults("try:\n    f()\nexcept Exception:\n    log()", OUTERMOST_FRAME))


def test_what_is_allowed_is_no_fault():
    for source in ("np.load(p, allow_pickle=False)", "text('SELECT 1')", "re.compile('x')", "st.markdown('x')"):
        assert not list(faults(source)), source


def test_all_modules_are_looked_at():
    names = {module_name(path) for path in MODULES}
    assert {"app.py", "lims/persistence/store.py", "spectra/spectrum.py", "substance_library/release.py"} <= names
    assert len(names) > 80


def test_the_entry_is_short_and_knows_only_streamlit_and_the_laboratory():
    source = (ROOT / "app.py").read_text("utf-8")
    assert source.count("\n") <= 60
    found = set().union(*(imported(node) for node in ast.walk(ast.parse(source))))
    assert found == {"streamlit", "lims"}
