"""Results as a report: one page of HTML that needs nothing else, for a director and for an auditor."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from ibsim import __version__
from ibsim.results.reading import StoredRun
from ibsim.results.report.answer import answers, glance
from ibsim.results.report.assumptions import appendix, assumptions, evidence_of
from ibsim.results.report.assurance import assurance
from ibsim.results.report.closing import glossary, limits, manifests
from ibsim.results.report.comparing import comparing
from ibsim.results.report.contents import Contents, Part, TargetRow, ValidationRow
from ibsim.results.report.drivers import drivers
from ibsim.results.report.figures import charts, figures
from ibsim.results.report.market import market
from ibsim.results.report.markup import Markup, element, paragraph, section, together
from ibsim.results.report.outcomes import outcomes
from ibsim.results.report.stress import stress

__all__ = ["Contents", "TargetRow", "ValidationRow", "report_html"]

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""Browsers that obey it fetch nothing whatever stands in the page."""


def report_html(contents: Contents) -> str:
    """The page; the same contents give the same text."""
    parts = list(_parts(contents))
    title = _title(contents)
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="generator", content=f"ibsim {__version__}"),
        element("title", f"{title}: report"),
        Markup(f"<style>\n{(files(__name__) / 'report.css').read_text(encoding='utf-8')}</style>"),
    )
    body = element(
        "body",
        element("a", "Skip to the answer", href="#main", class_="skip"),
        _header(contents, title),
        _contents_list(parts),
        element("main", *(section(part.id, part.title, part.body) for part in parts), id="main"),
        _footer(contents),
    )
    return "<!DOCTYPE html>\n" + element("html", head, body, lang="en-GB").text + "\n"


def _parts(contents: Contents) -> Iterator[Part]:
    evidence, same = evidence_of(contents.first)
    yield from glance(contents)
    yield from answers(contents)
    yield from figures(contents)
    yield from comparing(contents)
    yield from drivers(contents, evidence)
    yield from charts(contents)
    yield from market(contents)
    yield from outcomes(contents)
    yield from limits(contents)
    yield from assurance(contents)
    yield from assumptions(contents, evidence, same)
    yield from stress(contents, evidence)
    yield from glossary(contents)
    yield from appendix(evidence)
    yield from manifests(contents)


def _title(contents: Contents) -> str:
    """What the report is about: the run, the one set against another, or how many are."""
    if len(contents.runs) > 2:
        return f"{len(contents.runs) - 1} scenarios beside one another"
    return contents.runs[-1].name


def _header(contents: Contents, title: str) -> Markup:
    run = contents.runs[-1]
    question = []
    if len(contents.runs) <= 2:
        question = [
            paragraph(element("strong", "The question: "), " ".join(run.why.split()), class_="question")
        ]
    if len(contents.runs) > 1:
        question.append(paragraph(element("strong", "Set against: "), contents.first.name))
    facts = [element("div", element("dt", term), element("dd", said)) for term, said in _facts(run)]
    return element(
        "header",
        paragraph("Individual budgets, simulated: a report", class_="kicker"),
        element("h1", title),
        *question,
        element("dl", *facts, class_="facts"),
    )


def _facts(run: StoredRun) -> Iterator[tuple[str, str]]:
    years = run.summary.years[:-1]
    calendar = run.manifest["scenario"]["calendar"]
    yield "Years", years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}"
    yield "Warm-up", f"{calendar['warm_up_years']} years, not counted"
    yield "Replications", f"{run.replications}"
    yield "Seed", str(run.manifest["seed"])
    yield "Prices", str(calendar["price_base"])
    yield "Scenario hash", str(run.manifest["scenario"]["hash"])[:16]


def _contents_list(parts: list[Part]) -> Markup:
    entries = [element("li", element("a", part.title, href=f"#{part.id}")) for part in parts]
    heading = element("h2", "In this report", id="contents-heading")
    return element("nav", heading, element("ol", *entries), aria_labelledby="contents-heading")


def _footer(contents: Contents) -> Markup:
    digests = ", ".join(str(run.manifest["digest"])[:16] for run in contents.runs)
    text = f"Written by ibsim {__version__} from results with the digest {digests}, without the network."
    return element("footer", together(paragraph(text)))
