"""Reads a database with plain SQL and recomputes what must be there; knows no line of the engine."""

import json
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Literal

import psycopg

Row = tuple[Any, ...]
Outcome = Literal["attempted", "acknowledged", "refused"]

LAST_NUMBER = re.compile(r"(\d+)\D*$")


@dataclass(slots=True)
class Said:
    """What a client knows of a request: sent, acknowledged or refused; sent alone is unknown.

    Args:
        result: number and version it was told.
    """

    actor: str
    outcome: Outcome = "attempted"
    result: tuple[str, int] | None = None


@dataclass(slots=True)
class Log:
    """The events of a case, in their order, with what they say of its other rows."""

    events: list[dict[str, Any]] = field(default_factory=list)
    clocks: dict[int, dict[str, Any]] = field(default_factory=dict)
    machines: dict[str, dict[str, Any]] = field(default_factory=dict)
    papers: list[tuple[int, int, str, str | None, str]] = field(default_factory=list)
    notices: Counter[int] = field(default_factory=Counter)
    state: str = ""
    owner: str = ""
    parties: set[str] = field(default_factory=set)

    def add(self, event: dict[str, Any]) -> None:
        """Take in the next event."""
        self.events.append(event)
        step = event["body"]["step"]
        self.clocks.update((clock["no"], clock) for clock in step["clocks"])
        self.machines.update(step["machines"])
        self.papers += [
            (event["seq"], no, *one)
            for no, one in enumerate(event["body"]["documents"], start=1)
        ]
        self.notices[event["seq"]] = len(step["notices"])
        self.state = self.state if ":" in step["event"] else step["state"]
        self.owner = step["owner"] or self.owner
        self.parties |= set(step["facts"].get("parties", ()))


