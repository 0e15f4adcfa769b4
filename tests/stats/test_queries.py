import pytest

from establishments.enums import Attestation
from exams.enums import ExamKind, Outcome, SittingState
from stats.queries import Row, establishment_statistics, exam_statistics
from tests.factories import CandidateFactory, ExamFactory, SittingFactory
from tests.stats.conftest import answers, finish, finish_all, register

pytestmark = pytest.mark.django_db

HIDDEN = "moins de 5 ou masqué"


def rows_of(section, attestation="ASSR1"):
    [part] = [part for part in section.attestations if part.attestation == attestation]
    return part.rows


# --- One exam -----------------------------------------------------------------------------------------------------


def test_exam_statistics_are_the_hand_worked_ones(make_exam):
    exam = make_exam()
    finish(exam, person={"last_name": "ZOLA", "first_name": "Zoé"}, circulation=6, vitesse=2)
    finish(exam, person={"last_name": "ADAM", "first_name": "Léo"}, circulation=12, vitesse=3)
    register(exam, 1)
    register(exam, 1, state=SittingState.RUNNING)
    statistics = exam_statistics(exam)
    assert (statistics.registered, statistics.marks, statistics.admitted, statistics.mean) == (4, [15, 8], 1, 11.5)
    assert [(str(line.candidate), line.outcome) for line in statistics.candidates] == [
        ("ADAM Léo", Outcome.ADMITTED),
        ("ZOLA Zoé", Outcome.FAILED),
    ]
    assert [
        (t.score.label, t.questions, t.score.percent, [(str(who), score.percent) for who, score in t.candidates])
        for t in statistics.themes
    ] == [
        ("Circulation", 12, 75, [("ADAM Léo", 100), ("ZOLA Zoé", 50)]),  # 18 of 24
        ("Vitesse", 8, 31, [("ADAM Léo", 38), ("ZOLA Zoé", 25)]),  # 5 of 16; 3 of 8 is 37.5
    ]


def test_a_candidate_order_of_the_questions_does_not_matter(make_exam):
    exam = make_exam()
    sitting = finish(exam, circulation=12, vitesse=2)
    sitting.order = list(range(20, 0, -1))
    sitting.save(update_fields=["order"])
    assert [theme.score.percent for theme in exam_statistics(exam).themes] == [100, 25]


def test_the_distribution_is_cut_at_the_pass_mark(make_exam):
    exam = make_exam()
    finish(exam, circulation=10)
    finish(exam, circulation=9)
    (admitted, best), (failed, others) = exam_statistics(exam).distribution
    assert (admitted, [line.mark for line in best]) == (Outcome.ADMITTED, list(range(20, 9, -1)))
    assert (failed, [line.mark for line in others]) == (Outcome.FAILED, list(range(9, -1, -1)))
    assert (best[-1].count, others[0].count) == (1, 1)


def test_exam_statistics_without_anybody(make_exam):
    exam = make_exam()
    register(exam, 2)
    statistics = exam_statistics(exam)
    assert (statistics.registered, statistics.candidates, statistics.themes) == (2, [], [])


@pytest.mark.parametrize("count", [1, 3, 35])
def test_exam_statistics_take_five_queries(make_exam, count, django_assert_num_queries):
    exam = make_exam()
    for _ in range(count):
        finish(exam, circulation=5)
    with django_assert_num_queries(5):
        assert len(exam_statistics(exam).candidates) == count


# --- Exams of a session -------------------------------------------------------------------------------------------


