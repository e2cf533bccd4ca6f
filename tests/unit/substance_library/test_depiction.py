from lxml import etree

from substance_library import Smiles, draw_structure_svg


def test_a_structure_is_an_svg_of_the_asked_size_without_text():
    root = etree.fromstring(draw_structure_svg(Smiles("CCO"), width=120, height=80).encode())
    assert root.tag.endswith("svg")
    assert (root.get("width"), root.get("height")) == ("120px", "80px")
    assert root.find(".//{*}text") is None
    assert root.find(".//{*}path") is not None


def test_stereochemistry_is_drawn_only_when_asked_for():
    left, right = Smiles("C[C@H](N)O"), Smiles("C[C@@H](N)O")
    assert draw_structure_svg(left) == draw_structure_svg(right)
    assert draw_structure_svg(left, stereochemistry=True) != draw_structure_svg(right, stereochemistry=True)


def test_the_background_is_white_or_absent():
    assert "fill:#FFFFFF" in draw_structure_svg(Smiles("CCO"))
    assert "fill:#FFFFFF" not in draw_structure_svg(Smiles("CCO"), background=False)
