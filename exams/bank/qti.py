"""A bank as QTI 2.1: one assessmentItem per version, in an IMS content package (docs/bank.md).

What QTI has no place for (theme, use, users, attestations, notes, competence, scene, version, state) stands in the
manifest's metadata under a namespace of ours, so that a bank that leaves comes back whole. An item without it (from
elsewhere) is refused by name: nobody could say which exams may draw it.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from lxml import etree
from lxml.builder import ElementMaker

from . import source
from .package import Package, Writer
from .source import LETTERS, BankError, Entry

MANIFEST = "imsmanifest.xml"
QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"
CP = "http://www.imsglobal.org/xsd/imscp_v1p1"
METADATA = "http://www.imsglobal.org/xsd/imsqti_metadata_v2p1"
OURS = "urn:banque-securite-routiere:1"
MATCH_CORRECT = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"
ITEM_TYPE = "imsqti_item_xmlv2p1"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_MAX_MANIFEST = 32 * 1024 * 1024
_MAX_ITEM = 256 * 1024


# --- Writing --------------------------------------------------------------------------------------------------------

_Q = ElementMaker(namespace=QTI, nsmap={None: QTI, "xsi": XSI})
_C = ElementMaker(namespace=CP, nsmap={None: CP})
_M = ElementMaker(namespace=METADATA, nsmap={None: METADATA})
_O = ElementMaker(namespace=OURS, nsmap={None: OURS})


def write(
    file: Path,
    entries: Iterable[Entry],
    *,
    video: Callable[[Entry], Path | None],
    films: Mapping[str, str],
    footage: Path,
) -> None:
    """Write these versions. ``video`` gives the built video of a version, if there is one; ``films`` what the films
    below ``footage`` are called in the archive."""
    entries = sorted(entries, key=lambda entry: (entry.question.code, entry.version))
    resources, written = [], set()
    with Writer(file) as out:
        for entry in entries:
            name = f"items/{identifier(entry)}.xml"
            others = []
            if (built := video(entry)) is not None:
                others.append(f"videos/{built.parent.name}{built.suffix}")
                if others[0] not in written:
                    out.file(others[0], built)
            if film := entry.question.scene.footage:
                others.append(f"films/{films[film]}")
                if others[-1] not in written:
                    out.file(others[-1], footage / film)
            written.update(others)
            out.text(name, _bytes(item(entry, video=f"../{others[0]}" if built else "")))
            resources.append(_resource(entry, name, others))
        out.text(MANIFEST, _bytes(_manifest(resources)))


def _bytes(element: etree._Element) -> bytes:
    return etree.tostring(element, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def identifier(entry: Entry) -> str:
    """What the item of a version is called."""
    return f"{entry.question.code}-v{entry.version}"


def item(entry: Entry, *, video: str = "") -> etree._Element:
    """The assessmentItem of a version; ``video`` is the address of its video, seen from the item."""
    question = entry.question
    several = question.several
    choices = list(zip(LETTERS, question.propositions, strict=False))
    body = []
    if video:
        kind = "video/webm" if video.endswith(".webm") else "video/mp4"
        body.append(_Q.div(_Q.object(data=video, type=kind, width="1280", height="720")))
    body.append(
        _Q.choiceInteraction(
            _Q.prompt(question.statement),
            *(_Q.simpleChoice(choice.text, identifier=letter) for letter, choice in choices),
            responseIdentifier="RESPONSE",
            shuffle="false",
            maxChoices="0" if several else "1",
        )
    )
    return _Q.assessmentItem(
        _Q.responseDeclaration(
            _Q.correctResponse(*(_Q.value(letter) for letter, choice in choices if choice.expected)),
            identifier="RESPONSE",
            cardinality="multiple" if several else "single",
            baseType="identifier",
        ),
        _Q.outcomeDeclaration(
            _Q.defaultValue(_Q.value("0")), identifier="SCORE", cardinality="single", baseType="float"
        ),
        _Q.outcomeDeclaration(identifier="FEEDBACK", cardinality="single", baseType="identifier"),
        _Q.itemBody(*body),
        _Q.responseProcessing(template=MATCH_CORRECT),
        # FEEDBACK is never set: hidden only if it were "none", the explanation is always shown.
        _Q.modalFeedback(
            *(_Q.p(line) for line in question.explanation.split("\n")),
            outcomeIdentifier="FEEDBACK",
            identifier="none",
            showHide="hide",
        ),
        {
            _LANG: "fr",
            f"{{{XSI}}}schemaLocation": f"{QTI} http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1.xsd",
            "identifier": identifier(entry),
            "title": question.competence,
            "adaptive": "false",
            "timeDependent": "false",
        },
    )


def _resource(entry: Entry, name: str, others: list[str]) -> etree._Element:
    question, scene = entry.question, entry.question.scene
    film = next((other for other in others if other.startswith("films/")), "")
    ours = _O.question(
        _O.code(question.code),
        _O.version(str(entry.version)),
        _O.state(entry.state),
        _O.theme(question.theme),
        _O.use(question.use),
        *(_O.attestation(name) for name in question.attestations),
        *(_O.user(name) for name in question.users),
        _O.competence(question.competence),
        _O.notes(question.notes),
        _O.scene(scene.description, {"duration": str(scene.duration), "view": scene.view, "footage": film}),
    )
    about = _M.qtiMetadata(
        _M.timeDependent("false"),
        _M.interactionType("choiceInteraction"),
        _M.feedbackType("nonadaptive"),
        _M.solutionAvailable("true"),
    )
    return _C.resource(
        _C.metadata(about, ours),
        *(_C.file(href=href) for href in (name, *others)),
        identifier=identifier(entry),
        type=ITEM_TYPE,
        href=name,
    )


def _manifest(resources: list[etree._Element]) -> etree._Element:
    return _C.manifest(
        _C.metadata(_C.schema("QTIv2.1 Package"), _C.schemaversion("1.0.0")),
        _C.organizations(),
        _C.resources(*resources),
        identifier="banque",
    )


# --- Reading --------------------------------------------------------------------------------------------------------


def read(package: Package) -> tuple[list[tuple[str, Entry]], list[str]]:
    """The versions of a content package, each with the name of its item, and what is wrong. Scenes name their film as
    the archive does."""
    try:
        manifest = parse(package.read(MANIFEST, _MAX_MANIFEST))
    except BankError as error:
        raise BankError([f"{MANIFEST} : {fault}" for fault in error.errors]) from error
    found, errors = [], []
    for resource in manifest.iter(f"{{{CP}}}resource"):
        if not (resource.get("type") or "").startswith("imsqti_item_"):
            continue
        href = resource.get("href") or ""
        shown = clean_name(href or resource.get("identifier") or "ressource sans nom")
        name = package.beside(MANIFEST, href)
        if not name:
            errors.append(f"{MANIFEST} : {shown} : l’archive n’a pas ce fichier")
            continue
        try:
            found.append((name, _entry(resource, parse(package.read(name, _MAX_ITEM)))))
        except BankError as error:
            errors += (f"{name} : {fault}" for fault in error.errors)
    return found, errors


def clean_name(name: str) -> str:
    return " ".join(name.split())[:100]


def parse(content: bytes) -> etree._Element:
    """An XML document without a DTD, so without entities. Raises BankError."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise BankError([f"ce n’est pas du XML bien formé ({error})"]) from error
    if root.getroottree().docinfo.doctype or root.getroottree().docinfo.internalDTD is not None:
        raise BankError(["ce XML déclare un type de document (DOCTYPE), ce qui est refusé ; retirez-le"])
    return root