def test_exam_figures_by_attestation_division_and_sex(establishment, make_exam):
    exam = make_exam()
    finish_all(exam, [10, 12, 20, 15, 9], division="5A", sex="F")
    register(exam, 1, division="5A", sex="F", state=SittingState.RUNNING)
    register(exam, 1, division="5A", sex="F")
    finish_all(exam, [10, 10, 10, 0, 5, 9], division="", sex="")
    finish_all(make_exam(attestation=Attestation.AER), [20, 20, 20, 20, 20], division="5A", sex="M")
    [section] = establishment_statistics(establishment, exam.year)
    assert section.title == "Examen : épreuve principale"
    assert [part.attestation for part in section.attestations] == ["ASSR1", "AER"]
    assert rows_of(section) == [
        Row("Ensemble", "Ensemble", 13, 12, 7, 58),
        Row("Classe", "5A", 7, 6, 4, 67),
        Row("Classe", "Sans classe", 6, 6, 3, 50),
        Row("Sexe", "Féminin", 7, 6, 4, 67),
        Row("Sexe", "Non renseigné", 6, 6, 3, 50),
    ]
    assert rows_of(section, "AER") == [
        Row("Ensemble", "Ensemble", 5, 5, 5, 100),
        Row("Classe", "5A", 5, 5, 5, 100),
        Row("Sexe", "Masculin", 5, 5, 5, 100),
    ]


def test_nobody_present_is_no_rate(establishment, make_exam):
    exam = make_exam()
    register(exam, 6)
    [section] = establishment_statistics(establishment, exam.year)
    assert rows_of(section)[0] == Row("Ensemble", "Ensemble", 6, 0, 0, None)


def test_a_technical_absence_is_registered_and_not_present(establishment, make_exam):
    exam = make_exam()
    finish_all(exam, [12] * 5)
    register(exam, 6, state=SittingState.VOID)
    register(exam, 1, state=SittingState.RUNNING)
    [section] = establishment_statistics(establishment, exam.year)
    assert rows_of(section)[0] == Row("Ensemble", "Ensemble", 12, 6, 5, 83)


def test_the_rattrapage_counts_apart(establishment, make_exam):
    exam = make_exam()
    finish_all(exam, [12] * 5)
    finish_all(exam, [12] * 4 + [5] * 2, rattrapage=True)
    main, rattrapage = establishment_statistics(establishment, exam.year)
    assert (main.title, rows_of(main)[0].registered) == ("Examen : épreuve principale", 5)
    assert (rattrapage.title, rows_of(rattrapage)[0]) == (
        "Examen : épreuve de rattrapage",
        Row("Ensemble", "Ensemble", 6, 6, 4, 67),
    )


def test_other_establishments_and_other_years_do_not_count(establishment, other_establishment, make_exam):
    exam = make_exam()
    finish_all(exam, [12] * 5)
    finish_all(ExamFactory(establishment=other_establishment), [0] * 6)
    finish_all(make_exam(year=exam.year - 1), [0] * 6)
    [section] = establishment_statistics(establishment, exam.year)
    assert rows_of(section)[0] == Row("Ensemble", "Ensemble", 5, 5, 5, 100)


def test_nobody_registered_is_no_section(establishment, make_exam):
    make_exam()
    assert establishment_statistics(establishment, make_exam().year) == []


# --- Anonymity ----------------------------------------------------------------------------------------------------


def test_a_small_attestation_shows_nothing_else(establishment, make_exam):
    exam = make_exam()
    finish_all(exam, [20, 3, 4, 11], division="5A")
    [section] = establishment_statistics(establishment, exam.year)
    assert rows_of(section) == [Row("Ensemble", "Ensemble", "moins de 5", "masqué", "masqué", "masqué")]


def test_few_present_hide_the_rate_without_calling_the_group_small(establishment, make_exam):
    exam = make_exam()
    finish_all(exam, [20, 3, 4])
    register(exam, 10)
    [section] = establishment_statistics(establishment, exam.year)
    assert rows_of(section) == [Row("Ensemble", "Ensemble", "masqué", "masqué", "masqué", "masqué")]


def test_a_small_division_hides_the_next_smallest_and_the_sexes_stand_alone(establishment, make_exam):
    exam = make_exam()
    finish_all(exam, [12] * 8, division="5A", sex="F")
    finish_all(exam, [12] * 6, division="5B", sex="M")
    finish_all(exam, [3] * 3, division="5C", sex="F")
    [section] = establishment_statistics(establishment, exam.year)
    assert rows_of(section) == [
        Row("Ensemble", "Ensemble", 17, 17, 14, 82),
        Row("Classe", "5A", 8, 8, 8, 100),
        Row("Classe", "5B", HIDDEN, "masqué", "masqué", "masqué"),
        Row("Classe", "5C", HIDDEN, "masqué", "masqué", "masqué"),
        Row("Sexe", "Féminin", 11, 11, 8, 73),
        Row("Sexe", "Masculin", 6, 6, 6, 100),
    ]


