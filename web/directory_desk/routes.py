"""Where each page of the directory's desk is."""

from starlette.routing import Route

from web.directory_desk import add, change, gaps, lists, past, record, reminding, review, waiting
from web.directory_desk.guard import kept_by

HOME = lists.HOME
SERVICE = f"{HOME}/services/{{id}}"

routes = [
    Route(HOME, kept_by(lists.services)),
    Route(add.ADD, kept_by(add.form)),
    Route(add.ADD, kept_by(add.save), methods=["POST"]),
    Route(SERVICE, kept_by(record.service)),
    Route(SERVICE, kept_by(record.act), methods=["POST"]),
    Route(f"{SERVICE}/change/{{part}}", kept_by(change.form)),
    Route(f"{SERVICE}/change/{{part}}", kept_by(change.save), methods=["POST"]),
    Route(f"{SERVICE}/history", kept_by(past.past)),
    Route(f"{SERVICE}/history", kept_by(past.bring_back), methods=["POST"]),
    Route(f"{HOME}/conflicts", kept_by(waiting.conflicts)),
    Route(f"{HOME}/conflicts", kept_by(waiting.settle), methods=["POST"]),
    Route(f"{HOME}/told", kept_by(waiting.told)),
    Route(f"{HOME}/told", kept_by(waiting.settle_told), methods=["POST"]),
    Route(f"{HOME}/proposals", kept_by(waiting.proposals)),
    Route(f"{HOME}/proposals", kept_by(waiting.settle_proposal), methods=["POST"]),
    Route(f"{HOME}/gaps", kept_by(gaps.gaps)),
    Route(f"{HOME}/reminders", kept_by(reminding.reminders)),
    Route(f"{HOME}/set-aside", kept_by(waiting.aside)),
    Route(f"{HOME}/set-aside/{{number:int}}", kept_by(waiting.record_aside)),
    Route(f"{HOME}/set-aside/{{number:int}}", kept_by(waiting.settle_aside), methods=["POST"]),
    *review.routes,
]
