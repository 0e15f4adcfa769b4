import pytest

from establishments.models import Establishment, News, User
from tests.factories import PASSWORD, EstablishmentFactory, UserFactory

MODELS = ["establishment", "user", "sessiondates", "news", "faqentry"]


@pytest.mark.parametrize("model", MODELS)
def test_the_lists_open_and_search(admin_client, model):
    EstablishmentFactory()
    assert admin_client.get(f"/administration/establishments/{model}/?q=collège").status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_the_administration_is_not_for_heads(head_client, model):
    assert head_client.get(f"/administration/establishments/{model}/").status_code == 302


def test_an_establishment_is_changed_but_not_made_here(admin_client, establishment):
    assert admin_client.get("/administration/establishments/establishment/add/").status_code == 403
    url = f"/administration/establishments/establishment/{establishment.pk}/change/"
    form = admin_client.get(url).context["adminform"].form
    data = {name: form[name].value() for name in form.fields} | {"name": "  Collège\u200b des   Lilas "}
    data |= {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    assert admin_client.post(url, data).status_code == 302
    assert Establishment.objects.get().name == "Collège des Lilas"


def test_an_address_is_still_checked_as_an_address(admin_client, establishment):
    url = f"/administration/establishments/establishment/{establishment.pk}/change/"
    form = admin_client.get(url).context["adminform"].form
    data = {name: form[name].value() for name in form.fields} | {"email": "pas une adresse"}
    data |= {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    assert list(admin_client.post(url, data).context["adminform"].form.errors) == ["email"]


def test_news_keep_their_paragraphs(admin_client):
    data = {"title": "Titre", "text": "Un\r\n\r\nDeux\u200b", "published_at_0": "01/03/2026", "published_at_1": "08:00"}
    assert admin_client.post("/administration/establishments/news/add/", data).status_code == 302
    assert News.objects.get().text == "Un\n\nDeux"


def test_accounts_are_listed_with_little_and_made_with_a_password(admin_client):
    UserFactory(username="0750655E", email="ce@example.org")
    page = admin_client.get("/administration/establishments/user/?q=0750655E")
    assert page.context["cl"].list_display == ["action_checkbox", "username", "email", "is_active"]
    assert [user.username for user in page.context["cl"].result_list] == ["0750655E"]
    data = {
        "username": "national",
        "email": "",
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    assert admin_client.post("/administration/establishments/user/add/", data).status_code == 302
    made = User.objects.get(username="national")
    assert (made.email, made.check_password(PASSWORD)) == (None, True)
    assert admin_client.get(f"/administration/establishments/user/{made.pk}/change/").status_code == 200
