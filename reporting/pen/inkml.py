"""Reads one InkML document as untrusted input. Only its bureau's code, its pen's name and its points are used.

The parser builds no tree. It counts elements and points as they come, and gives up at a limit. `docs/pen.md` shows a document.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from reporting.pen.form_layout import PAGE
from reporting.pen.refusals import (
    BadFormat,
    ForbiddenXml,
    NoBureau,
    NoInk,
    NotInk,
    NotXml,
    OffTheForm,
    SeveralBureaux,
    TooIntricate,
    TooLarge,
    TooMuchInk,
    UnsupportedInk,
)
from reporting.pen.traces import Shape, read_points

MAX_BYTES = 2_000_000
MAX_DEPTH = 16
MAX_ELEMENTS = 20_000
MAX_TRACES = 4_000
MAX_POINTS = 30_000
"""A page full of figures and signatures has some 5,000."""
MAX_RESOLUTION = 100_000
"""Device units in a unit of length."""
MAX_NAME = 100
BEYOND = 50.0
"""Millimetres around the page where a pen may still write. Further off, the coordinates are wrong."""

INK = "{http://www.w3.org/2003/InkML}"
UNITS = {"mm": 1.0, "cm": 10.0, "m": 1000.0, "in": 25.4, "pt": 25.4 / 72, "pc": 25.4 / 6}
"""Millimetres of each unit. `dev` is the device's own unit; its size follows from the resolution."""

MAPPINGS = frozenset({"mapping", "canvasTransform"})

Point = tuple[float, float]
Stroke = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Ink:
    """What a pen wrote on one statement: strokes in the order they were written, of points in millimetres on the form."""

    bureau: str
    pen: str
    strokes: tuple[Stroke, ...]


def parse(document: bytes) -> Ink:
    """The ink of one document. Raises a `PenRefusal` that says why it is refused."""
    if len(document) > MAX_BYTES:
        raise TooLarge
    reader = _Reader()
    parser = DefusedXMLParser(target=reader, forbid_dtd=True)
    try:
        parser.feed(document)
        parser.close()
    except DefusedXmlException as error:
        raise ForbiddenXml from error
    except (ParseError, LookupError, ValueError) as error:
        raise NotXml from error
    return reader.finish()


@dataclass(frozen=True, slots=True)
class _Format:
    """A trace format: the channels' names in order, the units of X and Y, and how many channels may be missing."""

    channels: tuple[str, ...]
    units: tuple[str, str]
    intermittent: int

    @property
    def shape(self) -> Shape:
        """How its points are written."""
        count = len(self.channels)
        return Shape(self.channels.index("X"), self.channels.index("Y"), count - self.intermittent, count)


DEFAULT_FORMAT = _Format(("X", "Y"), ("mm", "mm"), 0)


