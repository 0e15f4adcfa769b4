"""Hostile requests to every address of the site, by every role: none is answered by a failure of the platform, none of
those that only read writes, and nobody is told of another establishment.

    python -m tests.fuzz --requests 20000 --seed 1

Request number n of a seed is always the same one, whatever was sent before: all of them are taken back.
"""
