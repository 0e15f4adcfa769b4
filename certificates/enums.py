from django.db import models


class Copy(models.TextChoices):
    """Which copy of an attestation was issued."""

    ORIGINAL = "original", "original"
    DUPLICATE = "duplicate", "duplicata"


class DownloadKind(models.TextChoices):
    """What the register of downloads knows of: what an establishment has to keep (handbook 10)."""

    CANDIDATES = "candidates", "Liste des candidats"
    ARCHIVE = "archive", "Archive de la session"
