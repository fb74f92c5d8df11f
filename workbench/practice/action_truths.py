"""What came of the actions of the practice city: one worked, one did nothing, one cannot be told yet."""

from workbench.practice.claims import (
    ACTION,
    AS_EXPECTED,
    DOWN,
    LATEST,
    MOVED,
    OTHER_WAY,
    TARGET,
    TOO_EARLY,
    UNCLEAR,
    UP,
    VARIATION,
    Claim,
    Truth,
)

ACTION_TRUTHS: tuple[Truth, ...] = (
    Truth(
        "booking_worked",
        TARGET,
        "computer_wait_minutes",
        "Since computers are booked by telephone, in January 2025, the wait is a minute shorter.",
        "It is too early to say whether it helped.",
        must=(Claim((AS_EXPECTED,), ACTION, "book_by_telephone"), Claim((UP,), VARIATION)),
        since="2025-Q3",
    ),
    Truth(
        "reminders_did_nothing",
        TARGET,
        "clinic_wait_days",
        "Reminders by text, since October 2024, changed nothing about the wait.",
        "A good month after the start shows that they work.",
        must=(Claim((UNCLEAR,), ACTION, "text_reminders"),),
        never=(Claim((AS_EXPECTED, OTHER_WAY), ACTION), Claim((UP, DOWN, MOVED), VARIATION)),
        since="2025-Q3",
    ),
    Truth(
        "menu_too_early",
        TARGET,
        "calls_answered_in_90_seconds",
        "What the shorter menu does cannot be known before months of figures.",
        "The first month shows whether it works.",
        must=(Claim((TOO_EARLY,), ACTION, "shorter_menu"),),
        never=(Claim((AS_EXPECTED, OTHER_WAY), ACTION),),
        since=LATEST,
    ),
)