class Oracle:
    """One reading of a whole database.

    Args:
        url: `sqlite:///FILE`, or `postgresql+psycopg://…`.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.logs: dict[int, Log] = defaultdict(Log)
        for event in self.table("events", "case_id, seq"):
            event["body"], event["text"] = json.loads(event["body"]), event["body"]
            self.logs[event["case_id"]].add(event)
        self.cases = {case["id"]: case for case in self.table("cases", "id")}

    def table(self, name: str, order: str) -> list[dict[str, Any]]:
        """Give all rows of a table."""
        query = f"SELECT * FROM {name} ORDER BY {order}"  # noqa: S608 - our own names
        if self.url.startswith("sqlite"):
            connection = sqlite3.connect(self.url.removeprefix("sqlite:///"))
            try:
                cursor = connection.execute(query)
                return [named(cursor.description, row) for row in cursor.fetchall()]
            finally:
                connection.close()
        address = self.url.replace("+psycopg", "")
        with psycopg.connect(address) as server:
            rows = server.execute(query.encode())
            return [named(rows.description or (), row) for row in rows.fetchall()]

    def violations(self, said: Mapping[str, Said], now: int) -> Iterator[str]:
        """Give every promise broken.

        Args:
            said: what the clients know of each request, by its key.
            now: microseconds; everything due by then must have been done.
        """
        yield from self.promises(said)
        for case_id, case in self.cases.items():
            for fault in chained(case, self.logs[case_id]):
                yield f"{case['number']}: {fault}"
            for fault in whole(case, self.logs[case_id]):
                yield f"{case['number']}: {fault}"
        yield from self.rows()
        yield from self.counted()
        yield from self.fired(now)

    def promises(self, said: Mapping[str, Said]) -> Iterator[str]:
        """Acknowledged is stored once, refused is not stored, unknown is stored once at most."""
        stored = Counter(
            event["key"] for log in self.logs.values() for event in log.events if event["key"]
        )
        where = {
            event["key"]: (event["actor"], self.cases[case_id]["number"], event["body"]["result"])
            for case_id, log in self.logs.items()
            for event in log.events
            if event["key"] and case_id in self.cases
        }
        for key, times in stored.items():
            if times > 1:
                yield f"doubled: {key} is stored {times} times"
            if key not in said:
                yield f"unexpected: {key} was never asked for"
        for key, one in said.items():
            if one.outcome == "acknowledged" and not stored[key]:
                yield f"lost: {key} was acknowledged"
            elif one.outcome == "refused" and stored[key]:
                yield f"unexpected: {key} was refused and is stored"
            elif one.result and key in where:
                actor, number, result = where[key]
                if (actor, (number, result[1])) != (one.actor, one.result):
                    yield f"changed: {key} was told {one.result}, stored is {where[key]}"

    def rows(self) -> Iterator[str]:
        """No row belongs to an event or case that is not there, and none is missing."""
        clocks: dict[int, dict[int, Row]] = defaultdict(dict)
        for row in self.table("deadlines", "case_id, no"):
            ledger = json.loads(row["ledger"])
            clocks[row["case_id"]][row["no"]] = (row["status"], ledger)
            if row["incident_at"] is not None:
                yield f"case {row['case_id']}: clock {row['no']}: {row['incident']}"
        machines: dict[int, dict[str, Row]] = defaultdict(dict)
        for row in self.table("machines", "case_id, key"):
            machines[row["case_id"]][row["key"]] = (row["state"], json.loads(row["body"]))
        papers: dict[int, list[Row]] = defaultdict(list)
        for row in self.table("documents", "case_id, seq, no"):
            named_so = (row["seq"], row["no"], row["name"], row["number"], row["digest"])
            papers[row["case_id"]].append(named_so)
        messages: dict[int, Counter[int]] = defaultdict(Counter)
        for row in self.table("outbox", "id"):
            if row["case_id"] is not None:
                messages[row["case_id"]][row["seq"]] += 1
        parties: dict[int, set[str]] = defaultdict(set)
        for row in self.table("parties", "case_id, ref"):
            parties[row["case_id"]].add(row["ref"])
        for case_id in self.cases.keys() | clocks.keys() | machines.keys() | papers.keys():
            log = self.logs[case_id]
            wanted = {
                "deadlines": {no: (one["status"], one) for no, one in log.clocks.items()},
                "machines": {key: (one["state"], one) for key, one in log.machines.items()},
                "documents": log.papers,
                "messages": +log.notices,
                "parties": log.parties,
            }
            found = {
                "deadlines": clocks[case_id],
                "machines": machines[case_id],
                "documents": papers[case_id],
                "messages": messages[case_id],
                "parties": parties[case_id],
            }
            for name, value in wanted.items():
                if value != found[name]:
                    yield f"half-written: case {case_id}: {name} are not what its events say"

    def counted(self) -> Iterator[str]:
        """Every number taken is used once, none is left out."""
        used: dict[tuple[str, str, int], list[int]] = defaultdict(list)
        for case_id, case in self.cases.items():
            year = int(case["opened_on"][:4])
            used[case["desk"], "case", year].append(last_number(case["number"]))
            owner = ""
            for event in self.logs[case_id].events:
                step = event["body"]["step"]
                owner = step["owner"] or owner
                for series, fact in step["numbers"].items():
                    number = step["facts"][fact]
                    used[owner, series, year_of(number)].append(last_number(number))
                for name, number, _ in event["body"]["documents"]:
                    own = number and number != case["number"] and number not in step["facts"].values()
                    if own:
                        used[owner, name, year_of(number)].append(last_number(number))
        taken = {
            (row["body"], row["series"], row["year"]): row["next"] - 1
            for row in self.table("counters", "body")
        }
        for series in used.keys() | taken.keys():
            numbers = sorted(used[series])
            if numbers != list(range(1, taken.get(series, 0) + 1)):
                yield f"numbers of {series}: {taken.get(series)} taken, {len(numbers)} used"

    def fired(self, now: int) -> Iterator[str]:
        """Nothing due is left, and no clock has fired twice for the same day."""
        for row in self.table("deadlines", "case_id, no"):
            armed = row["status"] == "running" and row["fires"] and row["incident_at"] is None
            if armed and row["due_at"] is not None and row["due_at"] <= now:
                yield f"lost: case {row['case_id']}: clock {row['no']} is due and has not fired"
        for case_id, log in self.logs.items():
            for once, times in Counter(firings(log)).items():
                if times > 1:
                    yield f"doubled: case {case_id}: clock {once} fired {times} times"


def firings(log: Log) -> Iterator[tuple[int, int, str]]:
    """Give what the calendar did: the clock, the level it rose to and when, or that it ended."""
    for event in log.events:
        if event["actor"] == "calendar":
            # The clock that ran out is told first.
            clock = event["body"]["step"]["clocks"][0]
            yield clock["no"], clock["level"], clock["rose_on"] or clock["status"]


def chained(case: Mapping[str, Any], log: Log) -> Iterator[str]:
    """Recompute the hash chain of a case."""
    previous = bytes(32)
    for seq, event in enumerate(log.events, start=1):
        columns = [
            case["id"], case["number"], event["seq"], event["name"], event["actor"],
            event["key"], event["request_digest"], event["occurred_at"], event["recorded_at"],
            event["workflow"], event["calendar"],
        ]  # fmt: skip
        written = json.dumps(
            columns, ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        content = bytes(previous) + f"{written}\n{event['text']}\n".encode()
        if event["sealed"] is not None:
            content += sha256(event["sealed"]).digest()
        previous = sha256(content).digest()
        if event["seq"] != seq or bytes(event["hash"]) != previous:
            yield f"half-written: the chain breaks at event {seq}"
            return
    if bytes(case["head"]) != previous:
        yield "half-written: its head is not its last event"


def whole(case: Mapping[str, Any], log: Log) -> Iterator[str]:
    """Compare the case row with the fold of its events."""
    snapshot = json.loads(case["snapshot"])
    expected = (len(log.events), log.state, log.owner)
    if expected != (case["version"], case["state"], case["owner"]):
        yield f"half-written: its events make {expected}"
    if expected != (snapshot.get("version"), snapshot.get("state"), snapshot.get("owner")):
        yield f"half-written: its snapshot is not what its events make, {expected}"


def named(description: Iterable[Sequence[Any]], row: Row) -> dict[str, Any]:
    """Give a row by the names of its columns."""
    return dict(zip((column[0] for column in description), row, strict=True))


def last_number(number: str) -> int:
    """Give the running number at the end of a written one."""
    found = LAST_NUMBER.search(number)
    return int(found[1]) if found else 0


def year_of(number: str) -> int:
    """Give the year a written number begins with."""
    found = re.search(r"\d{4}", number)
    return int(found[0]) if found else 0
