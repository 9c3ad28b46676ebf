"""InkML documents for tests of the pen: how one is put together, and every kind that must be refused."""

from reporting.pen import refusals
from reporting.pen.inkml import MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS, MAX_POINTS, MAX_TRACES
from tests.support.handwriting import NAMESPACE

BUREAU = '<annotation type="bureau">00100014</annotation>'
TRACE = "<trace>10 20, 11 21</trace>"


def ink(inside: str, head: str = "") -> bytes:
    """A document."""
    return f'{head}<ink xmlns="{NAMESPACE}">{inside}</ink>'.encode()


def channels(text: str, before: str = "") -> str:
    """A format of traces."""
    return f'<definitions><context xml:id="c">{before}<traceFormat>{text}</traceFormat></context></definitions>'


LAUGHS = '<!DOCTYPE ink [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE ink [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
XY = '<channel name="X"/><channel name="Y"/>'

HOSTILE: dict[str, tuple[bytes, type[Exception]]] = {
    "not XML": (b"PK\x03\x04", refusals.NotXml),
    "empty": (b"", refusals.NotXml),
    "truncated": (ink(BUREAU + TRACE)[:-9], refusals.NotXml),
    "unknown encoding": (b'<?xml version="1.0" encoding="utf-7"?><ink/>', refusals.NotXml),
    "billion laughs": (ink(BUREAU + "<trace>&b;</trace>", LAUGHS), refusals.ForbiddenXml),
    "external entity": (ink('<annotation type="bureau">&a;</annotation>', EXTERNAL), refusals.ForbiddenXml),
    "external document type": (ink(BUREAU + TRACE, '<!DOCTYPE ink SYSTEM "http://x/">'), refusals.ForbiddenXml),
    "wrong namespace": (f'<ink xmlns="urn:x">{BUREAU}{TRACE}</ink>'.encode(), refusals.NotInk),
    "no namespace": (f"<ink>{BUREAU}{TRACE}</ink>".encode(), refusals.NotInk),
    "no bureau": (ink(TRACE), refusals.NoBureau),
    "two bureaux": (ink(BUREAU + '<annotation type="bureau">00100023</annotation>' + TRACE), refusals.SeveralBureaux),
    "no ink": (ink(BUREAU + "<trace> </trace>"), refusals.NoInk),
    "oversize": (b" " * (MAX_BYTES + 1), refusals.TooLarge),
    "millions of points": (ink(BUREAU + f"<trace>{'1 1,' * (MAX_POINTS + 1)}1 1</trace>"), refusals.TooMuchInk),
    "points in many traces": (
        ink(BUREAU + f"<trace>{'1 1,' * (MAX_POINTS // 2)}1 1</trace>" * 2),
        refusals.TooMuchInk,
    ),
    "too many traces": (ink(BUREAU + "<trace>1 1</trace>" * (MAX_TRACES + 1)), refusals.TooMuchInk),
    "too many elements": (ink("<x/>" * MAX_ELEMENTS), refusals.TooIntricate),
    "deep nesting": (ink("<traceGroup>" * MAX_DEPTH + "</traceGroup>" * MAX_DEPTH), refusals.TooIntricate),
    "unknown unit": (
        ink(BUREAU + channels('<channel name="X" units="furlong"/><channel name="Y"/>') + TRACE),
        refusals.BadFormat,
    ),
    "device units of no known size": (
        ink(BUREAU + channels('<channel name="X" units="dev"/><channel name="Y" units="dev"/>') + TRACE),
        refusals.BadFormat,
    ),
    "no Y": (ink(BUREAU + channels('<channel name="X"/>') + TRACE), refusals.BadFormat),
    "X twice": (ink(BUREAU + channels(XY + '<channel name="X"/>') + TRACE), refusals.BadFormat),
    "an upward axis": (
        ink(BUREAU + channels('<channel name="X"/><channel name="Y" orientation="-ve"/>') + TRACE),
        refusals.BadFormat,
    ),
    "formats that differ": (
        ink(BUREAU + channels(XY) + channels('<channel name="Y"/><channel name="X"/>') + TRACE),
        refusals.BadFormat,
    ),
    "a mapping": (
        ink(BUREAU + '<canvasTransform><mapping type="identity"/></canvasTransform>' + TRACE),
        refusals.UnsupportedInk,
    ),
    "two resolutions": (
        ink(
            BUREAU
            + '<channelProperty channel="X" name="resolution" value="1" units="1/mm"/>'
            + '<channelProperty channel="X" name="resolution" value="2" units="1/mm"/>'
            + TRACE
        ),
        refusals.BadFormat,
    ),
    "a resolution of nothing": (
        ink(BUREAU + '<channelProperty channel="X" name="resolution" value="nan" units="1/mm"/>' + TRACE),
        refusals.BadFormat,
    ),
    "a hexadecimal number without end": (ink(BUREAU + f"<trace>#{'F' * 5000} 1</trace>"), refusals.BadPoint),
    "an element in a trace": (ink(BUREAU + "<trace>1 1<annotation/>, 2 2</trace>"), refusals.UnsupportedInk),
    "a trace in pieces": (ink(BUREAU + '<trace continuation="begin">1 1</trace>'), refusals.UnsupportedInk),
}
"""Documents that must be refused, each with its refusal, by what is wrong with them."""
