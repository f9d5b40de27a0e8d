"""The door of feedback: petitions (phản ánh, kiến nghị) and ratings, and reads within the viewer's scope."""

from motcua.engine.provinces.api import Province
from motcua.modules.feedback.data import (
    Petition,
    Publication,
    RatingDone,
    RatingDraft,
    Sender,
    TicketDone,
)
from motcua.modules.feedback.errors import FeedbackRefused
from motcua.modules.feedback.operations.handling import (
    answer_ticket,
    ask_sender,
    assign_ticket,
    close_ticket,
    mark_repeat,
    officers_of,
    publish_ticket,
    record_clarification,
    record_reactions,
    reopen_ticket,
)
from motcua.modules.feedback.operations.intake import (
    accept_ticket,
    classify_ticket,
    forward_ticket,
    receive_ticket,
    refuse_ticket,
    transfer_ticket,
    withdraw_ticket,
)
from motcua.modules.feedback.operations.rating import rate_by_receipt, record_rating
from motcua.modules.feedback.queries import (
    TicketFilter,
    find_ticket,
    list_tickets,
    published_tickets,
    ratings_of_dossier,
    visible_ratings,
)
from motcua.modules.feedback.rules import scale_on
from motcua.modules.feedback.states import State


def load_demo_feedback(province: Province) -> int:
    """Petitions and ratings of the demonstration, told through these operations; how many petitions were made."""
    from motcua.modules.feedback.demo import load_demo_feedback as load  # it calls this door

    return load(province)


__all__ = [
    "FeedbackRefused",
    "Petition",
    "Publication",
    "RatingDone",
    "RatingDraft",
    "Sender",
    "State",
    "TicketDone",
    "TicketFilter",
    "accept_ticket",
    "answer_ticket",
    "ask_sender",
    "assign_ticket",
    "classify_ticket",
    "close_ticket",
    "find_ticket",
    "forward_ticket",
    "list_tickets",
    "load_demo_feedback",
    "mark_repeat",
    "officers_of",
    "publish_ticket",
    "published_tickets",
    "rate_by_receipt",
    "ratings_of_dossier",
    "receive_ticket",
    "record_clarification",
    "record_rating",
    "record_reactions",
    "refuse_ticket",
    "reopen_ticket",
    "scale_on",
    "transfer_ticket",
    "visible_ratings",
    "withdraw_ticket",
]
