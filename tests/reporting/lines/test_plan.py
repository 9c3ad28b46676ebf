"""The plan: where its numbers come from, what the command prints, and what it refuses."""

import csv
import gzip
import json
import math
import sys
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO

import numpy as np
import pytest

from ivr.simulator.president import Style
from reporting.lines import plot
from reporting.lines.arrivals import BURST, DATA, EVEN, NAMES, REAL, arrivals, read_arrivals, read_times, stretched
from reporting.lines.drawing import HEIGHT, LINES, MINUTES, WIDTH, apart, draw, marks
from reporting.lines.erlang import lines_for
from reporting.lines.kept import Kept, keep, read_kept
from reporting.lines.lengths import STYLES, measured
from reporting.lines.plan import Question, What, another, make_plan
from tests.support.marks import on_sqlite
from tools.measure_call_lengths import measure

RECEIPT_SECONDS = 2.0
"""By how much the same call may differ from itself: a receipt's seven digits are drawn by chance, and said in two to six
letters each, of 14 a second."""
AT = datetime(2011, 10, 1, 12, 0, tzinfo=UTC)
SMALL = Question(200, 40, measured("guided").scaled(90), arrivals(REAL), lines=(6, 12, 40))


@pytest.fixture(scope="module")
def plan():
    return make_plan(SMALL)


PLAN = ("lines", "plan", "--bureaux", "30", "--window", "15", "--call-seconds", "90")


# --- what it is made of ----------------------------------------------------------------------------------------------


def test_the_shipped_call_lengths_are_what_presidents_hear_today(tmp_path):
    """`python -m tools.measure_call_lengths` writes the table again if what the line says has changed."""
    calls = 3
    today = list(measure(tmp_path, calls))
    for style in Style:
        shipped = measured(style.value)
        mine = [each for each in today if each.style == style]
        assert [each.seconds for each in mine] == pytest.approx(shipped.seconds[:calls], abs=RECEIPT_SECONDS)
        assert [each.identified for each in mine] == pytest.approx(shipped.identified[:calls], abs=0.05)


def test_the_styles_are_the_simulated_presidents():
    assert tuple(Style) == STYLES


def test_the_real_evening_is_as_published():
    times = read_times(DATA / "arrivals-2018.csv.gz")
    assert (len(times), times.min()) == (6307, 0)
    assert np.median(times) == pytest.approx((2 * 60 + 34) * 60, abs=60)
    pattern = arrivals(REAL)
    assert float(np.interp(0.5, pattern.part, pattern.time)) * times.max() == pytest.approx(np.median(times), abs=60)


def test_what_is_smoothed_away_of_the_real_evening_is_chance():
    """Around the smoothed rate, the calls of a minute vary as a Poisson number does: their variance is their mean, within three
    standard errors, which are 3 sqrt(2 / minutes)."""
    times = read_times(DATA / "arrivals-2018.csv.gz")
    edges = np.arange(0, times.max() + 60, 60)
    counted, _ = np.histogram(times, edges)
    expected = np.diff(arrivals(REAL).arrived(edges / times.max())) * len(times)
    busy = expected > 2
    dispersion = ((counted - expected)[busy] ** 2 / expected[busy]).mean()
    assert dispersion == pytest.approx(1, abs=3 * math.sqrt(2 / busy.sum()))


def test_a_burst_in_a_file_is_not_smoothed_away():
    crowd = np.concatenate([np.linspace(0, 60, 1000), [36_000]])
    assert stretched("crowd", crowd).peak(np.full(5, 90 / 36_000)) > 0.95
    together = np.concatenate([np.zeros(1000), [36_000]])
    assert stretched("together", together).peak(np.full(5, 90 / 36_000)) > 0.99


def test_lengths_that_are_scaled_keep_their_shape():
    guided = measured("guided")
    scaled = guided.scaled(90)
    assert scaled.mean == pytest.approx(90)
    assert scaled.seconds / guided.seconds == pytest.approx(90 / guided.mean)
    assert scaled.identified / guided.identified == pytest.approx(90 / guided.mean)


@pytest.mark.parametrize("name", NAMES)
def test_calls_come_as_their_pattern_says_within_the_window(name):
    drawn = arrivals(name).draw(20_000, np.random.default_rng(1))
    assert 0 <= drawn.min() <= drawn.max() <= 1
    times = np.linspace(0, 1, 11)
    assert np.searchsorted(np.sort(drawn), times) / 20_000 == pytest.approx(arrivals(name).arrived(times), abs=0.02)


def test_the_peak_is_the_mean_of_lines_busy_where_there_is_always_one():
    """Known exactly for calls of one length: evenly, the length; in a burst, who phones in the first call's length."""
    lengths = np.full(5, 0.0125)
    assert arrivals(EVEN).peak(lengths) == pytest.approx(0.0125)
    assert arrivals(BURST).peak(lengths) == pytest.approx(1 - math.exp(-0.0125 / 0.1), rel=0.005)


