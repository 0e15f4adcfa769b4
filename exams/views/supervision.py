"""What the supervisor does while candidates sit: the roll, pauses, time, takeovers, incidents, technical absences; and
what the head decides about a sitting that was never finished."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from establishments.perms import head_only, staff
from exams import actions, queries, rules
from exams.enums import ExamState, SittingState
from exams.forms import ActForm, IncidentForm, PresenceForm, ReasonForm
from exams.models import Exam, Sitting
from exams.views.misplaced import tell_misplaced


def _exam(request, pk: int) -> Exam:
    return get_object_or_404(Exam.objects.of(request.establishment).select_related("establishment"), pk=pk)


def _sitting(request, key) -> Sitting:
    sittings = Sitting.objects.of(request.establishment).select_related("exam__establishment", "candidate")
    return get_object_or_404(sittings, pk=key)


def _do(request, exam: Exam, done: str, action, /, **arguments):
    """Act, say what came of it, and go back to the board."""
    try:
        changed = action(by=request.user, **arguments)
    except actions.NotAllowed as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
        if action in (actions.declare_technical_absence, actions.lift_technical_absence):
            _tell_other_exams(request, arguments["sitting"], changed, arguments["now"])
    return redirect(_line(exam, arguments.get("sitting"), arguments["now"]))


def _line(exam: Exam, sitting: Sitting | None, now) -> str:
    """The exam's page, where the candidate stands on it: who acts on one of many stays there."""
    page = reverse("exam_detail", args=[exam.pk])
    if sitting is None:
        return page
    watched = rules.is_watched(exam.starts_at, exam.ends_at, now)
    return f"{page}#{'place' if watched else 'line'}-{sitting.pk}"


def _tell_other_exams(request, sitting: Sitting, changed: list[Sitting], now) -> None:
    """What taking back or granting a technical absence makes of the candidate's other exams."""
    for other in changed:
        became = "son rattrapage" if other.rattrapage else "son épreuve principale"
        messages.warning(
            request,
            f"{sitting.candidate} : l’épreuve « {other.exam.name} » du "
            f"{timezone.localtime(other.exam.starts_at):%d/%m/%Y} devient {became}. Si elle est à venir, imprimez de "
            "nouveau la convocation.",
        )
    tell_misplaced(request, [sitting], now)


# --- The room -----------------------------------------------------------------------------------------------------


@staff
@require_GET
def exam_checklist(request, pk):
    """« Avant l’épreuve »: what to go through before the candidates come in, and when something goes wrong."""
    exam = _exam(request, pk)
    if exam.is_offline:
        messages.info(request, "Cette épreuve se passe sur papier : sa page dit ce qu’il faut imprimer.")
        return redirect("exam_detail", exam.pk)
    state = exam.state_at(timezone.now())
    context = {
        "exam": exam,
        "state": state,
        "has_begun": state != ExamState.UPCOMING,
        "list": queries.checklist(exam),
    }
    return render(request, "exams/school/checklist.html", context)


@staff
@require_http_methods(["GET", "POST"])
def exam_presence(request, pk):
    """« Présents »: the roll, before the start and after it."""
    exam = _exam(request, pk)
    form = PresenceForm(request.POST or None, exam=exam)
    if request.method == "POST" and form.is_valid():
        actions.note_presence(exam=exam, present=form.cleaned_data["arrived"], missing=form.cleaned_data["missing"])
        messages.success(request, "Les présents sont enregistrés.")
        return redirect("exam_detail", exam.pk)
    sittings = exam.sittings.select_related("candidate").defer("responses")
    context = {"exam": exam, "form": form, "sittings": sittings}
    return render(request, "exams/school/presence.html", context)


@staff
@require_http_methods(["GET", "POST"])
def exam_room(request, pk):
    """« Toute la salle »: pause, time and incidents of everybody."""
    exam = _exam(request, pk)
    now = timezone.now()
    form = IncidentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _do(
            request, exam, "L’incident est noté.", actions.note_incident, exam=exam, now=now, **form.cleaned_data
        )
    context = {
        "exam": exam,
        "form": form,
        "room": queries.room(exam, now),
        "times": ActForm.TIMES,
        "incidents": queries.room_incidents(exam),
    }
    return render(request, "exams/school/room.html", context)


@staff
@require_POST
def exam_act(request, pk):
    """A pause, its end, or more time, for everybody."""
    return _act(request, _exam(request, pk))


@staff
@require_POST
def sitting_act(request, key):
    """A pause, its end, or more time, for one candidate."""
    sitting = _sitting(request, key)
    return _act(request, sitting.exam, sitting)


