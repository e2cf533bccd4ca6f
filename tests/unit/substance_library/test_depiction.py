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


def test_a_structure_is_laid_like_another_where_they_share_a_core():
    """The same substance laid like itself is drawn as it is; a relative moves; a stranger stays as it was."""
    fentanyl, acetyl = Smiles("CCC(=O)N(c1ccccc1)C1CCN(CCc2ccccc2)CC1"), Smiles("CC(=O)N(c1ccccc1)C1CCN(CCc2ccccc2)CC1")
    alone, laid = draw_structure_svg(acetyl), draw_structure_svg(acetyl, like=fentanyl)
    assert laid.count("<path") == alone.count("<path")
    assert draw_structure_svg(acetyl, like=fentanyl) == laid
    stranger = Smiles("CCO")
    assert draw_structure_svg(stranger, like=fentanyl) == draw_structure_svg(stranger)
