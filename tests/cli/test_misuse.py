import sqlite3
from pathlib import Path

import pytest

import mediation.cli.workflows
import mediation.operations.office
from mediation.resources import resource_dir
from tests.cli.conftest import DESK, Run, open_case


@pytest.mark.parametrize(
    "arguments",
    [
        ["nothing"],
        ["case"],
        ["case", "show"],
        ["case", "show", "x"],
        ["case", "list", "--as", DESK, "--colour"],
        ["case", "list", "--as", "liudeshun"],
        ["case", "list", "--as", "@tx"],
        ["case", "list", "--as", DESK, "--lang", "fr"],
        ["case", "list", "--as", DESK, "--due-before", "tomorrow"],
        ["case", "list", "--as", DESK, "--now", "soon"],
        ["case", "open", "--kind", "neighbour", "--input", "missing.json", "--as", DESK],
        ["case", "do", "x", "accept", "--as", DESK, "--version", "one"],
        ["period", "--from", "2026-01-20"],
        ["period", "--from", "2026-01-20", "--days", "3", "--months", "1"],
        ["period", "--from", "2026-02-30", "--days", "3"],
        ["period", "--from", "2026-01-20", "--days", "3", "--suspend", "2026-01-21"],
        ["workflow", "show", "neighbour", "--format", "png"],
    ],
)
def test_misuse_ends_with_2_and_a_sentence(run: Run, arguments: list[str]) -> None:
    printed = run(*arguments)
    assert printed.code == 2
    assert printed.out == ""
    assert printed.err.strip()
    told = run(*arguments, "--json")
    assert told.code == 2
    assert told.error["code"] in {"misuse", "input_refused"}


def test_nothing_at_all_shows_the_commands(run: Run) -> None:
    for arguments in ([], ["--help"]):
        shown = run(*arguments)
        assert shown.code == 0
        assert "period" in shown.out


def test_help_is_in_both_languages(run: Run) -> None:
    shown = run("case", "open", "--help")
    assert shown.code == 0
    assert "登记" in shown.out
    assert "open a case" in shown.out


def test_before_init_every_command_says_so(run: Run) -> None:
    for command in (
        ["case", "list", "--as", DESK],
        ["officer", "list"],
        ["tick"],
        ["audit", "verify"],
    ):
        printed = run(*command)
        assert printed.code == 1
        assert "mediation init" in printed.err
        assert run(*command, "--json").error["code"] == "schema"


