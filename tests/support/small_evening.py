"""A small evening in a line's database, for pages to show."""

from tests.support.line import Line

OTHER = "00100046"
MISSING = "00200015"


def begin_evening(line: Line) -> Line:
    """Two bureaux report, the second three ballots short; a third begins."""
    line.reported()
    line.identified(OTHER, caller="+33639981003").keys("315*4*100*2*120*40*30*16#").keys("3").keys("1")
    line.identified(MISSING, caller="+33639981005").keys("312#").keys("4#").hang_up()
    return line
