"""The picture of the folders is what the imports are."""

from tools.draw_architecture import DRAWN, PAGE, arrows, drawn_into, layers


def test_the_picture_is_drawn_from_the_imports():
    """If this fails: `python -m tools.draw_architecture`."""
    page = PAGE.read_text(encoding="utf-8")
    assert DRAWN.search(page)
    assert drawn_into(page) == page


def test_every_arrow_points_down():
    rows = layers()
    height = {name: number for number, row in enumerate(rows) for name in row}
    found = list(arrows(list(height)))
    assert ("db", "flows") in found
    assert [(importer, name) for importer, name in found if height[importer] >= height[name]] == []


def test_what_follows_from_other_arrows_is_left_out():
    names = sorted(name for row in layers() for name in row)
    assert {importer for importer, name in arrows(names) if name == "flows"} == {"db"}
