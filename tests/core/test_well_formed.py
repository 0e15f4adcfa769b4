"""What is refused at the door, before any view or database meets it."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor():
    return Client(raise_request_exception=True)


@pytest.mark.parametrize(
    "url", ["/aide/%00/", "/login?next=%00", "/?a=1&b=%00", "/administration/auth/x/?term=%00", "/examen/?%00=1"]
)
def test_a_nul_in_an_address(visitor, url):
    response = visitor.get(url)
    assert response.status_code == 400
    page = response.content.decode()
    assert "Le serveur n’a pas pu lire cette demande" in page
    assert "recommencez" in page


@pytest.mark.parametrize("length", ["abc", "-1", "1e3", "Ù£"])
def test_a_length_that_is_none(visitor, length):
    assert visitor.post("/login", {"login": "x"}, headers={"Content-Length": length}).status_code == 400


@pytest.mark.parametrize(
    "charset", ["utf-7", "unicode_escape", "raw_unicode_escape", "rot13", "utf-16", "klingon", "é"]
)
def test_a_form_in_another_encoding(visitor, charset):
    """Of these some decode to half a character, which breaks a query, and some to no text at all."""
    body = b'--b\r\nContent-Disposition: form-data; name="login"\r\n\r\n+2AA- \\ud800 \\x00\r\n--b--\r\n'
    response = visitor.generic("POST", "/login", body, f"multipart/form-data; boundary=b; charset={charset}")
    assert response.status_code == 400


@pytest.mark.parametrize("charset", ["", "; charset=utf-8", "; charset=UTF-8"])
def test_a_form_as_browsers_send_it(visitor, charset):
    body = "login=é&password=x".encode()
    response = visitor.generic("POST", "/login", body, f"application/x-www-form-urlencoded{charset}")
    assert response.status_code == 200


def test_a_cookie_with_a_nul_is_as_good_as_none(visitor):
    response = visitor.get("/accueil/", headers={"Cookie": 'sessionid="\\000aaaaaaaaaaaaaaaaaaaa"; a=b'})
    assert response.status_code == 302
    assert response["Location"].startswith("/login")
    assert response.wsgi_request.COOKIES == {"a": "b"}