def _act(request, exam: Exam, sitting: Sitting | None = None):
    form = ActForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Cette action n’existe pas : rechargez la page.")
        return redirect("exam_detail", exam.pk)
    arguments = {"exam": exam, "sitting": sitting, "by": request.user, "now": timezone.now()}
    if answer_time := form.cleaned_data["answer_time"]:
        done = f"Temps de réponse porté à {answer_time.seconds} s par question"
        count = actions.give_time(answer_time=answer_time, **arguments)
    elif form.cleaned_data["act"] == ActForm.PAUSE:
        done, count = "Épreuve en pause", actions.pause(**arguments)
    else:
        done, count = "Pause terminée", actions.end_pause(**arguments)
    who = f"{sitting.candidate}" if sitting else f"{count} candidat{'s' if count > 1 else ''}"
    if count:
        messages.success(request, f"{done} : {who}.")
    else:
        messages.warning(request, "Rien n’a changé : aucun candidat n’est concerné.")
    return redirect(_line(exam, sitting, arguments["now"]))


# --- One candidate ------------------------------------------------------------------------------------------------


@staff
@require_GET
def sitting_history(request, key):
    """One candidate: where they are, what can be done for them, and everything that happened (« Historique »)."""
    sitting = _sitting(request, key)
    return _history(request, sitting, IncidentForm())


@staff
@require_POST
def sitting_incident(request, key):
    """« Noter un incident » about one candidate."""
    sitting = _sitting(request, key)
    form = IncidentForm(request.POST)
    if not form.is_valid():
        return _history(request, sitting, form)
    done = f"L’incident est noté : {sitting.candidate}."
    arguments = {"exam": sitting.exam, "sitting": sitting, "now": timezone.now(), **form.cleaned_data}
    return _do(request, sitting.exam, done, actions.note_incident, **arguments)


def _history(request, sitting: Sitting, form: IncidentForm):
    exam, now = sitting.exam, timezone.now()
    (place,) = queries.room(exam, now, only=sitting).places
    context = {
        "exam": exam,
        "sitting": sitting,
        "place": place,
        "form": form,
        "times": [(act, time) for act, time in ActForm.TIMES.items() if time > place.answer_time],
        "begun": exam.state_at(now) != ExamState.UPCOMING,
        "receives": now < exam.ends_at + rules.LATE_ARRIVAL,
        "entries": queries.timeline(sitting),
    }
    return render(request, "exams/school/sitting_history.html", context)


@staff
@require_POST
def sitting_takeover(request, key):
    """« Autoriser la reprise » of one candidate on another device."""
    sitting = _sitting(request, key)
    done = (
        f"Reprise autorisée pendant dix minutes : {sitting.candidate} saisit de nouveau son code sur l’autre appareil."
    )
    return _do(request, sitting.exam, done, actions.allow_takeover, sitting=sitting, now=timezone.now())


@staff
@require_http_methods(["GET", "POST"])
def sitting_void(request, key):
    """« Absence technique »: what is lost, then the decision with its reason."""
    sitting = _sitting(request, key)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = f"Absence technique : {sitting.candidate}."
        arguments = {"sitting": sitting, "now": timezone.now(), **form.cleaned_data}
        return _do(request, sitting.exam, done, actions.declare_technical_absence, **arguments)
    undecided = (SittingState.NOT_STARTED, SittingState.RUNNING)
    return _decision(request, "exams/school/sitting_void.html", sitting, form, undecided)


@staff
@require_POST
def sitting_unvoid(request, key):
    """Take a technical absence back: the sitting stands where it stood."""
    sitting = _sitting(request, key)
    done = f"Absence technique annulée : {sitting.candidate}."
    return _do(request, sitting.exam, done, actions.lift_technical_absence, sitting=sitting, now=timezone.now())


@head_only
@require_http_methods(["GET", "POST"])
def sitting_grade(request, key):
    """« Noter en l’état » a sitting that was never finished: how much there is of it, then the decision."""
    sitting = _sitting(request, key)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = f"Noté en l’état : {sitting.candidate}."
        arguments = {"sitting": sitting, "now": timezone.now(), **form.cleaned_data}
        return _do(request, sitting.exam, done, actions.grade_as_it_stands, **arguments)
    return _decision(request, "exams/school/sitting_grade.html", sitting, form, (SittingState.RUNNING,))


def _decision(request, template: str, sitting: Sitting, form: ReasonForm, states: tuple[SittingState, ...]):
    """The confirm page of a decision about a sitting in one of `states`; of others there is nothing to decide."""
    if sitting.state not in states:
        messages.error(request, "Il n’y a plus rien à décider pour ce candidat.")
        return redirect("exam_detail", sitting.exam_id)
    (place,) = queries.room(sitting.exam, timezone.now(), only=sitting).places
    context = {"exam": sitting.exam, "sitting": sitting, "place": place, "form": form}
    return render(request, template, context)
