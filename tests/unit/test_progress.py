"""Progress is a bar where somebody watches, a few lines where nobody does, and nothing for short work."""

import io

from tutor.progress import listener


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_elsewhere_a_line_a_tenth() -> None:
    said: list[str] = []
    listen = listener("fr", said.append, stream=io.StringIO())
    for done in range(0, 201, 5):
        listen(done, 200)
    assert len(said) == 10
    assert "10 %" in said[0].replace("\u00a0", " ").replace("\u202f", " ") and "100" in said[-1]


def test_on_a_terminal_a_bar_that_goes_away() -> None:
    terminal, said = Terminal(), list[str]()
    listen = listener("fr", said.append, stream=terminal)
    for done in (0, 50, 150, 200):
        listen(done, 200)
    drawn = terminal.getvalue()
    assert said == []
    assert "Lecture du cours" in drawn and "/200" in drawn
    assert drawn.endswith("\r") and not drawn.rstrip("\r").rpartition("\r")[2].strip(), "the bar is wiped at the end"


def test_short_work_is_not_told() -> None:
    terminal, said = Terminal(), list[str]()
    for stream in (terminal, io.StringIO()):
        listen = listener("en", said.append, stream=stream)
        listen(0, 40)
        listen(40, 40)
    assert said == [] and terminal.getvalue() == ""