def _entry(resource: etree._Element, root: etree._Element) -> Entry:
    """The version that an item and its metadata make. Raises BankError."""
    ours = resource.find(f"{{{CP}}}metadata/{{{OURS}}}question")
    if ours is None:
        raise BankError(
            [
                f"{MANIFEST} n’en donne ni le thème, ni les attestations, ni la scène (élément question, espace de noms "
                f"{OURS}) ; ajoutez-les"
            ]
        )
    item_table, wrong = _item_table(root)
    table, more = _ours_table(ours)
    if wrong or more:
        raise BankError(wrong + more)
    return source.entry(table | item_table)


def _item_table(root: etree._Element) -> tuple[dict, list[str]]:
    """Statement, propositions and explanation of an item."""
    if root.tag != f"{{{QTI}}}assessmentItem":
        return {}, ["ce n’est pas un assessmentItem de QTI 2.1"]
    interactions = [
        element for element in root.iter() if isinstance(element.tag, str) and element.tag.endswith("Interaction")
    ]
    if [etree.QName(element).localname for element in interactions] != ["choiceInteraction"]:
        return {}, ["il faut une question à choix, et une seule (choiceInteraction)"]
    interaction = interactions[0]
    processing = root.find(f"{{{QTI}}}responseProcessing")
    if processing is None or processing.get("template") != MATCH_CORRECT:
        return {}, ["responseProcessing : seul le modèle match_correct est pris"]
    declared = [
        element
        for element in root.iterfind(f"{{{QTI}}}responseDeclaration")
        if element.get("identifier") == interaction.get("responseIdentifier")
    ]
    if len(declared) != 1:
        return {}, ["responseDeclaration : la réponse attendue n’est pas déclarée"]
    expected = [_text(value) for value in declared[0].iterfind(f"{{{QTI}}}correctResponse/{{{QTI}}}value")]
    choices = interaction.findall(f"{{{QTI}}}simpleChoice")
    known = [choice.get("identifier") for choice in choices]
    wrong = [
        f"correctResponse : « {clean_name(name)} » n’est aucun des choix" for name in expected if name not in known
    ]
    single = declared[0].get("cardinality") == "single"
    if single != (len(expected) == 1):
        wrong.append("responseDeclaration : cardinality ne va pas avec le nombre de réponses attendues")
    feedback = root.find(f"{{{QTI}}}modalFeedback")
    paragraphs = feedback.findall(f"{{{QTI}}}p") if feedback is not None else []
    table = {
        "statement": _text(interaction.find(f"{{{QTI}}}prompt")),
        "propositions": [
            {"text": _text(choice), "expected": choice.get("identifier") in expected} for choice in choices
        ],
        "explanation": "\n".join(map(_text, paragraphs)) if paragraphs else _text(feedback),
    }
    return table, wrong