def test_the_real_evenings_peak_is_its_busiest_five_minutes_of_two_hours():
    counted, _ = np.histogram(read_times(DATA / "arrivals-2018.csv.gz"), bins=24)
    busiest = 24 * counted.max() / counted.sum()
    assert arrivals(REAL).peak(np.full(5, 0.001)) / 0.001 == pytest.approx(busiest, rel=0.01)


def test_staggered_windows_hold_back_only_those_who_are_ready():
    """Where everybody is ready at once, they phone evenly; who is never ready before the end, phones as ever."""
    times = np.linspace(0, 1, 11)
    assert arrivals(BURST).staggered().arrived(times[5:]) == pytest.approx(times[5:], abs=0.01)
    late = replace(arrivals(EVEN), time=np.array([0.99, 1.0]))
    assert late.staggered().arrived(times) == pytest.approx(late.arrived(times), abs=0.01)


# --- the answer ------------------------------------------------------------------------------------------------------


def test_calls_that_come_evenly_need_erlangs_number_of_lines():
    even = replace(SMALL, arrivals=arrivals(EVEN))
    assert even.peak_load == pytest.approx(even.even_load, rel=1e-6)
    assert even.even_load == pytest.approx(300 * 90 / 3600)
    assert SMALL.peak_load > 1.5 * even.even_load


def test_the_order_is_for_the_busiest_moment(plan):
    assert plan.order == lines_for(SMALL.peak_load, 0.01) > plan.even_lines == lines_for(7.5, 0.01)
    assert [row.lines for row in plan.rows] == [6, 12, plan.order, 40]
    ordered = next(row for row in plan.rows if row.lines == plan.order)
    assert ordered.reported == 1
    assert ordered.busy < 0.01
    assert ordered.busiest == plan.order


def test_too_few_lines_never_catch_up_and_are_dialled_again_and_again(plan):
    few, *_, many = plan.rows
    assert few.until[-1] is None
    assert few.reported < 0.99
    assert few.attempts > 5 > many.attempts >= 1
    assert many.until[0].least <= many.until[0].median <= many.until[0].most
    assert few.lines < plan.catches_up <= plan.order
    at_least = {row.lines: row for row in plan.curve}
    assert at_least[plan.catches_up].until[-1] is not None
    assert all(row.until[-1] is None for row in plan.curve if row.lines < plan.catches_up)


def test_other_evenings_are_played_too(plan):
    others = {each.what: each for each in plan.what_ifs}
    assert set(others) == set(What) - {What.PLANNED}
    assert another(SMALL, What.TWICE).peak_load == pytest.approx(2 * SMALL.peak_load)
    twice = others[What.TWICE]
    assert (twice.ordered.lines, twice.enough.lines) == (plan.order, twice.needed)
    assert twice.ordered.attempts > 1.5
    assert twice.enough.reported == 1
    assert others[What.BURST].needed > 3 * others[What.BURST_STAGGERED].needed
    assert others[What.STAGGERED].needed <= plan.order


def test_the_same_question_has_the_same_answer(plan):
    assert make_plan(SMALL) == plan
    assert make_plan(replace(SMALL, seed=1)).rows != plan.rows


def test_a_plan_is_kept_for_the_intranet(plan, tmp_path):
    file = tmp_path / "kept" / "plan.json"
    assert read_kept(file) is None
    keep(Kept(plan, AT), file)
    assert read_kept(file) == Kept(plan, AT)
    assert [each.name for each in file.parent.iterdir()] == ["plan.json"]
    file.write_text('{"plan": {"order": 3}}')
    assert read_kept(file) is None


# --- the drawing -----------------------------------------------------------------------------------------------------


def test_the_drawing_stands_within_its_field(plan):
    drawing = draw(plan)
    places = [tuple(map(float, place.split(","))) for curve in drawing.curves for place in curve.points.split()]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in places)
    assert 0 < drawing.too_few < drawing.order < WIDTH
    assert [curve.minutes for curve in drawing.curves] == sorted(curve.minutes for curve in drawing.curves)
    assert len(drawing.curves[0].dots) == len(plan.rows) > len(drawing.curves[2].dots)


def test_the_same_plan_is_the_same_file(plan, tmp_path):
    for name in ("first", "second"):
        plot.draw(plan, tmp_path / f"{name}.svg")
    assert (tmp_path / "first.svg").read_bytes() == (tmp_path / "second.svg").read_bytes()


def test_axes_are_marked_with_round_values_and_labels_stand_apart():
    assert marks(0, 130, MINUTES) == [0, 20, 40, 60, 80, 100, 120]
    assert marks(97, 500, LINES) == [100, 200, 300, 400, 500]
    assert marks(6, 9, LINES) == [6, 7, 8, 9]
    assert apart([100, 50, 45, 44], 16) == [100, 50, 34, 18]


# --- the command -----------------------------------------------------------------------------------------------------


