"""`docs/conversation.md` says what callers hear."""

from pathlib import Path

from tools.draw_conversation import document

PAGE = Path(__file__).parents[2] / "docs" / "conversation.md"


def test_the_page_of_the_conversation_is_what_the_flow_says():
    assert PAGE.read_text(encoding="utf-8") == document()