def test_a_breakdown_with_nothing_to_show_does_not_list_its_groups(establishment, make_exam):
    exam = make_exam()
    finish_all(exam, [12] * 8, division="5A", sex="F")
    finish_all(exam, [12], division="5B", sex="F")
    [section] = establishment_statistics(establishment, exam.year)
    assert rows_of(section) == [
        Row("Ensemble", "Ensemble", 9, 9, 9, 100),
        Row("Classe", "Tous les groupes", "masqué", "masqué", "masqué", "masqué"),
        Row("Sexe", "Féminin", 9, 9, 9, 100),
    ]


def test_people_are_counted_not_sittings(establishment, make_exam):
    """Four candidates in two trainings are eight registrations, and still four people."""
    exams = [make_exam(kind=ExamKind.TRAINING), make_exam(kind=ExamKind.TRAINING)]
    for candidate in CandidateFactory.create_batch(4, establishment=establishment):
        for exam in exams:
            finish(exam, candidate=candidate, circulation=12)
    [section] = establishment_statistics(establishment, exams[0].year)
    assert rows_of(section) == [Row("Ensemble", "Ensemble", "moins de 5", None, None, "masqué")]


# --- Training -----------------------------------------------------------------------------------------------------


def test_training_figures_are_shares_of_right_answers(establishment, make_exam):
    exam = make_exam(kind=ExamKind.TRAINING)
    for _ in range(5):
        finish(exam, person={"division": "5A", "sex": "F"}, circulation=12, vitesse=4)
    for _ in range(5):
        finish(exam, person={"division": "5B", "sex": "M"}, circulation=3, vitesse=0)
    register(exam, 1, division="5B", sex="M")
    running = CandidateFactory(establishment=establishment, division="5B", sex="M")
    responses = answers(exam, circulation=12, vitesse=8)
    SittingFactory(exam=exam, candidate=running, state=SittingState.RUNNING, responses=responses)
    [section] = establishment_statistics(establishment, exam.year)
    assert (section.title, section.is_training) == ("Entraînement", True)
    assert rows_of(section) == [
        Row("Ensemble", "Ensemble", 12, None, None, 48),  # 5 × 16 + 5 × 3 = 95 of 200: 47.5
        Row("Thème", "Circulation", 12, None, None, 63),  # 75 of 120: 62.5
        Row("Thème", "Vitesse", 12, None, None, 25),  # 20 of 80
        Row("Classe", "5A", 5, None, None, 80),
        Row("Classe", "5B", 7, None, None, 15),
        Row("Sexe", "Féminin", 5, None, None, 80),
        Row("Sexe", "Masculin", 7, None, None, 15),
    ]


def test_a_theme_counts_those_whose_training_has_it(establishment, make_exam):
    everything = make_exam(kind=ExamKind.TRAINING)
    speed = make_exam(kind=ExamKind.TRAINING, themes={"vitesse": 20})
    for _ in range(5):
        finish(everything, circulation=6, vitesse=8)
    for _ in range(6):
        finish(speed, vitesse=5)
    [section] = establishment_statistics(establishment, speed.year)
    assert [row for row in rows_of(section) if row.breakdown == "Thème"] == [
        Row("Thème", "Circulation", 5, None, None, 50),
        Row("Thème", "Vitesse", 11, None, None, 44),  # 5 × 8 + 6 × 5 = 70 of 5 × 8 + 6 × 20 = 160
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_statistics_of_a_session_take_four_queries(establishment, make_exam, count, django_assert_num_queries):
    for _ in range(count):
        finish(make_exam(), circulation=12)
        finish(make_exam(kind=ExamKind.TRAINING), circulation=12)
    year = establishment.current_year
    with django_assert_num_queries(4):
        establishment_statistics(establishment, year)
