from collections import defaultdict
from itertools import permutations

import pytest

from stats import rules
from stats.rules import MarkCount


@pytest.mark.parametrize(
    ("part", "whole", "percent"), [(1, 3, 33), (2, 3, 67), (1, 8, 13), (1, 200, 1), (0, 5, 0), (5, 5, 100)]
)
def test_percents_are_whole_and_rounded_half_up(part, whole, percent):
    assert rules.percent(part, whole) == percent


@pytest.mark.parametrize(
    ("registered", "present", "publishable"),
    [(5, 5, True), (4, 4, False), (1, 0, False), (30, 4, False), (30, 1, False), (30, 0, True), (5, 0, True)],
)
def test_fewer_than_five_people_are_not_published(registered, present, publishable):
    assert rules.is_publishable(registered, present) is publishable


@pytest.mark.parametrize(
    ("sizes", "hidden"),
    [
        ([12, 9, 5], set()),
        # 26 − 12 − 9 would give the 3 away: the 9 goes with it.
        ([12, 9, 3], {1, 2}),
        # 17 − 12 = 5 people in two groups of different sizes: enough.
        ([12, 2, 3], {1, 2}),
        # 16 − 12 = 4: still fewer than five people.
        ([12, 20, 1, 3], {0, 2, 3}),
        # 20 − 12 = 8 could only be 4 and 4, since a 5 would have stayed: the 12 goes too.
        ([12, 20, 4, 4], {0, 2, 3}),
        # Two groups of the next size: one alone could be told from the other.
        ([10, 10, 4, 11], {0, 1, 2}),
        ([28, 3], {0, 1}),
        ([7], set()),
    ],
)
def test_a_small_group_takes_the_next_smallest_with_it(sizes, hidden):
    assert rules.hidden_groups([(size, size) for size in sizes]) == hidden


def test_a_group_with_too_few_present_is_hidden_like_a_small_one():
    assert rules.hidden_groups([(20, 20), (10, 3), (15, 15), (30, 0)]) == {1, 2}


def _breakdowns(groups: int, total: int):
    """Every way to share `total` people among `groups` groups of at least one."""
    if groups == 1:
        yield (total,)
        return
    for first in range(1, total - groups + 2):
        for others in _breakdowns(groups - 1, total - first):
            yield (first, *others)


@pytest.mark.parametrize(("groups", "largest"), [(1, 20), (2, 30), (3, 24), (4, 18), (5, 14)])
def test_nobody_who_knows_the_rules_and_the_sum_can_work_out_a_hidden_group(groups, largest):
    """Exhaustive: every page is grouped with all the breakdowns that lead to it; no hidden size is the same in all."""
    for total in range(rules.SMALLEST_GROUP, largest + 1):
        behind = defaultdict(list)
        for sizes in _breakdowns(groups, total):
            hidden = rules.hidden_groups([(size, size) for size in sizes])
            if len(hidden) < groups:  # when all are hidden the page does not even list them
                behind[tuple(None if i in hidden else size for i, size in enumerate(sizes))].append(sizes)
        for page, candidates in behind.items():
            for i in range(groups):
                if page[i] is None:
                    assert len({sizes[i] for sizes in candidates}) > 1, (page, candidates)


def test_what_is_hidden_does_not_depend_on_the_order():
    groups = [(3, 3), (10, 2), (12, 12), (12, 9), (40, 38)]
    expected = {groups[i] for i in rules.hidden_groups(groups)}
    for order in permutations(groups):
        assert {order[i] for i in rules.hidden_groups(order)} == expected


def test_distribution_counts_every_mark_from_twenty_down():
    counts = rules.distribution([12, 12, 12, 20, 9])
    assert [line.mark for line in counts] == list(range(20, -1, -1))
    assert [line for line in counts if line.count] == [
        MarkCount(20, 1, 33),
        MarkCount(12, 3, 100),
        MarkCount(9, 1, 33),
    ]


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([], []),
        ([(1, 2)], []),  # half is not weak
        ([(999, 2000)], [0]),  # 50 % when rounded, and yet more wrong answers than right ones
        ([(0, 3), (1, 4), (2, 2)], [0, 1]),
        ([(2, 6), (1, 3), (0, 1), (1, 5), (1, 9)], [2, 4, 3]),  # three at most, the weakest first
        ([(1, 3), (2, 6), (3, 9), (1, 3)], [0, 1, 2]),  # equals in their order
    ],
)
def test_weak_themes(scores, expected):
    assert rules.weak_themes(scores) == expected
