import uuid

from django.db import models

from esr.core.enums import JobState

UNFINISHED = (JobState.WAITING, JobState.RUNNING)


class JobQuerySet(models.QuerySet):
    def unfinished(self):
        return self.filter(state__in=UNFINISHED)


class Job(models.Model):
    """One long task: its row is the truth of it, whatever the broker says.

    `kind` names the registered function, `scope` whose it is (an establishment's key as text; empty for the
    platform's own), `arguments` what it works on: keys only, no names.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("travail", max_length=60)
    title = models.CharField("titre", max_length=200)
    scope = models.CharField(max_length=40, blank=True, db_index=True)
    arguments = models.JSONField(default=dict)
    # Of kind, scope and arguments: the same work is not begun twice. Empty for the platform's own.
    fingerprint = models.CharField(max_length=64, blank=True)
    state = models.CharField("état", max_length=10, choices=JobState, default=JobState.WAITING)
    done = models.PositiveIntegerField("fait", default=0)
    total = models.PositiveIntegerField("total", default=0)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    created_at = models.DateTimeField("demandé le", auto_now_add=True)
    heartbeat = models.DateTimeField("dernier signe", null=True)
    finished_at = models.DateTimeField("terminé le", null=True)
    file = models.CharField(max_length=100, blank=True)
    filename = models.CharField("fichier", max_length=200, blank=True)
    error = models.CharField("erreur", max_length=500, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "travail"
        verbose_name_plural = "travaux"
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["state", "heartbeat"])]
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"],
                condition=models.Q(state__in=UNFINISHED) & ~models.Q(fingerprint=""),
                name="the_same_work_once_at_a_time",
            )
        ]

    def __str__(self):
        return self.title

    @property
    def percent(self) -> int:
        """How far the job is, 0 to 100."""
        if self.state == JobState.DONE:
            return 100
        return min(99, 100 * self.done // self.total) if self.total else 0

    @property
    def is_over(self) -> bool:
        return self.state not in UNFINISHED


class Mail(models.Model):
    """An e-mail on its way to the mail server; its row goes when the server has taken it, and after a day."""

    sealed = models.TextField("message (chiffré)")  # JSON: subject, body, to
    created_at = models.DateTimeField("demandé le")
    due_at = models.DateTimeField("à envoyer le", db_index=True)
    # When it was last tried on a server that did not answer as it should.
    failed_at = models.DateTimeField("serveur en panne le", null=True)

    class Meta:
        verbose_name = "message à envoyer"
        verbose_name_plural = "messages à envoyer"
        ordering = ["created_at"]

    def __str__(self):
        return f"{self.created_at:%d/%m/%Y %H:%M}"
