"""Numbers so small that they could point at a person are not told."""

from directory.keeping.gaps import FEWEST_TOLD

UNDER = f"under {FEWEST_TOLD}"
NOT_TOLD = "not told"
type Told = int | str


def told(count: int) -> Told:
    """The count, or that it is under FEWEST_TOLD. Nought points at nobody."""
    return count if count == 0 or count >= FEWEST_TOLD else UNDER


def told_parts(parts: dict[str, int], *, total_is_told: bool = True) -> dict[str, Told]:
    """Parts of a whole. Where a single one is too small, the next smallest is not told either.

    Else whoever knows the whole could take the others from it.
    """
    shown = {name: told(count) for name, count in parts.items()}
    hidden = [name for name, count in shown.items() if count == UNDER]
    if total_is_told and len(hidden) == 1:
        others = [name for name, count in parts.items() if count >= FEWEST_TOLD]
        if others:
            shown[min(others, key=lambda name: (parts[name], name))] = NOT_TOLD
    return shown


def told_share(part: int, whole: int) -> float | None:
    """Part by whole; None where either, or what is left, could point at a person, and of nothing."""
    if whole == 0 or any(told(count) == UNDER for count in (part, whole, whole - part)):
        return None
    return part / whole
