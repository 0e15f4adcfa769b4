"""What may be published of a few people, and the arithmetic of the statistics pages. Pure functions."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from exams.rules import QUESTIONS

# 11.1: « les données sont agrégées et anonymes »: a group of fewer people than this is not published.
SMALLEST_GROUP = 5


def percent(part: int, whole: int) -> int:
    """`part` of `whole` in whole percents, rounded half up; `whole` is at least 1."""
    return (200 * part + whole) // (2 * whole)


# --- Small groups -------------------------------------------------------------------------------------------------


def is_publishable(registered: int, present: int) -> bool:
    """Whether the figures of a group, taken alone, speak of enough people; its rate is a rate of those present."""
    return registered >= SMALLEST_GROUP and not 0 < present < SMALLEST_GROUP


def hidden_groups(groups: Sequence[tuple[int, int]]) -> set[int]:
    """Positions of the groups of a breakdown that are not published, when the sum of all of them is.

    Groups are (registered, present) in people, registered at least 1. The sum less the groups shown is what the hidden
    ones have together. So the smallest groups shown are hidden too as long as that would be the figures of one group,
    of groups of one size, or of fewer than five people registered or present. Sizes decide, never the order: the same
    page comes from the hidden sizes in any other order, and even a reader who knows these rules cannot tell one of
    them. For that, the page must not tell a small group from one hidden with it, nor list the groups when all are
    hidden.
    """
    sizes = [registered for registered, _ in groups]
    hidden = {i for i, group in enumerate(groups) if not is_publishable(*group)}
    while hidden and len(hidden) < len(groups):
        together = [sizes[i] for i in hidden]
        if len(set(together)) > 1 and is_publishable(sum(together), sum(groups[i][1] for i in hidden)):
            break
        smallest = min(size for i, size in enumerate(sizes) if i not in hidden)
        hidden |= {i for i, size in enumerate(sizes) if size == smallest}
    return hidden


# --- Weeks --------------------------------------------------------------------------------------------------------


def week_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


# --- What a class should train ------------------------------------------------------------------------------------

# 4.1: a training on « les thèmes sur lesquels les candidats n'auraient pas été en réussite »: the class gives fewer
# right answers than wrong ones. At most three, so that the twenty questions ask each of them several times.
WEAK_BELOW = 50
WEAK_THEMES = 3


def weak_themes(scores: Sequence[tuple[int, int]]) -> list[int]:
    """Positions of the weak themes, the weakest first; `scores` are (right answers, answers) with at least one answer.
    Equals stay in their order."""
    weak = [i for i, (right, answers) in enumerate(scores) if 100 * right < WEAK_BELOW * answers]
    return sorted(weak, key=lambda i: scores[i][0] / scores[i][1])[:WEAK_THEMES]


# --- The marks of an exam -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MarkCount:
    """How many candidates got a mark; `share` is in percent of the most frequent mark."""

    mark: int
    count: int
    share: int


def distribution(marks: Iterable[int], total: int = QUESTIONS) -> list[MarkCount]:
    """Every mark from `total` down to 0; `marks` holds at least one."""
    counts = Counter(marks)
    highest = max(counts.values())
    return [MarkCount(mark, counts[mark], percent(counts[mark], highest)) for mark in range(total, -1, -1)]