class _Reader:
    """Receives each element from the parser, and keeps what is needed."""

    def __init__(self) -> None:
        self._path: list[str] = []
        self._elements = 0
        self._text: list[str] | None = None
        self._kind = ""
        self._codes: set[str] = set()
        self._pens: list[str] = []
        self._formats: set[_Format] = set()
        self._channels: list[dict[str, str]] = []
        self._intermittent = 0
        self._resolutions: dict[str, float] = {}
        self._traces: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._elements += 1
        if self._elements == 1 and tag != f"{INK}ink":
            raise NotInk
        if len(self._path) >= MAX_DEPTH or self._elements > MAX_ELEMENTS:
            raise TooIntricate
        name = self._name(tag)
        if name in MAPPINGS or "continuation" in attributes or "trace" in self._path:
            raise UnsupportedInk
        self._path.append(name)
        self._begin(name, attributes)

    def _name(self, tag: str) -> str:
        """An element's name in InkML. An annotation may hold elements of any other vocabulary."""
        local = tag.rpartition("}")[2]
        return local if local == "bureau" and "annotationXML" in self._path else tag.removeprefix(INK)

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "traceFormat":
            self._channels, self._intermittent = [], 0
        elif name == "channel":
            self._channels.append(attributes)
            self._intermittent += "intermittentChannels" in self._path
        elif name == "channelProperty" and attributes.get("name") == "resolution":
            resolution = _resolution(attributes)
            if self._resolutions.setdefault(attributes.get("channel", ""), resolution) != resolution:
                raise BadFormat
        elif name == "inkSource":
            self._pens += [attributes[key] for key in ("manufacturer", "model", "serialNo") if attributes.get(key)]
        elif name == "trace":
            if len(self._traces) >= MAX_TRACES:
                raise TooMuchInk
            written = attributes.get("type", "penDown") == "penDown" and "definitions" not in self._path
            self._text = [] if written else None
        elif name in ("annotation", "annotationXML", "bureau"):
            self._kind = attributes.get("type", name)
            self._text = []

    def data(self, text: str) -> None:
        """Text, which counts only in traces and annotations."""
        if self._text is not None:
            self._text.append(text)

    def end(self, tag: str) -> None:
        """An element ends."""
        name = self._path.pop()
        if name == "traceFormat" and self._channels:
            self._formats.add(_format(self._channels, self._intermittent))
        if self._text is None or name not in ("trace", "annotation", "annotationXML", "bureau"):
            return
        text, self._text = "".join(self._text).strip(), None
        if name == "trace":
            self._traces.append(text)
        elif self._kind == "bureau" and text:
            self._codes.add(text)
        elif self._kind == "pen" and text:
            self._pens = [text]

    def close(self) -> None:
        """The document ends."""

    def finish(self) -> Ink:
        """What was read. Raises a `PenRefusal`."""
        if not self._codes:
            raise NoBureau
        if len(self._codes) > 1:
            raise SeveralBureaux
        if len(self._formats) > 1:
            raise BadFormat
        form = next(iter(self._formats), DEFAULT_FORMAT)
        scale = self._scale("X", form.units[0]), self._scale("Y", form.units[1])
        strokes = tuple(_strokes(self._traces, form.shape, scale))
        if not strokes:
            raise NoInk
        return Ink(self._codes.pop(), _printable(" ".join(self._pens)), strokes)

    def _scale(self, channel: str, unit: str) -> float:
        """Millimetres of one unit of a channel."""
        scale = self._resolutions.get(channel) if unit == "dev" else UNITS.get(unit)
        if scale is None:
            raise BadFormat
        return scale


def _format(channels: list[dict[str, str]], intermittent: int) -> _Format:
    """Raises `BadFormat` unless X and Y are always there, and run to the right and down."""
    names = tuple(each.get("name", "") for each in channels)
    always = names[: len(names) - intermittent]
    if always.count("X") != 1 or always.count("Y") != 1 or len(set(names)) < len(names):
        raise BadFormat
    axes = [each for each in channels if each["name"] in ("X", "Y")]
    if any(each.get("orientation", "+ve") != "+ve" for each in axes):
        raise BadFormat
    units = {each["name"]: each.get("units", "mm") for each in axes}
    return _Format(names, (units["X"], units["Y"]), intermittent)


def _resolution(attributes: dict[str, str]) -> float:
    """Millimetres of one device unit, of a resolution in units like `1/mm`."""
    per = UNITS.get(attributes.get("units", "").removeprefix("1/"))
    try:
        value = float(attributes.get("value", ""))
    except ValueError as error:
        raise BadFormat from error
    if per is None or not 0 < value <= MAX_RESOLUTION:
        raise BadFormat
    return per / value


def _strokes(traces: Iterable[str], shape: Shape, scale: tuple[float, float]) -> Iterable[Stroke]:
    """Each trace that has points, in millimetres. Raises `OffTheForm`, and what `read_points` raises."""
    left = MAX_POINTS
    for text in traces:
        points = read_points(text, shape, left)
        left -= len(points)
        stroke = tuple((x * scale[0], y * scale[1]) for x, y in points)
        if not all(_near(x, PAGE[0]) and _near(y, PAGE[1]) for x, y in stroke):
            raise OffTheForm
        if stroke:
            yield stroke


def _near(place: float, length: float) -> bool:
    return -BEYOND <= place <= length + BEYOND


def _printable(name: str) -> str:
    return "".join(each for each in name if each.isprintable())[:MAX_NAME]
