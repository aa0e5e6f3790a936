"""Articles cited in titles and tags, found among those of `workflows/law.toml`."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from mediation.engine.workflows.files import ArticleFile
from mediation.rendering.values import cn

CITED: Final = re.compile(
    r"(?:《([^》]+)》|([\u4e00-\u9fff]+?))?(第[一二三四五六七八九十百千零]+条)"
)
TAGGED: Final = re.compile(r"([\u4e00-\u9fff]+)([0-9]+)")


class Citations:
    """Finds the articles that a text names."""

    def __init__(self, law: Mapping[str, ArticleFile]) -> None:
        self.by_number: dict[str, dict[str, str]] = {}
        for key, article in law.items():
            self.by_number.setdefault(article.number, {})[article.statute] = key

    def found(self, title: str, tags: Iterable[str]) -> list[str]:
        """List the keys of the articles a title and its tags name, each once.

        What `law.toml` does not hold, because no procedure rests on it, is left out.
        """
        named = [*in_text(title), *in_tags(tags)]
        keys = (self.key(statute, number) for statute, number in named)
        return list(dict.fromkeys(key for key in keys if key))

    def key(self, statute: str, number: str) -> str | None:
        """Find an article by its statute, in full or shortened as people shorten it."""
        statutes = self.by_number.get(number, {})
        if statute in statutes:
            return statutes[statute]
        # 特邀调解规定 is 最高人民法院关于人民法院特邀调解的规定 with characters left
        # out, but never the last one.
        shortened = re.compile(".*".join(map(re.escape, statute)) + "$")
        return next((key for full, key in statutes.items() if shortened.search(full)), None)


def in_text(text: str) -> Iterator[tuple[str, str]]:
    """Give statute and number of each article; one may be named for several numbers."""
    statute = ""
    for quoted, bare, number in CITED.findall(text):
        if quoted or len(bare) > len("至"):
            statute = quoted or bare
        yield statute, number


def in_tags(tags: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Give statute and number of each tag that names an article: 人民调解法31."""
    for tag in tags:
        if found := TAGGED.fullmatch(tag):
            yield found[1], f"第{cn(int(found[2]))}条"
