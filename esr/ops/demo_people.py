"""The people of the demonstration's two identity providers."""

from datetime import date, timedelta

from django.utils import timezone

from esr.ops.demo import ESTABLISHMENTS, OPEN_EXAM
from esr.ops.mock_provider import APPLICATION, Someone
from exams.enums import SittingState
from exams.models import Sitting

_FIRST, _SECOND = (f"{fields['identifier']}$UAJ$PU$N$T3$CLG$300" for fields in ESTABLISHMENTS[:2])
_NAMES = [fields["name"] for fields in ESTABLISHMENTS[:2]]


def delegation(school: str, since: date, until: date, *, attribute: str = "FrEduRneResp") -> str:
    """A value of `FrEduResDel` (DELEG-CE) for the platform."""
    address = f"/redirectionhub/redirect.jsp?applicationname={APPLICATION}"
    return f"ASSR|{address}|{since:%d/%m/%Y}|{until:%d/%m/%Y}|chef|{attribute}={school}|server||"


def academic() -> list[Someone]:
    today = timezone.localdate()  # in France, where the first school is
    year, day = timedelta(days=365), timedelta(days=1)
    past = delegation(_FIRST, today - year, today - day)
    supervisor = delegation(_FIRST, today - day, today + year, attribute="FrEduRne")
    works_here = {"FrEduRne": [_FIRST], "FrEduRneResp": "X"}
    return [
        Someone(
            f"Cheffe d’établissement du {_NAMES[0]}", "demo-chef", {"FrEduFonctAdm": "DIR", "FrEduRneResp": _FIRST}
        ),
        Someone(
            f"Adjoint du {_NAMES[0]}, avec une délégation",
            "demo-adjoint",
            works_here | {"FrEduFonctAdm": "ADF", "FrEduResDel": [delegation(_FIRST, today - day, today + year)]},
        ),
        Someone(
            f"Surveillante du {_NAMES[0]}, avec une délégation",
            "demo-surveillante",
            works_here | {"FrEduFonctAdm": "ENS", "FrEduResDel": supervisor},
        ),
        Someone(
            f"Chef de deux établissements ({_NAMES[0]} et {_NAMES[1]})",
            "demo-deux",
            {"FrEduFonctAdm": ["DIR"], "FrEduRneResp": [_FIRST, _SECOND]},
        ),
        Someone(
            f"Adjointe du {_NAMES[0]}, délégation terminée hier",
            "demo-terminee",
            works_here | {"FrEduFonctAdm": "ADF", "FrEduResDel": past},
        ),
        Someone(f"Professeur du {_NAMES[0]}, sans délégation", "demo-professeur", works_here),
    ]


def educonnect() -> list[Someone]:
    """Three pupils of the exam to try, a pupil who is not on its list, and a parent."""
    school = {"FrEduCtPersonAffiliation": ["eleve2d"], "FrEduCtEleveUAI": ESTABLISHMENTS[0]["identifier"]}
    free = Sitting.objects.filter(exam__name=OPEN_EXAM, state=SittingState.NOT_STARTED).select_related("candidate")
    people = []
    for sitting in free.order_by("-exam__starts_at", "candidate__last_name")[:3]:
        candidate = sitting.candidate
        names = {"given_name": candidate.first_name, "family_name": candidate.last_name}
        claims = school | names | {"FrEduCtEleveINE": candidate.identifier}
        label = f"{candidate.first_name} {candidate.last_name}, élève ({OPEN_EXAM})"
        people.append(Someone(label, f"demo-eleve-{candidate.pk}", claims))
    other = {"given_name": "Ana", "family_name": "Inconnue", "FrEduCtEleveINE": "999999999ZZ"}
    people.append(Someone("Une élève qui n’est pas inscrite", "demo-non-inscrite", school | other))
    people.append(Someone("Un parent d’élève", "demo-parent", {"FrEduCtPersonAffiliation": ["resp2d"]}))
    return people
