"""P11: nobody gains or loses time by the device's clock, its time zone, or by loading the page again."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from exams.models import Sitting
from tests.exams.player import Pupil, lilys

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# The clock of the device is 26 h ahead, and 26 h behind at the next page.
WRONG_CLOCK = """
const { now } = Date, Real = Date;
const ahead = sessionStorage.getItem("ahead") === "yes";
sessionStorage.setItem("ahead", ahead ? "no" : "yes");
const apart = (ahead ? 26 : -26) * 3600e3;
Date.now = () => now() + apart;
window.Date = class extends Real {
  constructor(...parts) {
    super(...(parts.length ? parts : [now() + apart]));
  }
};
"""


@pytest.fixture
def sitting(establishment) -> Sitting:
    return lilys(establishment)


def refreshed(runs: list[tuple[Pupil, Sitting]], seconds: float) -> list[float]:
    """Let each sitting answer its first question with a wrong clock, and load the page twenty times, `seconds` longer
    than that takes. Returns for how many milliseconds each question was open."""
    lengths = []
    for pupil, sitting in runs:
        pupil.context.add_init_script(WRONG_CLOCK)
        pupil.takes_times()
        pupil.arrives(sitting)
        pupil.passes_tutorial()
        pupil.reaches(1)
        for _ in range(20):
            pupil.page.reload()
            pupil.reaches(1)
            pupil.page.wait_for_timeout(seconds * 1000 / 20)
        pupil.reaches(2, seconds=90)
        shown, closed = pupil.noted("shown"), pupil.noted("closed")
        assert [statement for statement, _ in shown] == ["Énoncé 1\u00a0?"] * 21 + ["Énoncé 2\u00a0?"]
        lengths.append(closed[0][1] - shown[0][1])
    return lengths


def test_forty_five_seconds_are_forty_five_seconds_and_sixty_with_tiers_temps(pupils, sitting):
    other = lilys(sitting.exam.establishment)
    other.candidate.extra_time = True
    other.candidate.save(update_fields=["extra_time"])
    runs = [(pupils(timezone_id="Pacific/Kiritimati"), sitting), (pupils(timezone_id="Pacific/Pago_Pago"), other)]
    usual, longer = refreshed(runs, seconds=5)
    assert abs(usual - 45_000) < 500
    assert abs(longer - 60_000) < 500


def test_control_a_deadline_from_the_device_s_clock_is_caught(pupil, sitting):
    pupil.finds("clock.js", "return performance.now() + (this.low + this.high) / 2;", "return Date.now();")
    pupil.context.add_init_script(WRONG_CLOCK)
    pupil.takes_times()
    pupil.arrives(sitting)
    pupil.passes_tutorial()
    pupil.reaches(1)
    pupil.page.reload()  # 52 h later, as the device has it
    pupil.reaches(2)
    assert pupil.noted("closed")[0][1] - pupil.noted("shown")[0][1] < 44_500


# Each look at the device's clock finds it an hour later: so it is after a sleep, and in no other way.
SLEEPLESS = "const { now } = Date; let later = 0; Date.now = () => now() + (later += 3600e3);"


def test_a_device_that_seems_to_have_slept_asks_for_the_time_and_not_at_every_look(pupil, sitting):
    asked = []
    pupil.page.on("request", lambda request: request.url.endswith("/reprendre/") and asked.append(request.url))
    pupil.context.add_init_script(SLEEPLESS)
    pupil.arrives(sitting)
    pupil.passes_tutorial()
    pupil.reaches(1)
    pupil.page.wait_for_timeout(4000)
    assert len(asked) == 1


@pytest.mark.parametrize("defect", [False, True], ids=["as it is", "control"])
def test_a_platform_whose_clock_is_set_back_gives_nobody_hours(pupils, sitting, monkeypatch, defect):
    """Two hours back in the middle of a question: it has its whole time again, and the exam goes on."""
    pupil = pupils()
    if defect:
        pupil.finds("player.js", "if (this.clock.now() < this.span.startedAt) this.settle(this.span);", "")
    pupil.arrives(sitting)
    pupil.passes_tutorial()
    pupil.reaches(1)
    true = timezone.now
    back = SimpleNamespace(now=lambda: true() - timedelta(hours=2))
    monkeypatch.setattr("exams.views.delivery.timezone", back)
    pupil.brick("A").check()
    shown = "Number(document.querySelector('[data-seconds]').textContent)"
    pupil.waits(f"{shown} > 7000" if defect else f"{shown} >= 44", 60)
    if not defect:
        assert pupil.page.evaluate(shown) <= 45
