"""The heartbeat: wakes sweep, reminder, outbox and checkpoints, and owns nothing."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import FrameType
from typing import Any

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from mediation import clock
from mediation.clock import SHANGHAI
from mediation.errors import MediationError
from mediation.operations.deadlines import Swept, next_moment, sweep, try_again
from mediation.operations.desk.statistics import tally
from mediation.operations.office import Office
from mediation.operations.outbox import Deliver, FileBox, Sent, send
from mediation.operations.projection import project
from mediation.operations.reminders import MORNING, remind
from mediation.operations.start import settle, witness
from mediation.settings import Settings

SWEEP_EVERY = timedelta(minutes=1)
SEND_EVERY = timedelta(seconds=15)
WITNESS_EVERY = timedelta(minutes=10)
TALLY_EVERY = timedelta(hours=1)

# A beat missed by a sleeping machine is made good at once, and once: it reads what is due.
DEFAULTS = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of everything did."""

    at: datetime
    projected: int
    swept: Swept
    reminded: int
    sent: Sent
    checkpoints: int


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Everything that time does to an installation, beat by beat.

    Args:
        now: gives the present moment.
    """

    settings: Settings
    office: Office
    deliver: Deliver
    now: Callable[[], datetime]

    @classmethod
    def of(cls, settings: Settings, office: Office, now: datetime | None = None) -> "Heartbeat":
        """Give the heartbeat of an installation, at a moment of its own if there is one."""
        told = now or settings.now
        box = FileBox(settings.home / "outbox")
        return cls(settings, office, box, (lambda: told) if told else clock.now)

    def round(self) -> Round:
        """Do one round of everything; what was set aside is tried again at once."""
        at = self.now()
        try_again(self.office, at)
        projected = project(self.office, at)
        swept = sweep(self.office, at)
        reminded = remind(self.office, at)
        sent = send(self.office, self.deliver, at)
        tally(self.office, at)
        return Round(at, projected, swept, reminded, sent, self.witness())

    def sweep(self) -> None:
        """Project deadlines anew if a holiday notice has come, then fire what is due."""
        at = self.now()
        if projected := project(self.office, at):
            log.info("projected", cases=projected)
        swept = sweep(self.office, at)
        if swept.fired or swept.failed:
            log.info("swept", fired=swept.fired, failed=swept.failed)

    def remind(self) -> None:
        """Leave the reminders of the day."""
        log.info("reminded", readers=remind(self.office, self.now()))

    def send(self) -> None:
        """Send what waits."""
        sent = send(self.office, self.deliver, self.now())
        if sent.sent or sent.failed:
            log.info("sent", sent=sent.sent, failed=sent.failed)

    def tally(self) -> None:
        """Count the bodies whose statistics are too wide for a page to count."""
        tally(self.office, self.now())

    def witness(self) -> int:
        """Witness what changed."""
        return witness(self.settings, self.office, self.now())


class Beats:
    """The heartbeat on a scheduler that lives in memory and forgets everything."""

    def __init__(self, heart: Heartbeat) -> None:
        self.heart = heart
        self.scheduler = BackgroundScheduler(timezone=SHANGHAI, job_defaults=DEFAULTS)
        for work, every in (
            (self.sweep, SWEEP_EVERY),
            (heart.send, SEND_EVERY),
            (heart.witness, WITNESS_EVERY),
            (heart.tally, TALLY_EVERY),
        ):
            self.add(work, "interval", seconds=every.total_seconds(), next_run_time=clock.now())
        self.add(heart.remind, "cron", hour=MORNING.hour, minute=MORNING.minute)
        # Started later in the day, it makes the reminder good; earlier, this does nothing.
        self.scheduler.add_job(survived(heart.remind), id="remind_at_start")

    def add(self, work: Callable[[], Any], trigger: str, **when: Any) -> None:
        """Add a beat."""
        self.scheduler.add_job(
            survived(work), trigger, id=work.__name__, replace_existing=True, **when
        )

    def sweep(self) -> None:
        """Fire what is due, and wake at the next due moment if that is before the next beat."""
        self.heart.sweep()
        following = next_moment(self.heart.office)
        now = self.heart.now()
        if following is not None and now < following < now + SWEEP_EVERY:
            self.scheduler.add_job(
                survived(self.sweep),
                "date",
                id="wake",
                run_date=following,
                replace_existing=True,
            )


def survived(work: Callable[[], Any]) -> Callable[[], None]:
    """Make a beat that outlives its failure: the next one tries again."""

    def beat() -> None:
        try:
            work()
        except MediationError as fault:
            log.warning("beat_failed", beat=work.__name__, code=fault.code, fault=str(fault))
        except Exception:
            log.exception("beat_failed", beat=work.__name__)

    return beat


def run(heart: Heartbeat) -> None:
    """Let the heart beat until SIGTERM or SIGINT; what was begun is finished."""
    stop = threading.Event()
    settle()
    with stopped_by_signals(stop):
        beats = Beats(heart)
        beats.scheduler.start()
        log.info("started")
        stop.wait()
        beats.scheduler.shutdown(wait=True)
        survived(heart.witness)()
        log.info("stopped")


@contextmanager
def stopped_by_signals(stop: threading.Event) -> Iterator[None]:
    """Let SIGTERM and SIGINT set an event; give them back afterwards."""

    def asked(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {one: signal.signal(one, asked) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
