"""A12: the dates of every category, and what happens outside of them."""

from datetime import date, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from establishments import queries, rules
from establishments.enums import Category
from establishments.models import SessionDates
from exams.forms import ExamForm
from exams.models import Exam
from tests.conftest import StrictClient
from tests.factories import CandidateFactory, EstablishmentFactory, MembershipFactory, make_bank

EARLY, LATE = (7, 7), (12, 1)
# Handbook, calendar page: last day, and the attestations.
CALENDAR = {
    Category.NATIONAL_EDUCATION: (EARLY, ["ASSR1", "ASSR2", "AER"]),
    Category.AGRICULTURAL: (EARLY, ["ASSR1", "ASSR2", "AER"]),
    Category.MARITIME: (EARLY, ["ASSR1", "ASSR2", "AER"]),
    Category.MILITARY: (EARLY, ["ASSR1", "ASSR2", "AER"]),
    Category.LEGION_OF_HONOUR: (EARLY, ["ASSR1", "ASSR2", "AER"]),
    Category.ABROAD: (EARLY, ["ASSR1", "ASSR2", "AER"]),
    Category.CFA: (EARLY, ["ASR", "AER"]),
    Category.SOUTHERN: (LATE, ["ASSR1", "ASSR2", "AER"]),
    Category.PJJ: (LATE, ["ASSR1", "ASSR2", "AER"]),
    Category.PRISON: (LATE, ["ASSR1", "ASSR2", "AER"]),
    Category.EPIDE: (LATE, ["ASSR1", "ASSR2", "AER"]),
    Category.GRETA: (LATE, ["ASR", "AER"]),
    Category.MEDICO_SOCIAL: (LATE, ["ASSR1", "ASSR2", "ASR", "AER"]),
}
ZONES = ["Europe/Paris", "Pacific/Noumea", "Pacific/Tahiti", "America/Miquelon"]
YEAR = 2031


def test_every_category_of_the_handbook_has_its_calendar():
    assert set(CALENDAR) == set(Category)
    for category, (last, attestations) in CALENDAR.items():
        assert rules.usual_dates(category, 2023) == (date(2023, 1, 16), date(2023, *last))
        assert list(rules.attestations_of(category)) == attestations


def asked(establishment, day: date, hour: time = time(0, 0)) -> ExamForm:
    """The form as the middleware would have it read: in the establishment's own time."""
    with timezone.override(establishment.zone):
        form = ExamForm(
            {
                "kind": "exam",
                "attestation": establishment.attestations[0].value,
                "name": "Examen",
                "starts_at": datetime.combine(day, hour).strftime("%Y-%m-%dT%H:%M"),
            },
            establishment=establishment,
            now=datetime(YEAR - 1, 12, 1, tzinfo=ZoneInfo("UTC")),
        )
        form.is_valid()
    return form


@pytest.mark.django_db
@pytest.mark.parametrize(("category", "zone"), list(product(Category, ZONES)))
def test_exams_are_created_from_the_first_to_the_last_day_of_local_time(category, zone):
    establishment = EstablishmentFactory(category=category, time_zone=zone)
    first, last = date(YEAR, 1, 16), date(YEAR, *CALENDAR[category][0])
    one_day = timedelta(days=1)
    refusal = [
        f"Pour votre établissement, les épreuves de {YEAR} ont lieu du {first:%d/%m/%Y} au {last:%d/%m/%Y} : "
        "choisissez une date comprise entre ces deux jours."
    ]
    for day, hour in ((first, time(0, 0)), (last, time(23, 59))):
        form = asked(establishment, day, hour)
        assert form.errors == {}
        assert form.cleaned_data["starts_at"] == datetime.combine(day, hour, tzinfo=ZoneInfo(zone))
    for day, hour in ((first - one_day, time(23, 59)), (last + one_day, time(0, 0))):
        assert asked(establishment, day, hour).errors == {"starts_at": refusal}
    assert [value for value, _ in form.fields["attestation"].choices] == CALENDAR[category][1]