def test_now_is_for_rehearsals_only(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MEDIATION_REHEARSAL")
    refused = run("tick", "--now", "2026-03-05", "--json")
    assert (refused.code, refused.error["code"]) == (2, "misuse")
    monkeypatch.setenv("MEDIATION_NOW", "2026-03-05")
    refused = run("tick", "--json")
    assert refused.code == 2
    assert [fault["field"] for fault in refused.error["faults"]] == ["MEDIATION_NOW"]


def test_a_key_file_open_to_others_refuses_the_start(installed: Run, home: Path) -> None:
    key = home / "mediation.key"
    assert key.stat().st_mode & 0o777 == 0o600
    key.chmod(0o644)
    refused = installed("officer", "list", "--json")
    assert (refused.code, refused.error["code"]) == (1, "key_file")
    assert "chmod 600" in refused.error["message"]


def test_a_lost_or_exchanged_key_file_refuses_the_start(installed: Run, home: Path) -> None:
    key = home / "mediation.key"
    content = key.read_text()
    key.unlink()
    assert installed("officer", "list", "--json").error["code"] == "key_file"
    key.touch(0o600)
    key.write_text(content.replace(content[40:44], content[44:48]))
    assert installed("officer", "list", "--json").error["code"] == "key_file"


def test_a_dropped_trigger_refuses_the_start_until_init(installed: Run, home: Path) -> None:
    with sqlite3.connect(home / "mediation.db") as connection:
        connection.execute("DROP TRIGGER events_no_update")
    connection.close()
    refused = installed("officer", "list", "--json")
    assert (refused.code, refused.error["code"]) == (1, "schema")
    assert "events_no_update" in refused.error["message"]
    named = installed("audit", "verify", "--json")
    assert named.code == 1
    assert [one["code"] for one in named.told["findings"]] == ["schema"]
    assert installed("init").code == 0
    assert installed("audit", "verify").code == 0


def test_an_unknown_schema_refuses_the_start(installed: Run, home: Path) -> None:
    with sqlite3.connect(home / "mediation.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    for command in ("officer", "list"), ("init",):
        refused = installed(*command, "--json").error
        assert refused["code"] == "schema"
        assert "请安装更新的程序" in refused["message"]


def test_init_makes_no_tables_in_somebody_elses_database(run: Run, home: Path) -> None:
    home.mkdir()
    with sqlite3.connect(home / "mediation.db") as connection:
        connection.execute("CREATE TABLE theirs (x)")
    refused = run("init", "--json").error
    assert (refused["code"], "请检查数据库地址" in refused["message"]) == ("schema", True)
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]
    connection.close()


def test_a_place_that_cannot_be_used_is_named_with_its_setting(
    run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDIATION_KEY_FILE", str(tmp_path))
    refused = run("init", "--json").error
    assert (refused["code"], "MEDIATION_KEY_FILE" in refused["message"]) == ("key_file", True)
    (tmp_path / "file").touch()
    monkeypatch.setenv("MEDIATION_DATABASE_URL", f"sqlite:///{tmp_path / 'file' / 'x.db'}")
    assert run("init", "--json").error["code"] == "database_unavailable"
    monkeypatch.setenv("MEDIATION_HOME", str(tmp_path / "file"))
    refused = run("init", "--json").error
    assert (refused["code"], "MEDIATION_HOME" in refused["message"]) == ("home", True)


def test_a_database_put_back_is_noticed_at_the_start(installed: Run, home: Path) -> None:
    file = home / "mediation.db"
    before = file.read_bytes()
    open_case(installed)
    for name in ("mediation.db-wal", "mediation.db-shm"):
        (home / name).unlink(missing_ok=True)
    file.write_bytes(before)
    refused = installed("officer", "list", "--json")
    assert (refused.code, refused.error["code"]) == (1, "anchors_disagree")
    assert installed("audit", "verify").code == 1
    # An operator who knows why may go on; the file that disagreed stays beside the new one.
    told = installed("audit", "witness", "--anew", "--json").told
    assert (home / told["kept"]).exists()
    assert installed("officer", "list").code == 0


def test_witnesses_that_have_gone_are_noticed_and_begun_anew_on_record(
    office: Run, home: Path
) -> None:
    open_case(office)
    anchors = home / "anchors.jsonl"
    anchors.unlink()
    refused = office("officer", "list", "--json")
    assert (refused.code, refused.error["code"]) == (1, "anchors_missing")
    assert "mediation audit witness --anew" in refused.error["message"]
    assert office("init").code == 1
    named = office("audit", "verify", "--json")
    assert named.code == 1
    assert [one["code"] for one in named.told["findings"]] == ["anchors_missing"]

    assert office("audit", "witness", "--anew").code == 0
    proven = office("audit", "verify", "--json")
    assert (proven.code, proven.told["sound"]) == (0, True)
    assert [one["code"] for one in proven.told["findings"]] == ["witness_anew"]
    again = office("audit", "witness", "--anew", "--json")
    assert (again.code, again.error["code"]) == (1, "anchors_present")
    assert office("audit", "witness").code == 0


def test_a_file_of_witnesses_that_cannot_be_written_says_what_to_look_at(
    installed: Run, home: Path
) -> None:
    (home / "anchors.jsonl").unlink()
    (home / "anchors.jsonl").mkdir()
    refused = installed("officer", "list", "--json")
    assert (refused.code, refused.error["code"]) == (1, "anchors_unusable")


def test_a_changed_row_is_named_by_audit_verify(office: Run, database_url: str) -> None:
    open_case(office)
    assert office("audit", "verify", "--json").told == {"sound": True, "findings": []}
    if not database_url.startswith("sqlite"):
        return
    with sqlite3.connect(database_url.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE cases SET state = 'closing/archived'")
    connection.close()
    named = office("audit", "verify", "--json")
    assert named.code == 1
    assert {one["number"] for one in named.told["findings"]} == {"（2026）天馨园人调字第1号"}


def test_a_program_at_fault_shows_no_data(
    installed: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        message = "张三 13800000001"
        raise ValueError(message)

    monkeypatch.setattr(mediation.operations.office.Office, "staff", fail)
    failed = installed("officer", "list", "--json")
    assert (failed.code, failed.error["code"]) == (1, "unexpected")
    log = (home / "errors.log").read_text("utf-8")
    assert "ValueError" in log
    assert "张三" not in failed.out + failed.err + log
    assert (home / "errors.log").stat().st_mode & 0o777 == 0o600


def test_a_broken_workflow_file_is_named_with_the_nearest_word(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = broken_workflows(tmp_path)
    monkeypatch.setattr(mediation.cli.workflows, "resource_dir", lambda _: folder)
    refused = run("check", "--json")
    assert (refused.code, refused.error["code"]) == (1, "definitions")
    (error,) = refused.error["errors"]
    assert (error["file"], error["where"]) == ("stages/intake.toml", "event.register.lable")
    assert "label" in error["problem"]
    printed = run("check")
    assert "stages/intake.toml" in printed.err


def broken_workflows(tmp_path: Path) -> Path:
    real = resource_dir("workflows")
    folder = tmp_path / "workflows"
    for file in real.rglob("*.toml"):
        copy = folder / file.relative_to(real)
        copy.parent.mkdir(parents=True, exist_ok=True)
        text = file.read_text("utf-8")
        if file.name == "intake.toml":
            text = text.replace("[event.register]", '[event.register]\nlable = "x"', 1)
        copy.write_text(text, "utf-8")
    return folder
