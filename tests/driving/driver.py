@dataclass(slots=True)
class Case:
    """The case under way: how it stands, and what has come of things tried."""

    number: str
    show: Told
    steps: int = 0
    patience: int = 30
    failed: Counter[str] = field(default_factory=Counter)
    states: dict[str, str] = field(default_factory=dict)
    seen: int = 0
    last: datetime = BEGIN
    goal: str = ""
    patience_for_goal: int = 0
    form: Any = None
    tried: tuple[str, str, str, Any] | None = None
    quest: str = ""
    quest_left: int = 0



class Driver:
    def run(self, cases: int) -> None:
        """Take so many cases to a closed state."""
        for _ in range(cases):
            case = self.open()
            while not self.done(case):
                case.steps += 1
                assert case.steps < MOST_STEPS, self.stuck(case)
                self.step(case)
            self.outcomes[case.show["state"]] += 1
            self.steps += case.steps


    def open(self) -> Iterator["Program"]:
        """Make the installation with the world of the demonstration, and keep it open."""
        with patch.dict(os.environ, self.environment):
            self.ask("init", "--world", str(resource_dir("demo") / "world.json"), timeless=True)
            office = doors.open_office(read_settings(os.environ))
            with (
                patch.object(doors, "open_office", lambda _: office),
                patch.object(office.database, "close", lambda: None),
                # Indentation is for people, and costs more than all the rest.
                patch.object(doors, "json", Compact),
                # `tick` and the end witness what was written; each command alone need not.
                patch.object(doors, "witness", lambda *_: 0),
            ):
                yield self
            office.database.close()


    def look(self, case: Case) -> None:
        """See how the case stands, and what has happened to it since."""
        words = ("--as", self.colleague(case.show["body"]))
        case.show = self.program.ask("case", "show", case.number, *words)
        if case.show["progress_only"]:
            words = ("--as", self.colleague(case.show["body"]))
            case.show = self.program.ask("case", "show", case.number, *words)
        if case.show["version"] == case.seen:
            return
        log = self.program.ask("case", "log", case.number, *words)
        for event in log["events"][case.seen :]:
            key, _, name = event["event"].rpartition(":")
            chart = self.charts[key.partition("/")[0]]
            transition = chart.taken(name, case.states.get(key), event["state"])
            if transition not in self.taken and case.steps < LONGEST:
                case.patience = max(case.patience, case.steps + self.random.randint(8, 16))
            self.taken[transition] += 1
            case.states[key] = event["state"]
            self.reached[f"{chart.name}:{event['state']}" if key else event["state"]] += 1
            case.last = datetime.fromisoformat(event["occurred_at"])
        case.seen = len(log["events"])
        for machine in case.show["machines"]:
            sort = machine["key"].partition("/")[0]
            if machine["key"] not in case.states:
                self.runs[f"{sort} {machine['kind']}"] += 1
            case.states[machine["key"]] = machine["state"]
            self.reached[f"{sort}:{machine['state']}"] += 1


    def roles_at(self, body: str) -> set[str]:
        """Give the roles that the officers of a body hold together."""
        held = [roles for one, roles in self.officers.items() if one.endswith(f"@{body}")]
        return set[str]().union(*held)


    def colleague(self, body: str) -> str:
        """Give an officer of a body, the one with the most roles most often."""
        found = [one for one in self.officers if one.partition("@")[2] == body]
        return max(found, key=lambda one: (len(self.officers[one]), self.random.random()))


    def done(self, case: Case) -> bool:
        """Tell whether the case is closed, and nothing new can be had from it."""
        if case.show["state"] not in self.case_chart.closed:
            return False
        if case.steps > case.patience:
            return True
        if self.fresh(self.case_chart, case.show["state"]):
            return False
        return case.steps > case.patience - 12 or self.random.random() < 0.4


    def stuck(self, case: Case) -> str:
        """Tell why a case cannot be closed."""
        moves = self.moves(case, self.colleague(case.show["body"]))
        blocked = {
            one.name: [blocker["text"] for blocker in one.told["blockers"]]
            for one in moves
            if one.chart.name or self.ahead(one) < self.far(case.show["state"])
        }
        told = {key: case.show[key] for key in ("state", "body", "machines")}
        return f"{case.number} is stuck, {told}: {blocked or [one.name for one in moves]}"


    def far(self, state: str) -> int:
        """Tell how far a state is from a closed one."""
        return self.roads.get(state, 99)


    def step(self, case: Case) -> None:
        """Do the one thing that promises most."""
        self.program.now += timedelta(minutes=self.random.randint(3, 300))
        self.kept.clear()
        if self.random.random() < 0.03:
            self.ask_for_nonsense(case)
        moves = self.moves(case, self.colleague(case.show["body"]))
        self.learn(case, moves)
        if case.steps > case.patience:
            self.close(case, moves)
        elif not self.wait_for_something_new(case):
            self.explore(case, moves)
        self.look(case)


    def moves(self, case: Case, officer: str) -> list[Move]:
        """Ask what an officer might do."""
        told = self.program.ask("case", "moves", case.number, "--as", officer)
        found = []
        for one in told["moves"]:
            key, _, name = one["event"].rpartition(":")
            chart = self.charts[key.partition("/")[0]]
            event = chart.event(name, case.states[key] if key else told["state"])
            if event is not None:
                found.append(Move(one, officer, chart, event, self.interest(chart, event)))
        return found


    def explore(self, case: Case, moves: list[Move]) -> None:
        """Prefer what was never done, then what leads to where it can be, then anything."""
        usable = [one for one in moves if one.fillable]
        if not usable:
            self.wait(case)
            return
        state, roads = case.show["state"], self.roads_to_goal(case)
        quest = next((one for one in usable if one.name == case.quest), None)
        case.quest_left -= 1
        if quest is not None and case.quest_left > 0 and self.pursue(case, quest, moves):
            case.quest = "" if quest.told["open"] else case.quest
            return
        hopes = [(self.promise(case, one, roads), one) for one in usable]
        if max(hope for hope, _ in hopes) < 1:
            self.failed["goal", case.goal] += 1
            self.choose_goal(case)
            roads = self.case_chart.distances({case.goal})
            hopes = [(self.promise(case, one, roads), one) for one in usable]
        # By lot, the more promising the sooner.
        hopes.sort(key=lambda one: self.random.expovariate(one[0]), reverse=False)
        for _, move in hopes[:4]:
            if self.pursue(case, move, moves):
                self.follow(case, move, state)
                return
            case.failed[move.name] += 1
            lost = any(not one["remedy"] and not one["who"] for one in move.told["blockers"])
            self.failed[move.chart.name, move.event["definition"]] += 3 if lost else 1


    def follow(self, case: Case, move: Move, state: str) -> None:
        """Go on with what was blocked: one obstacle is gone, the others follow."""
        if move.fresh and not move.told["open"] and case.quest_left <= 0:
            case.quest, case.quest_left = move.name, 14
            if not move.chart.name:
                case.goal, case.patience_for_goal = state, 18


    def pursue(self, case: Case, move: Move, moves: Sequence[Move], depth: int = 0) -> bool:
        """Do a move, by another officer or after lifting what blocks it, if need be."""
        if move.told["open"]:
            return self.do(case, move, thorough=depth > 0)
        if depth > 2:
            return False
        for blocker in move.told["blockers"]:
            if not blocker["remedy"]:
                officer = self.somebody(case, blocker["who"], move.name)
                if officer is None or officer == move.officer:
                    return False
                again = [one for one in self.moves(case, officer) if one.name == move.name]
                return bool(again) and self.pursue(case, again[0], moves, depth + 1)
            remedy = self.remedy(moves, blocker["remedy"])
            if remedy is None or not remedy.fillable:
                return False
            done = self.pursue(case, remedy, moves, depth + 1)
            case.tried = (move.name, blocker["code"], remedy.name, case.form) if done else None
            return done
        return False


    def learn(self, case: Case, moves: Sequence[Move]) -> None:
        """Remember an answer that lifted a blocker; one that did not is given less often."""
        tried, case.tried = case.tried, None
        move = next((one for one in moves if tried and one.name == tried[0]), None)
        if tried is None or move is None:
            return
        code, remedy, form = tried[1:]
        if any(one["code"] == code for one in move.told["blockers"]):
            self.hints.pop(remedy, None)
        else:
            self.hints[remedy] = {
                name: next(iter(value.values())) if isinstance(value, dict) and value else value
                for name, value in form.items()
                if isinstance(value, str | dict)
            }


    def remedy(self, moves: Sequence[Move], name: str) -> Move | None:
        """Find the event a blocker names, on the case or on a side machine."""
        found = [one for one in moves if one.name.rpartition(":")[2] == name]
        found.sort(key=lambda one: not one.told["open"])
        return found[0] if found else None


    def somebody(self, case: Case, who: str, event: str) -> str | None:
        """Find an officer who is meant by `role@relation`, or by one of several."""
        key = event.rpartition(":")[0]
        machine = next((one for one in case.show["machines"] if one["key"] == key), {})
        bodies = {
            "owner": case.show["body"],
            "desk": case.show["desk"],
            "sender": machine.get("sender"),
            "receiver": machine.get("receiver"),
        }
        rights = [one.split("@") for one in who.split("、") if "@" in one]
        found = [
            officer
            for role, relation in rights
            for officer, roles in self.officers.items()
            if role in roles and officer.partition("@")[2] == bodies.get(relation)
        ]
        return self.random.choice(found) if found else None


    def close(self, case: Case, moves: list[Move]) -> None:
        """Take the shortest way to a closed state."""
        here = self.far(case.show["state"])
        ways = [one for one in moves if one.fillable and self.ahead(one) < here]
        ways.sort(
            key=lambda one: (case.failed[one.name], self.ahead(one), not one.told["open"])
        )
        for move in ways[:3]:
            if self.pursue(case, move, moves):
                return
            case.failed[move.name] += 1
        # Nothing leads there at once: move on somewhere else, answer what is open, or wait.
        others = [one for one in moves if one.fillable and (one.chart.name or one.targets)]
        self.random.shuffle(others)
        others.sort(key=lambda one: case.failed[one.name])
        for move in others[:4]:
            case.failed[move.name] += 1
            if self.pursue(case, move, moves):
                return
        self.wait(case)


    def ahead(self, move: Move) -> int:
        """Tell how far from a closed state a move may lead."""
        return 99 if move.chart.name else min(map(self.far, move.targets), default=99)


    def do(self, case: Case, move: Move, *, thorough: bool = False) -> bool:
        """Do an event with its form filled; tell whether it was done."""
        filler = self.filler()
        filler.eagerness = 0.9 if thorough else 0.3
        filler.hints = self.hints.get(move.name, {}) if thorough else {}
        form = case.form = filler.form(move.told["form"])
        words = ["case", "do", case.number, move.name, "--data", "-", "--as", move.officer]
        words += ["--version", str(case.show["version"])] if self.random.random() < 0.3 else []
        words += self.afterwards(case)
        try:
            self.once_or_twice(words, form)
        except Refused as refusal:
            assert refusal.error["message"], refusal
            return False
        return True


    def once_or_twice(self, words: list[str], form: Any) -> Told:
        """Do an event, sometimes sending the request twice with one key."""
        if self.random.random() > 0.1:
            return dict(self.program.ask(*words, data=form))
        words = [*words, "--key", secrets.token_hex(8)]
        told = self.program.ask(*words, data=form)
        assert told == self.program.ask(*words, data=form), "one key, two results"
        return dict(told)


    def afterwards(self, case: Case) -> list[str]:
        """Sometimes say that it happened a while ago."""
        between = (self.program.now - case.last).total_seconds()
        if between < 120 or self.random.random() > 0.15:
            return []
        at = case.last + timedelta(seconds=self.random.uniform(0, between))
        return ["--occurred-at", at.isoformat()]


    def filler(self) -> Filler:
        """Give a hand that fills forms, with choices it has made less often first."""
        filler = Filler(self.program.now.date(), self.random, self.used, self.numbers[-30:-1])
        # Now and then somebody comes who has been here before.
        self.people += self.random.randint(0, 9)
        filler.people = self.people
        return filler


    def wait_for_something_new(self, case: Case) -> bool:
        """Let time pass if the calendar would do what it never has, or now and then."""
        nobody = case.show["if_nobody_acts"]
        if nobody is None:
            return False
        news = [one for one in case.show["deadlines"] if self.would_be_new(case, one)]
        if news and self.random.random() < 0.6:
            self.tick(min(one["due_at"] for one in news))
            return True
        if self.random.random() < 0.03:
            self.tick(nobody["at"])
            return True
        return False


    def would_be_new(self, case: Case, deadline: Told) -> bool:
        """Tell whether a deadline would bring an event that never happened."""
        key = deadline["machine"]
        chart = self.charts[key.partition("/")[0]]
        fires = self.fired(case.show["place"])[chart.name].get(deadline["period"])
        if not fires or not deadline["due_at"]:
            return False
        state = case.states.get(key, case.show["state"])
        for one in (chart, self.case_chart):
            event = one.event(fires, state if one is chart else case.show["state"])
            if event is not None:
                return bool(self.news(one, event))
        return False


    def fired(self, place: str) -> dict[str, dict[str, str]]:
        """Give what the periods bring at a place: chart -> period -> event."""
        if place not in self.fires:
            told = self.program.ask("workflow", "show", self.kind, "--place", place)
            self.fires[place] = {
                name: {one["name"]: one["fires"] for one in chart["periods"]}
                for name, chart in {"": told, **told["machines"]}.items()
            }
            self.timed.update(
                one["fires"]
                for chart in (told, *told["machines"].values())
                for one in chart["periods"]
                if one["fires"]
            )
        return self.fires[place]


    def wait(self, case: Case) -> None:
        """Let time pass until something happens by itself, or a week."""
        nobody = case.show["if_nobody_acts"]
        self.tick(
            nobody["at"] if nobody else (self.program.now + timedelta(days=7)).isoformat()
        )


    def tick(self, at: str) -> None:
        """Let time pass until a moment."""
        self.program.now = max(self.program.now, datetime.fromisoformat(at)) + timedelta(
            minutes=1
        )
        told = self.program.ask("tick")
        assert not told["failed"], told


    def ask_for_nonsense(self, case: Case) -> None:
        """Ask for something that cannot be; it must be refused, and nothing change."""
        officer = self.colleague(case.show["body"])
        do = ["case", "do", case.number]
        known = self.moves(case, officer)
        name = self.random.choice(known).name if known else "nothing"
        ahead = (self.program.now + timedelta(days=3)).isoformat()
        stranger = self.random.choice(["nobody@nowhere", f"nobody@{case.show['body']}"])
        words, data = self.random.choice(
            [
                ([*do, "no_such_event", "--data", "-", "--as", officer], {}),
                ([*do, name, "--data", "-", "--as", officer], {"no_such_field": "\x00"}),
                ([*do, name, "--data", "-", "--as", officer], ["not", "a", "table"]),
                ([*do, name, "--as", officer, "--version", "0"], None),
                ([*do, name, "--as", officer, "--occurred-at", ahead], None),
                ([*do, name, "--as", stranger], None),
                (["case", "show", f"{case.number}9", "--as", officer], None),
                ([*do, f"referral/99:{name}", "--as", officer], None),
            ]
        )
        try:
            self.program.ask(*words, data=data)
        except Refused:
            after = self.program.ask("case", "show", case.number, "--as", officer)
            assert after["version"] == case.show["version"], (words, "left a trace")
        else:
            message = f"{words} with {data} was not refused"
            raise AssertionError(message)

