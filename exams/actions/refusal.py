class NotAllowed(ValueError):
    """The state of an exam or of a candidate forbids this; the message says why, in French."""
