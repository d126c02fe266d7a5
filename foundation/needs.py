"""The codes that every part shares. What each one means: docs/understanding.md."""

NEEDS: tuple[str, ...] = (
    "employment", "benefits", "housing", "rent_arrears", "money_debt", "food", "energy", "mental_health",
    "physical_health", "domestic_abuse", "family_children", "education_send", "older_people_care", "disability",
    "substance_misuse", "immigration", "crime_exoffender", "loneliness", "legal",
)  # fmt: skip

CRISIS_KINDS: tuple[str, ...] = ("suicide_selfharm", "violence_abuse", "no_shelter", "child_at_risk", "medical")