@on_sqlite
def test_the_table_says_how_many_to_order(run):
    status, out, _ = run(*PLAN)
    assert status == 0
    assert "30 bureaux in 15 minutes, calls of 90 s (guided)" in out
    assert "spread evenly         3.0 erlangs       8 lines" in out
    assert "Order " in out
    for said in ("Twice the calls", "Staggered calling windows", "Everybody phones at closing", "never"):
        assert said in out


@on_sqlite
def test_machines_are_told_the_same(run):
    status, out, _ = run(*PLAN, "--format", "json", "--lines", "1,20")
    told = json.loads(out)
    assert (status, told["bureaux"], told["even_lines"], told["call_seconds"]) == (0, 30, 8, pytest.approx(90))
    rows = list(csv.DictReader(StringIO(run(*PLAN, "--format", "csv", "--lines", "1,20")[1])))
    planned = [row for row in rows if row["evening"] == "planned"]
    assert [row["lines"] for row in planned] == ["1", str(told["order"]), "20"]
    assert planned[0]["minutes_99"] == ""
    assert told["rows"][0]["until"][2] is None
    assert float(planned[2]["minutes_50"]) == pytest.approx(told["rows"][2]["until"][0]["median"])
    assert {row["evening"] for row in rows} == {each.value for each in What}


@on_sqlite
def test_calls_are_as_long_as_measured_by_default(run):
    told = json.loads(run(*PLAN[:-2], "--style", "at-once", "--format", "json")[1])
    assert told["call_seconds"] == pytest.approx(measured("at-once").mean)


@on_sqlite
@pytest.mark.parametrize(("name", "begins"), [("plan.png", b"\x89PNG"), ("plan.svg", b"<?xml")])
def test_the_plot_is_drawn_into_a_file(run, tmp_path, name, begins):
    file = tmp_path / name
    assert run(*PLAN, "--plot", str(file))[0] == 0
    assert file.read_bytes().startswith(begins)
    if name.endswith("svg"):
        drawing = file.read_text()
        for said in ("30 bureaux", "50 %", "95 %", "99 %", ">lines<", ">order"):
            assert said in drawing


@on_sqlite
def test_without_the_library_that_draws_a_plot_is_refused_with_what_to_install(run, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    status, out, err = run(*PLAN, "--plot", str(tmp_path / "plan.png"))
    assert (status, out) == (2, "")
    assert "a plot needs matplotlib: pip install --require-hashes -r requirements-plot.lock" in err
    assert len(err.splitlines()) == 1
    assert run(*PLAN)[0] == 0


@on_sqlite
def test_arrivals_may_come_from_a_file(run, tmp_path):
    file = tmp_path / "arrivals.csv.gz"
    with gzip.open(file, "wt") as out:
        out.write("seconds\n" + "\n".join(str(10 * number) for number in range(2401)))
    times = np.linspace(0, 1, 11)
    assert read_arrivals(file).arrived(times) == pytest.approx(times, abs=0.02)
    told = json.loads(run(*PLAN, "--arrivals", str(file), "--format", "json")[1])
    assert told["arrivals"] == "arrivals.csv.gz"
    assert told["order"] == told["even_lines"]


REFUSED = [
    (("--bureaux", "0"), "'--bureaux': 0 is not in the range"),
    (("--bureaux", "9e9"), "'--bureaux'"),
    (("--window", "0"), "'--window': 0.0 is not in the range"),
    (("--window", "nan"), "'--window': 'nan' is not a number"),
    (("--call-seconds", "-1"), "'--call-seconds': -1.0 is not in the range"),
    (("--blocking", "0"), "'--blocking': 0.0 is not in the range"),
    (("--blocking", "1"), "'--blocking': 1.0 is not in the range"),
    (("--patience", "0"), "'--patience': 0 is not in the range"),
    (("--lines", "100,,200"), "'--lines': '' is not a number of lines"),
    (("--plot", "plan.pdf"), "'plan.pdf' ends neither with .png nor with .svg"),
    (("--plot", "no/such/plan.png"), "there is no folder 'no/such'"),
    (("--arrivals", "no-such.csv"), "no-such.csv: cannot be read (No such file or directory)"),
    (("--arrivals", "bad.csv"), "bad.csv, line 3: 'soon' is not a number of seconds"),
    (("--arrivals", "below.csv"), "below.csv, line 2: '-4' is not a number of seconds from 0 on"),
    (("--arrivals", "one.csv"), "one.csv: fewer than 2 different times"),
    (("--arrivals", "no-gzip.csv.gz"), "no-gzip.csv.gz: cannot be read (Not a gzipped file"),
]


@on_sqlite
@pytest.mark.parametrize(("options", "said"), REFUSED)
def test_what_makes_no_sense_is_refused_in_one_sentence(run, tmp_path, monkeypatch, options, said):
    files = {"bad.csv": "seconds\n1\nsoon\n", "below.csv": "1\n-4\n", "one.csv": "7\n7\n", "no-gzip.csv.gz": "1\n2\n"}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    status, out, err = run(*PLAN, *options)
    assert (status, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) == 1