@pytest.mark.django_db
def test_the_national_calendar_goes_before_the_usual_dates():
    establishment = EstablishmentFactory(category="EN")
    SessionDates.objects.create(category="EN", year=YEAR, opens_on=date(YEAR, 2, 1), closes_on=date(YEAR, 6, 30))
    assert queries.session_dates(establishment, YEAR) == (date(YEAR, 2, 1), date(YEAR, 6, 30))
    assert queries.session_dates(establishment, YEAR + 1) == rules.usual_dates("EN", YEAR + 1)
    assert queries.session_dates(EstablishmentFactory(category="CFA"), YEAR) == rules.usual_dates("CFA", YEAR)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("opens_on", "closes_on", "dates"),
    [
        (None, None, (date(YEAR, 2, 1), date(YEAR, 6, 30))),
        (None, date(YEAR, 11, 3), (date(YEAR, 2, 1), date(YEAR, 11, 3))),
        (date(YEAR, 1, 5), None, (date(YEAR, 1, 5), date(YEAR, 6, 30))),
        (date(YEAR, 1, 5), date(YEAR, 11, 3), (date(YEAR, 1, 5), date(YEAR, 11, 3))),
        (date(YEAR - 1, 1, 5), date(YEAR - 1, 11, 3), (date(YEAR, 2, 1), date(YEAR, 6, 30))),
    ],
)
def test_an_exception_is_one_establishments_and_one_years(opens_on, closes_on, dates):
    SessionDates.objects.create(category="EN", year=YEAR, opens_on=date(YEAR, 2, 1), closes_on=date(YEAR, 6, 30))
    establishment = EstablishmentFactory(category="EN", opens_on=opens_on, closes_on=closes_on)
    assert queries.session_dates(establishment, YEAR) == dates
    assert queries.session_dates(EstablishmentFactory(category="EN"), YEAR) == (date(YEAR, 2, 1), date(YEAR, 6, 30))


@pytest.fixture
def closed_school(db):
    """A head whose session closed yesterday, with an exam that was sat."""
    membership = MembershipFactory(establishment=EstablishmentFactory(category="EN"))
    today = timezone.localdate()
    year = today.year
    SessionDates.objects.create(
        category="EN", year=year, opens_on=date(year - 1, 12, 1), closes_on=today - timedelta(days=1)
    )
    client = StrictClient()
    client.force_login(membership.user)
    return client, membership.establishment


def test_after_the_last_day_nothing_is_created_and_everything_else_works(closed_school):
    client, establishment = closed_school
    make_bank()
    candidate = CandidateFactory(establishment=establishment)
    tomorrow = (timezone.now() + timedelta(days=1)).astimezone(establishment.zone)
    fields = {
        "kind": "exam", "attestation": "ASSR1", "name": "Trop tard", "starts_at": f"{tomorrow:%Y-%m-%dT%H:%M}",
        "candidates": [candidate.pk], "generate": "1",
    }  # fmt: skip
    page = client.post(reverse("exam_create"), fields)
    assert "ont lieu du" in page.context["form"].errors["starts_at"][0]
    assert not Exam.objects.exists()
    assert "La création d’épreuves est close" in client.get("/accueil/").content.decode()
    for name in ("exam_list", "candidate_list", "candidate_import", "candidate_add", "statistics", "all_attestations"):
        assert client.get(reverse(name)).status_code == 200, name


@pytest.mark.django_db
def test_the_home_page_says_an_exception(head_client, establishment):
    today = timezone.localdate()
    assert "une exception accordée" not in head_client.get("/accueil/").content.decode()
    type(establishment).objects.update(closes_on=date(today.year, 12, 20))
    page = " ".join(head_client.get("/accueil/").content.decode().split())
    assert f"au <strong>20 décembre {today.year}</strong>" in page
    assert "une exception accordée à votre établissement" in page
