from django.contrib.auth.hashers import PBKDF2PasswordHasher


class ShortPBKDF2(PBKDF2PasswordHasher):
    """Production's hash with fewer rounds: some 15 ms, long beside the rest of a request and short for a test."""

    iterations = 40_000
