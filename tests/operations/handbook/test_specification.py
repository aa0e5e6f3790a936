import json
from pathlib import Path
from textwrap import dedent

import pytest

from mediation.language import Label
from mediation.operations.catalogue import Catalogue
from mediation.operations.handbook.citations import Citations
from mediation.operations.handbook.results import FILE, read_results
from mediation.operations.handbook.searching import feature_places, search
from mediation.operations.handbook.specification import (
    Specification,
    read_specification,
    specification,
)
from mediation.operations.handbook.telling import handbook_of
from mediation.resources import resource_dir

CONTENTS = """
[chapter]
two = { zh = "二", en = "Two" }
[report]
QH = { zh = "秦淮", en = "Qinhuai" }
[mechanism]
QH1 = { zh = "登记", en = "Register" }
"""
FEATURE = """\
# language: zh-CN
# en: One sentence.
@QH1
功能: 履行
  履行有
  期限。

  @人民调解法31
  规则: 应当履行（《人民调解法》第三十一条）

    背景:
      假如 有一份协议

    场景大纲: 到期
      假如 约定<日子>
      而且 没有延长
        | 理由 | 无 |
      当 到了<日子>
      那么 转入督促

      例子: 两天
        | 日子 |
        | 一日 |
        | 二日 |
"""


@pytest.fixture
def small(tmp_path: Path) -> Specification:
    (tmp_path / "contents.toml").write_text(CONTENTS, "utf-8")
    for chapter in ("one", "two"):
        (tmp_path / chapter).mkdir()
    (tmp_path / "one" / "空.feature").write_text(
        "# language: zh-CN\n# en: Nothing.\n功能: 空\n", "utf-8"
    )
    (tmp_path / "two" / "履行.feature").write_text(dedent(FEATURE), "utf-8")
    return read_specification(tmp_path)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.read(resource_dir("workflows"))


def test_chapters_stand_in_the_order_of_the_contents(small: Specification) -> None:
    assert [one.label for one in small.chapters] == [Label("二", "Two"), Label("one", "one")]
    assert small.mechanisms == {"QH1": Label("登记（秦淮）", "Register (Qinhuai)")}


def test_a_feature_is_read_as_it_stands(small: Specification) -> None:
    feature = small.features["two/履行"]
    assert (feature.english, feature.description) == ("One sentence.", "履行有期限。")
    (rule,) = feature.rules
    assert (rule.anchor, rule.tags) == ("r1", ("人民调解法31",))
    assert rule.background[0].steps[0].sentence == "有一份协议"
    (scenario,) = rule.scenarios
    assert [(part.role, len(part.steps)) for part in scenario.parts] == [
        ("given", 2),
        ("when", 1),
        ("then", 1),
    ]
    assert scenario.parts[0].steps[1].rows == (("理由", "无"),)
    assert scenario.examples[0].rows == (("一日",), ("二日",))


def test_every_chapter_of_the_handbook_has_a_name() -> None:
    assert [one.name for one in specification().chapters if one.label.zh == one.name] == []


def test_every_mechanism_a_tag_names_is_explained() -> None:
    spec = specification()
    tags = {
        tag
        for feature in spec.features.values()
        for tags in (feature.tags, *(rule.tags for rule in feature.rules))
        for tag in tags
        if tag.isascii()
    }
    assert tags - spec.mechanisms.keys() == set()


@pytest.mark.parametrize(
    ("title", "tags", "keys"),
    [
        (
            "先督促（《人民调解法》第三十一条、第三十二条）",
            (),
            ["mediation-law-31", "mediation-law-32"],
        ),
        ("顺延（民法典第二百零三条第一款）", (), ["civil-code-203"]),
        ("期限", ("特邀调解规定27",), ["invited-rules-27"]),
        ("期限", ("人民调解法3100", "期限"), []),
    ],
)
def test_articles_are_found_in_titles_and_tags(
    catalogue: Catalogue, title: str, tags: tuple[str, ...], keys: list[str]
) -> None:
    assert Citations(catalogue.library.law.article).found(title, tags) == keys


def test_a_result_stands_only_for_the_text_it_was_of(
    small: Specification, tmp_path: Path
) -> None:
    feature = small.features["two/履行"]
    recorded = {
        "day": "2026-03-02",
        "version": "1",
        "transitions": [["a/b", 0], ["a/c", 1]],
        "features": {
            feature.path: {
                "digest": feature.digest,
                "scenarios": {
                    "到期": {
                        "passed": {"sqlite": True, "postgresql": False},
                        "transitions": [1, 0],
                    }
                },
            }
        },
    }
    file = tmp_path / FILE
    file.write_text(json.dumps(recorded), "utf-8")
    read = read_results(file, small)
    assert not read.scenarios["到期"].passed
    assert read.executed == {("a/b", 0): ("到期",), ("a/c", 1): ("到期",)}
    recorded["features"] = {feature.path: {**recorded["features"][feature.path], "digest": ""}}  # type: ignore[index]
    file.write_text(json.dumps(recorded), "utf-8")
    assert read_results(file, small).scenarios == {}


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ("履行", ["履行", "应当履行（《人民调解法》第三十一条）"]),
        ("人民调解法31", ["应当履行（《人民调解法》第三十一条）"]),
        ("第31条", ["应当履行（《人民调解法》第三十一条）"]),
        ("二日", ["到期"]),
        ("QH1", ["履行"]),
        ("qh", ["履行"]),
        ("督促 履行", ["到期"]),
        ("(", []),
        ("", []),
    ],
)
def test_a_search_finds_words_where_they_stand(
    small: Specification, asked: str, titles: list[str]
) -> None:
    places = [*feature_places(small.features["two/履行"], [[]])]
    assert [one.place.title for one in search(places, asked)] == titles


def test_a_number_is_not_found_in_a_longer_one(small: Specification) -> None:
    places = list(feature_places(small.features["two/履行"], [["CQ10"]]))
    assert search(places, "CQ1") == []
    assert len(search(places, "CQ10")) == 1


def test_the_handbook_is_bound_once(catalogue: Catalogue) -> None:
    assert handbook_of(catalogue.library) is handbook_of(catalogue.library)
