from esr.core import places

LIST = "candidate_list"


def list_place(request, candidate: int | None = None) -> str:
    """Where the person was in the list of candidates, at the line of `candidate`."""
    return places.address(request, LIST, f"candidat-{candidate}" if candidate else "")
