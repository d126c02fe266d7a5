"""Who deals with a short answer by text, by the kind of question that it answers."""

from collections.abc import Mapping

from casework.answers_by_text import Answerer
from casework.safe_times import KINDS
from casework.visit_replies import TIMES, answer_reminder, answer_times
from casework.waiting_offers import KIND, answer_offer

ANSWERERS: Mapping[str, Answerer] = {
    **{kind.name: answer_reminder for kind in KINDS},
    TIMES: answer_times,
    KIND: answer_offer,
}
