"""From the printed page to the verdict: the code is decoded from a picture of the PDF, and verified in Chromium without
any network."""

import subprocess
from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from certificates import documents, seal
from esr.core.keyring import Keyring, encode
from tests.factories import CandidateFactory, EstablishmentFactory, ExamFactory, SittingFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

THIS_YEAR = date.today().year
TODAY = date.today()
LAST_YEAR = seal.new_key(THIS_YEAR - 1)
NAMES = [
    ("BAILLY", "Elfie"),
    ("de La Rochefoucauld-Montmorency d’Estouteville-Beauvoisin", "Marie-Antoinette"),
    ("NGUYỄN PHƯỚC BẢO LỘC", "Thị Hồng Đào"),
    ("TEʻIHOTUʻURA-MĀʻOHI", "Heimanu Tāne ō Ū"),
    ("Ệ" * 100, "Ướ" * 50),
]
AUTHENTIC = "Cette attestation est authentique"


def admitted(last_name, first_name, attestation="ASSR2"):
    school = EstablishmentFactory.build(identifier="0750655E")
    exam = ExamFactory.build(establishment=school, attestation=attestation)
    someone = CandidateFactory.build(establishment=school, last_name=last_name, first_name=first_name)
    return SittingFactory.build(exam=exam, candidate=someone, closed=True)


def codes_of(pdf: bytes, folder: Path, resolution: int = 150) -> list[str]:
    """The code on each page, read from its picture at so many dots an inch as a telephone reads it from the paper."""
    import zxingcpp
    from PIL import Image

    run = ["pdftoppm", "-r", str(resolution), "-gray", "-", folder / "page"]
    subprocess.run(run, input=pdf, capture_output=True, check=True)
    codes = [zxingcpp.read_barcodes(Image.open(picture)) for picture in sorted(folder.glob("page-*.pgm"))]
    assert [len(found) for found in codes] == [1] * len(codes)
    return [found[0].text for found in codes]


class Verifier:
    """The page, loaded once and then cut from the network."""

    def __init__(self, context, address):
        self.errors = []
        self.page = context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda message: "Content Security" in message.text and self.errors.append(message.text))
        self.page.goto(f"{address}/verifier/")
        expect(self.page.get_by_label("Lien à vérifier")).to_be_visible()
        context.set_offline(True)

    def opens(self, link: str) -> None:
        self.page.evaluate("hash => { location.hash = hash; }", link.partition("#")[2])

    def says(self, title: str) -> None:
        expect(self.page.get_by_role("heading", name=title)).to_be_visible()
        expect(self.page.locator("[data-result] [data-state]:visible")).to_have_count(1)
        expect(self.page.locator("[data-result]")).to_be_focused()

    def facts(self) -> dict[str, str]:
        rows = self.page.locator(".public-facts > div")
        return {row.locator("dt").inner_text(): row.locator("dd").inner_text() for row in rows.all()}


@pytest.fixture
def address(live_server, settings):
    settings.SITE_URL = live_server.url
    settings.ATTESTATION_PUBLIC_KEYS = Keyring([LAST_YEAR.public])
    return live_server.url


@pytest.fixture
def verifier(browser, address):
    context = browser.new_context(locale="fr-FR")
    verifier = Verifier(context, address)
    yield verifier
    context.close()
    assert not verifier.errors


def test_the_codes_of_printed_pages_verify_without_a_network(verifier, address, tmp_path):
    sittings = [admitted(*name) for name in NAMES]
    links = codes_of(documents.attestations(sittings, issued_on=TODAY), tmp_path)
    assert [link.startswith(f"{address}/verifier/#") for link in links] == [True] * len(NAMES)
    for link, (last_name, first_name) in zip(links, NAMES, strict=True):
        verifier.opens(link)
        expect(verifier.page.locator("[data-fact=last-name]")).to_have_text(last_name.upper())
        expect(verifier.page.locator("[data-fact=first-name]")).to_have_text(first_name)
        verifier.says(AUTHENTIC)
    assert verifier.facts()["Exemplaire"] == "original"
    assert verifier.facts()["Attestation"] == "attestation scolaire de sécurité routière de niveau 2 (ASSR2)"


def test_a_duplicate_says_both_dates(verifier, tmp_path):
    sitting = admitted("BAILLY", "Elfie", "AER")
    original = TODAY.replace(month=1, day=5)
    pdf = documents.attestations([sitting], issued_on=TODAY, originals={sitting.pk: original}, duplicate=True)
    verifier.opens(codes_of(pdf, tmp_path)[0])
    verifier.says(AUTHENTIC)
    facts = verifier.facts()
    assert facts["Attestation"] == "attestation d’éducation à la route (AER)"
    assert facts["Fait le"] == f"5 janvier {THIS_YEAR}"
    assert facts["Exemplaire"].startswith("duplicata, délivré le ")
    assert facts["Identifiant de l’établissement"] == "0750655E"


def sealed(key=LAST_YEAR, **changes) -> bytes:
    claims = {
        "attestation": "ASSR1",
        "last_name": "BAILLY",
        "first_name": "Elfie",
        "birth_date": date(2012, 4, 3),
        "establishment": "0750655E",
        "exam_on": date(key.year, 3, 16),
        "issued_on": date(key.year, 7, 3),
    }
    return seal.seal(seal.Claims(**{**claims, **changes}), key)


