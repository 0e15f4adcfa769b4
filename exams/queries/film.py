"""What « Film de l’épreuve » is made from, and whether it is made."""

from esr.core import jobs
from esr.core.enums import JobState
from esr.core.models import Job
from establishments.enums import Attestation
from exams.bank import film
from exams.models import Exam
from exams.queries.bank import media_folder
from exams.queries.questions import exam_questions

FILM = "film"
"""The kind of the job that makes one."""


def film_arguments(exam: Exam) -> dict:
    """What the job that makes an exam's film works on: other questions, or in another order, are another film."""
    questions = exam.exam_questions.order_by("number").values_list("question", flat=True)
    return {"exam": exam.pk, "questions": list(questions)}


def film_job(exam: Exam) -> Job | None:
    """The job that makes, made or failed to make the film of the exam as it is now; None when there is none, or when it
    was cancelled or its file is gone."""
    arguments = film_arguments(exam)
    made = Job.objects.filter(kind=FILM, scope=str(exam.establishment_id))  # the newest first
    job = next((job for job in made if job.arguments == arguments), None)
    gone = job and (job.state == JobState.CANCELLED or (job.state == JobState.DONE and not jobs.has_file(job)))
    return None if gone else job


def filmed(exam: Exam) -> list[film.Asked]:
    """The exam's questions in its order, as the film asks them; only the number of expected answers is of the key."""
    return [
        film.Asked(
            media=media_folder(row.question.media),
            statement=row.question.statement,
            propositions=tuple(proposition.text for proposition in row.question.propositions.all()),
            several=row.question.is_multiple,
        )
        for row in exam_questions(exam)
    ]


def is_described(exam: Exam) -> bool:
    """Whether the film lets the description of each video be heard (handbook 4.2: the AER)."""
    return exam.attestation == Attestation.AER
