from django.contrib.auth.hashers import PBKDF2PasswordHasher


class CountedPBKDF2(PBKDF2PasswordHasher):
    """Production's hash with one round, and every time it was computed."""

    iterations = 1
    encoded: list[None] = []

    def encode(self, *args, **kwargs):
        self.encoded.append(None)
        return super().encode(*args, **kwargs)