def test_a_key_of_last_year_still_verifies(verifier):
    verifier.opens(seal.link("", sealed()))
    verifier.says(AUTHENTIC)
    assert verifier.facts() == {
        "Attestation": "attestation scolaire de sécurité routière de niveau 1 (ASSR1)",
        "Nom": "BAILLY",
        "Prénom": "Elfie",
        "Date de naissance": "03/04/2012",
        "Identifiant de l’établissement": "0750655E",
        "Date de l’épreuve": f"16 mars {LAST_YEAR.year}",
        "Fait le": f"3 juillet {LAST_YEAR.year}",
        "Exemplaire": "original",
    }
    assert LAST_YEAR.kid in verifier.page.locator("[data-state=authentic]").inner_text()


def test_one_changed_bit_anywhere_is_refused(verifier):
    """All of them, by the page's own functions; and one as a person meets it."""
    whole = sealed()
    assert (
        verifier.page.evaluate(
            """async (link) => {
          const { readLink, unseal } = await import(document.querySelector("script[src*=verification]").src
            .replace("verification.js", "verification/seal.js"));
          const keys = JSON.parse(document.getElementById("keys").textContent);
          const sealed = readLink(link);
          await unseal(sealed, keys);
          let accepted = 0;
          for (let bit = 0; bit < sealed.length * 8; bit += 1) {
            const changed = sealed.slice();
            changed[bit >> 3] ^= 1 << (bit & 7);
            await unseal(changed, keys).then(() => { accepted += 1; }, (error) => { if (!error.step) throw error; });
          }
          for (let length = 0; length < sealed.length; length += 1) {
            await unseal(sealed.slice(0, length), keys).then(() => { accepted += 1; }, (error) => {
              if (!error.step) throw error;
            });
          }
          return accepted;
        }""",
            seal.link("", whole),
        )
        == 0
    )
    changed = whole.replace(b"BAILLY", b"BAILLX")
    verifier.opens(seal.link("", changed))
    verifier.says("Cette attestation n’est pas authentique")
    assert "BAILLX" not in verifier.page.inner_text("main")


@pytest.mark.parametrize(
    ("link", "title"),
    [
        (seal.link("", sealed(seal.new_key(THIS_YEAR))), "Cette attestation n’est pas reconnue"),
        (seal.link("", sealed())[:60], "Le lien est incomplet"),
        ("#pas une attestation !", "Le lien est illisible"),
        ("#" + encode(sealed() + b"\0"), "Le code est illisible"),
        ("#" + encode(sealed(issued_on=date(2020, 1, 1))), "Le contenu du code n’est pas celui d’une attestation"),
    ],
    ids=["unknown key", "cut", "not a link", "more after it", "of another year"],
)
def test_what_cannot_be_verified_is_said(verifier, link, title):
    verifier.page.get_by_label("Lien à vérifier").fill(link)
    verifier.page.get_by_role("button", name="Vérifier", exact=True).press("Enter")
    verifier.says(title)
    assert verifier.page.locator("[data-state=authentic]").is_hidden()


def test_a_pasted_link_may_be_broken_over_lines(verifier):
    link = seal.link("https://examens.example.org/verifier/", sealed())
    verifier.page.get_by_label("Lien à vérifier").fill("\n".join(link[at : at + 50] for at in range(0, len(link), 50)))
    verifier.page.get_by_role("button", name="Vérifier", exact=True).click()
    verifier.says(AUTHENTIC)


def test_a_browser_without_ed25519_says_what_to_do(browser, address):
    context = browser.new_context()
    context.add_init_script("crypto.subtle.importKey = () => Promise.reject(new DOMException('', 'NotSupportedError'))")
    page = context.new_page()
    page.goto(seal.link(f"{address}/verifier/", sealed()))
    expect(page.get_by_role("heading", name="Ce navigateur ne sait pas vérifier le code")).to_be_visible()
    context.close()


def test_without_scripts_the_page_says_what_is_needed(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(seal.link(f"{address}/verifier/", sealed()))
    expect(page.get_by_role("heading", name="JavaScript est désactivé")).to_be_visible()
    expect(page.get_by_label("Lien à vérifier")).to_be_hidden()
    context.close()


def test_the_fragment_is_sent_to_nobody(browser, address):
    context = browser.new_context()
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append((request.url, request.headers.get("referer", ""))))
    link = seal.link(f"{address}/verifier/", sealed())
    page.goto(link)
    expect(page.get_by_role("heading", name=AUTHENTIC)).to_be_visible()
    assert len(asked) > 3
    payload = link.partition("#")[2]
    # Chromium tells its own tooling the whole address of the page; what goes over the line has no fragment.
    assert [pair for pair in asked[1:] if payload[:20] in "".join(pair)] == []
    assert context.cookies() == []
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_the_page_is_accessible_in_its_states(browser, address, scheme, width):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{address}/verifier/")
    for link, title in [
        ("", "Vérifier une attestation"),
        (seal.link("", sealed(last_name="W" * 100)), AUTHENTIC),
        (seal.link("", sealed().replace(b"BAILLY", b"BAILLX")), "Cette attestation n’est pas authentique"),
    ]:
        page.evaluate("hash => { location.hash = hash; }", link)
        expect(page.get_by_role("heading", name=title)).to_be_visible()
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
