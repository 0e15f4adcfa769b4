from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError

from establishments import actions
from establishments.enums import FaqKind, Role
from establishments.models import Establishment, FaqEntry, Membership, News, User
from tests.factories import PASSWORD, MembershipFactory

pytestmark = pytest.mark.django_db

FIELDS = {
    "identifier_kind": "uai",
    "identifier": "9740001U",
    "name": "Lycée du Volcan",
    "email": "CE.9740001U@example.org",
    "category": "SUD",
    "status": "public",
    "academy": "28",
    "department": "La Réunion",
    "region": "La Réunion",
    "address": "1 chemin des Laves",
    "postal_code": "97430",
    "city": "Le Tampon",
}


def test_an_establishment_comes_with_its_two_accounts():
    school = actions.create_establishment(head_password=PASSWORD, **FIELDS)
    accounts = [(m.role, m.user.username, m.user.email) for m in school.memberships.order_by("pk")]
    assert accounts == [
        (Role.HEAD, "9740001U", "ce.9740001u@example.org"),
        (Role.SUPERVISOR, "surveillant-9740001u", None),
    ]
    head, supervisor = User.objects.order_by("pk")
    assert head.check_password(PASSWORD)
    assert not supervisor.has_usable_password()
    addresses = EmailAddress.objects.values_list("user", "email", "verified", "primary")
    assert list(addresses) == [(head.pk, "ce.9740001u@example.org", True, True)]


def test_the_time_zone_is_the_academys_unless_it_is_given():
    assert actions.create_establishment(head_password=PASSWORD, **FIELDS).time_zone == "Indian/Reunion"
    other = FIELDS | {"identifier": "0990001A", "email": "autre@example.org", "time_zone": "Asia/Tokyo"}
    assert actions.create_establishment(head_password=PASSWORD, **other).time_zone == "Asia/Tokyo"


def test_an_acronym_with_spaces_makes_a_supervisors_identifier_without():
    fields = FIELDS | {"identifier_kind": "epide", "identifier": "EPIDE Île-de-France", "category": "EPID"}
    school = actions.create_establishment(head_password=PASSWORD, **fields)
    assert school.memberships.get(role=Role.SUPERVISOR).user.username == "surveillant-epide-ile-de-france"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"category": "LUNE"}, "category"),
        ({"email": "pas une adresse"}, "email"),
        ({"time_zone": "Lune/Mer"}, "time_zone"),
        ({"identifier": FIELDS["identifier"]}, "identifier"),
        ({"email": FIELDS["email"]}, "email"),
    ],
)
def test_a_wrong_or_taken_field_makes_nothing(change, field):
    actions.create_establishment(head_password=PASSWORD, **FIELDS)
    before = (Establishment.objects.count(), User.objects.count(), Membership.objects.count())
    other = FIELDS | {"identifier": "9740003W", "email": "libre@example.org"} | change
    with pytest.raises(ValidationError) as raised:
        actions.create_establishment(head_password=PASSWORD, **other)
    assert list(raised.value.message_dict) == [field]
    assert (Establishment.objects.count(), User.objects.count(), Membership.objects.count()) == before


def test_the_supervisors_password_is_set_for_this_establishment_only(establishment, other_establishment):
    ours = MembershipFactory(establishment=establishment, role=Role.SUPERVISOR).user
    head = MembershipFactory(establishment=establishment, role=Role.HEAD).user
    theirs = MembershipFactory(establishment=other_establishment, role=Role.SUPERVISOR).user
    assert actions.set_supervisor_password(establishment=establishment, password="Passage-pieton-9") == ours
    for user, changed in ((ours, True), (head, False), (theirs, False)):
        user.refresh_from_db()
        assert user.check_password("Passage-pieton-9") is changed
        assert user.check_password(PASSWORD) is not changed


def test_without_a_supervisors_account_there_is_nothing_to_open(establishment):
    MembershipFactory(establishment=establishment, role=Role.HEAD)
    with pytest.raises(User.DoesNotExist):
        actions.set_supervisor_password(establishment=establishment, password=PASSWORD)


SEED = Path(actions.__file__).with_name("seed.toml")


def test_the_first_texts_load_once_however_often_they_are_loaded():
    actions.load_texts(SEED)
    first = list(News.objects.values_list("pk", "title", "published_at"))
    FaqEntry.objects.filter(position=1).update(answer="Ancienne réponse.")
    FaqEntry.objects.create(kind=FaqKind.TECHNICAL, question="Une question de plus ?", answer="Oui.")
    actions.load_texts(SEED)
    assert list(News.objects.values_list("pk", "title", "published_at")) == first
    assert first[0][1] == "Bienvenue sur la plateforme"
    assert FaqEntry.objects.filter(kind=FaqKind.TECHNICAL).count() == 21 + 1
    assert FaqEntry.objects.filter(kind=FaqKind.REGULATORY).count() == 11
    assert not FaqEntry.objects.filter(answer="Ancienne réponse.").exists()


def test_the_first_texts_keep_their_order():
    actions.load_texts(SEED)
    questions = FaqEntry.objects.filter(kind=FaqKind.REGULATORY).values_list("question", flat=True)
    assert questions[0] == "Qui passe l’ASSR1 ?"
    assert questions[7] == "Quels aménagements pour un candidat à besoins particuliers ?"


def test_a_text_of_unknown_kind_loads_nothing(tmp_path):
    path = tmp_path / "texts.toml"
    path.write_text('news = [{title = "A", text = "B"}]\nfaq = [{kind = "autre", question = "Q", answer = "R"}]')
    with pytest.raises(ValueError, match="autre"):
        actions.load_texts(path)
    assert not News.objects.exists()