def _ours_table(ours: etree._Element) -> tuple[dict, list[str]]:
    """The other fields of a version."""

    def one(name: str) -> str:
        return _text(ours.find(f"{{{OURS}}}{name}"))

    def several(name: str) -> list[str]:
        return [_text(element) for element in ours.iterfind(f"{{{OURS}}}{name}")]

    scene = ours.find(f"{{{OURS}}}scene")
    if scene is None:
        return {}, ["scene : cette clé manque ; ajoutez-la"]
    numbers = {"version": one("version"), "scene.duration": scene.get("duration") or ""}
    wrong = [f"{name} : il faut un nombre entier" for name, text in numbers.items() if not _is_number(text)]
    if wrong:
        return {}, wrong
    about = {"duration": int(numbers["scene.duration"]), "view": scene.get("view") or "", "description": _text(scene)}
    if scene.get("footage"):
        about["footage"] = scene.get("footage")
    return {
        **{name: one(name) for name in ("code", "state", "theme", "use", "competence", "notes")},
        "version": int(numbers["version"]),
        "attestations": several("attestation"),
        "users": several("user"),
        "scene": about,
    }, []


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 6


def _text(element: etree._Element | None) -> str:
    """All that is written in an element, without its marks."""
    return "".join(element.itertext()) if element is not None else ""
