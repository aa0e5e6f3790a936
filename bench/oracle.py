"""Reads a database with plain SQL and recomputes what must be there; knows no engine code."""

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
        result: number and version it was told; a page tells no version.
    """

    actor: str
    outcome: Outcome = "attempted"
    result: tuple[str, int | None] | None = None


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

    def rows(self) -> dict[str, Any]:
        """Give the rows its events speak of, as `found_rows` gathers those that are there."""
        return {
            "deadlines": {no: (one["status"], one) for no, one in self.clocks.items()},
            "machines": {key: (one["state"], one) for key, one in self.machines.items()},
            "documents": self.papers,
            "messages": +self.notices,
            "parties": self.parties,
        }


def no_rows() -> dict[str, Any]:
    """Give the rows of a case before any is read."""
    return {
        "deadlines": {},
        "machines": {},
        "documents": [],
        "messages": Counter[int](),
        "parties": set[str](),
    }


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
        query = f"SELECT * FROM {name} ORDER BY {order}"
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
        """Acknowledged is stored once, refused is not, unknown is stored once at most."""
        stored: dict[str, list[Row]] = defaultdict(list)
        for case_id, log in self.logs.items():
            number = self.cases.get(case_id, {}).get("number")
            for event in log.events:
                result = (number, event["body"]["result"][1])
                stored[event["key"]].append((event["actor"], result))
        for key in stored.keys() - {None} - said.keys():
            yield f"unexpected: {key} was never asked for"
        for key, one in said.items():
            yield from kept_word(key, one, stored.get(key, []))

    def rows(self) -> Iterator[str]:
        """No row belongs to an event or case that is not there, and none is missing."""
        found = self.found_rows()
        for row in self.table("deadlines", "case_id, no"):
            if row["incident_at"] is not None:
                yield f"case {row['case_id']}: clock {row['no']}: {row['incident']}"
        for case_id in self.cases.keys() | found.keys():
            for name, wanted in self.logs[case_id].rows().items():
                if wanted != found[case_id][name]:
                    yield f"half-written: case {case_id}: {name} are not what its events say"

    def found_rows(self) -> dict[int, dict[str, Any]]:
        """Gather the rows beside the events, by case."""
        found: dict[int, dict[str, Any]] = defaultdict(no_rows)
        for row in self.table("deadlines", "case_id, no"):
            ledger = json.loads(row["ledger"])
            found[row["case_id"]]["deadlines"][row["no"]] = (row["status"], ledger)
        for row in self.table("machines", "case_id, key"):
            state = (row["state"], json.loads(row["body"]))
            found[row["case_id"]]["machines"][row["key"]] = state
        for row in self.table("documents", "case_id, seq, no"):
            paper = (row["seq"], row["no"], row["name"], row["number"], row["digest"])
            found[row["case_id"]]["documents"].append(paper)
        for row in self.table("outbox", "id"):
            if row["case_id"] is not None:
                found[row["case_id"]]["messages"][row["seq"]] += 1
        for row in self.table("parties", "case_id, ref"):
            found[row["case_id"]]["parties"].add(row["ref"])
        return found

    def counted(self) -> Iterator[str]:
        """Every number taken is used once, none is left out."""
        used: dict[Row, list[int]] = defaultdict(list)
        for case_id, case in self.cases.items():
            used[case["desk"], "case", int(case["opened_on"][:4])].append(
                last_number(case["number"])
            )
            for owner, series, number in numbers(self.logs[case_id], case["number"]):
                used[owner, series, year_of(number)].append(last_number(number))
        taken: dict[Row, int] = {
            (row["body"], row["series"], row["year"]): row["next"] - 1
            for row in self.table("counters", "body")
        }
        for counter in used.keys() | taken.keys():
            if sorted(used[counter]) != list(range(1, taken.get(counter, 0) + 1)):
                told = f"{taken.get(counter)} taken, {len(used[counter])} used"
                yield f"numbers of {counter}: {told}"

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


def kept_word(key: str, said: Said, found: list[Row]) -> Iterator[str]:
    """Compare what a client was told of a request with what is stored of it."""
    if len(found) > 1:
        yield f"doubled: {key} is stored {len(found)} times"
    if said.outcome == "acknowledged" and not found:
        yield f"lost: {key} was acknowledged"
    if said.outcome == "refused" and found:
        yield f"unexpected: {key} was refused and is stored"
    if said.result and found and not as_told(said.actor, said.result, found[0]):
        yield f"changed: {key} was told {said.result}, stored is {found[0]}"


def as_told(actor: str, told: tuple[str, int | None], stored: Row) -> bool:
    """Tell whether what is stored is what somebody was told."""
    who, (number, version) = stored
    return (actor, told[0]) == (who, number) and told[1] in {None, version}


def firings(log: Log) -> Iterator[tuple[int, int, str]]:
    """Give what the calendar did: the clock, the level it rose to and when, or its end."""
    for event in log.events:
        if event["actor"] == "calendar":
            # The clock that ran out is told first.
            clock = event["body"]["step"]["clocks"][0]
            yield clock["no"], clock["level"], clock["rose_on"] or clock["status"]


def numbers(log: Log, own: str) -> Iterator[tuple[str, str, str]]:
    """Give the numbers the events of a case took: whose, of which series, as written."""
    owner = ""
    for event in log.events:
        step = event["body"]["step"]
        owner = step["owner"] or owner
        for series, fact in step["numbers"].items():
            yield owner, series, step["facts"][fact]
        known = {own, *(step["facts"][fact] for fact in step["numbers"].values())}
        for name, number, _ in event["body"]["documents"]:
            if number and number not in known:
                yield owner, name, number


def chained(case: Mapping[str, Any], log: Log) -> Iterator[str]:
    """Recompute the hash chain of a case."""
    previous = bytes(32)
    for seq, event in enumerate(log.events, start=1):
        columns = [
            case["id"], case["number"], event["seq"], event["name"], event["actor"],
            event["key"], event["request_digest"], event["occurred_at"], event["recorded_at"],
            event["workflow"], event["calendar"],
        ]  # fmt: skip
        written = json.dumps(columns, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
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
