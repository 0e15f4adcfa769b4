"""The bench of a whole nation, on as few establishments as it takes: that it runs to its end, not how fast."""

import subprocess
import sys

import pytest

from tests.national.bench import PAGES, Plans

TRIAL = "from tests.national import bench; bench.main(0, rounds=1, quiet=1)"


@pytest.mark.postgresql
def test_it_runs_to_its_end():
    run = subprocess.run([sys.executable, "-c", TRIAL], capture_output=True, text=True, check=False, timeout=900)
    assert run.returncode == 0, run.stdout + run.stderr
    lines = run.stdout.splitlines()
    for title, _, is_the_same in PAGES.values():
        measured, planned = (line for line in lines if line.startswith(f"{title:<34} "))
        assert "bare queries: " in measured
        assert ("one school alone: " in measured) is is_the_same
        blocks = planned.removeprefix(title).split()
        assert len(blocks) == 1 + is_the_same
        assert all(int(many) > 0 for many in blocks)
    figures = (
        "minutes ",
        "WAL ",
        "longest transaction ",
        "longest wait for a lock, of anybody ",
        "  saves while it ran ",
    )
    for name in figures:
        assert [line for line in lines if line.startswith(name)], run.stdout


# As PostgreSQL 15 writes them.
PLAN = """Sort  (cost=5.25..5.26 rows=1 width=16) (actual time=0.049..0.050 rows=3 loops=1)
  Sort Key: exams_exam.starts_at
  Sort Method: {method}
  Buffers: shared hit=12 read=3, temp read=7 written=7
  ->  Seq Scan on exams_exam  (cost=0.00..4.10 rows=110 width=53) (actual time=0.001..0.007 rows=110 loops=1)
        Buffers: shared hit=12 read=3
Planning:
  Buffers: shared hit=8
Execution Time: 0.096 ms"""


@pytest.mark.parametrize(
    ("method", "large", "remarks"),
    [
        ("quicksort  Memory: 25kB", ["exams_sitting"], []),
        ("quicksort  Memory: 25kB", ["exams_sitting", "exams_exam"], ["reads exams_exam through"]),
        ("external merge  Disk: 4096kB", [], ["sorts on disk"]),
    ],
)
def test_what_is_read_out_of_a_plan(method, large, remarks):
    plan = PLAN.format(method=method).splitlines()
    assert Plans.read([plan, plan], large) == Plans(30, remarks)
