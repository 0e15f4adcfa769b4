from django.db import models


class Copy(models.TextChoices):
    """Which copy of an attestation was issued."""

    ORIGINAL = "original", "original"
    DUPLICATE = "duplicate", "duplicata"
