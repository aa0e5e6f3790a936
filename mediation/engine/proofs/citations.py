"""Proves that every article cited is in force on the day a case would be opened."""

from collections.abc import Iterator, Sequence

from mediation.engine.proofs.report import Unproved
from mediation.engine.workflows.definitions import Article, Workflow
from mediation.language import Label, Message


def citations(workflow: Workflow, day: str) -> Iterator[Unproved]:
    """Say which citations are not in force.

    Args:
        day: an ISO day, on which a case would be opened.
    """
    told: set[str] = set()
    for what, keys in cited(workflow):
        articles = {key: workflow.articles[key] for key in keys if key in workflow.articles}
        for key, article in articles.items():
            others = [one for one in articles.values() if one is not article]
            stands = in_force(article, day) or relieved(article, others, day)
            if key not in told and not stands:
                told.add(key)
                yield out_of_force(what, key, article, day)


def cited(workflow: Workflow) -> Iterator[tuple[Label, Sequence[str]]]:
    """List everything that cites, with the articles that stand together there."""
    for plan in (workflow.case, *workflow.machines.values()):
        yield from ((event.label, event.law) for event in plan.events)
        yield from ((need.blocker, (need.law,)) for need in plan.needs.values())
        yield from ((period.label, (period.law,)) for period in plan.periods.values())
    yield from ((one.label, one.law) for one in workflow.classes.values())


def in_force(article: Article, day: str) -> bool:
    """Tell whether an article is in force on a day."""
    return article.since <= day and (not article.until or day < article.until)


def relieved(article: Article, others: Sequence[Article], day: str) -> bool:
    """Tell whether the article that follows on this one, or that it follows on, is in force."""
    return any(
        in_force(other, day) and (article.until == other.since or other.until == article.since)
        for other in others
    )


def out_of_force(what: Label, key: str, article: Article, day: str) -> Unproved:
    """Say that an article is not in force."""
    values = {"what": what, "key": key, "article": article.cited(), "day": day}
    values |= {"since": article.since, "until": article.until}
    problem = Message(
        "“{what}”引用的{article}（{key}）自{until}起失效，{day}已不能引用", values
    )
    if article.since > day:
        problem = Message(
            "“{what}”引用的{article}（{key}）自{since}起施行，{day}尚未施行", values
        )
    return Unproved("citation", problem)
