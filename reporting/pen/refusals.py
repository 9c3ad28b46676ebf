"""Why a pen's document is refused: one class for each reason. A refused document leaves nothing behind."""

from db.refusals import Refusal


class PenRefusal(Refusal):
    """The document is refused. `str()` is the reason, and quotes nothing of the document."""

    reason = "the document is refused"


class TooLarge(PenRefusal):
    """More bytes than any procès-verbal's ink."""

    key = "pen-TooLarge"
    reason = "the document is too large"


class UnreadableFile(PenRefusal):
    """A file that the system does not let us read."""

    key = "pen-UnreadableFile"
    reason = "the file cannot be read"


class BadArchiveEntry(PenRefusal):
    """Damaged, encrypted, or packed in an unusual way."""

    key = "pen-BadArchiveEntry"
    reason = "the archive's entry cannot be unpacked"


class NotXml(PenRefusal):
    """Broken off, or never XML."""

    key = "pen-NotXml"
    reason = "the document is not well-formed XML"


class ForbiddenXml(PenRefusal):
    """A document type, an entity or an external reference: the tools of an attack, and of no pen."""

    key = "pen-ForbiddenXml"
    reason = "the document declares a document type or an entity"


class TooIntricate(PenRefusal):
    """Elements too deep or too many."""

    key = "pen-TooIntricate"
    reason = "the document has too many elements, or too deep ones"


class TooMuchInk(PenRefusal):
    """Traces or points beyond what a hand writes on one page."""

    key = "pen-TooMuchInk"
    reason = "the document has too many traces or points"


class NotInk(PenRefusal):
    """Another vocabulary than InkML's."""

    key = "pen-NotInk"
    reason = "the document is not InkML (namespace http://www.w3.org/2003/InkML)"


class UnsupportedInk(PenRefusal):
    """InkML that this parser does not know, where ignoring it could move the ink."""

    key = "pen-UnsupportedInk"
    reason = "the document maps or splits its traces in a way that is not supported"


class BadFormat(PenRefusal):
    """No X and Y, unknown units, an upward axis, or several formats that differ."""

    key = "pen-BadFormat"
    reason = "the document's trace format is not one of X and Y in a known unit, right and down"


class BadPoint(PenRefusal):
    """What a trace holds is not points of its format."""

    key = "pen-BadPoint"
    reason = "a trace has a point that is not numbers of its format"


class OffTheForm(PenRefusal):
    """Coordinates that no pen on this form gives."""

    key = "pen-OffTheForm"
    reason = "a point lies far off the form"


class NoInk(PenRefusal):
    """Not one stroke."""

    key = "pen-NoInk"
    reason = "the document has no ink"


class NoBureau(PenRefusal):
    """It does not name the bureau of its statement."""

    key = "pen-NoBureau"
    reason = "the document names no bureau"


class SeveralBureaux(PenRefusal):
    """Two codes in one document."""

    key = "pen-SeveralBureaux"
    reason = "the document names several bureaux"


class NoSuchBureau(PenRefusal):
    """A code that is not in the register."""

    key = "pen-NoSuchBureau"
    reason = "no such bureau in this election"


class AlreadyTaken(PenRefusal):
    """The same bytes, in the same election."""

    key = "pen-AlreadyTaken"
    reason = "this document has been taken already"


class PollsStillOpen(PenRefusal):
    """No statement is written before the polls close."""

    key = "pen-PollsStillOpen"
    reason = "the polls are still open"


class OutsideDepartment(PenRefusal):
    """A departmental commission takes its own department's pens only."""

    key = "pen-OutsideDepartment"
    reason = "the bureau is in another department"
