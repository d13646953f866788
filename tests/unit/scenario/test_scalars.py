from __future__ import annotations

from datetime import date

import pytest

from ibsim.scenario.scalars import ScalarError, plain_scalar, unseen


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("False", False),
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("010", "010"),
        ("0x10", "0x10"),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("0", 0),
        ("-7", -7),
        ("+7", 7),
        ("1.5", 1.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("010.5", "010.5"),
        ("2006-04-01", date(2006, 4, 1)),
        ("2007-08", "2007-08"),
        ("2006-04-01T00:00", "2006-04-01T00:00"),
        ("nan", "nan"),
        ("٣", "٣"),
    ],
)
def test_words_mean_what_yaml_1_2_says(text: str, value: object) -> None:
    found = plain_scalar(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "text", [".nan", ".NaN", ".inf", "-.INF", "1e999", "9" * 5000, "1" * 19, "2006-02-30", "0000-00-00"]
)
def test_numbers_and_dates_that_do_not_exist_are_refused(text: str) -> None:
    with pytest.raises(ScalarError):
        plain_scalar(text)


@pytest.mark.parametrize(
    "character", ["\x00", "\x1b", "\u202e", "\u2066", "\ufeff", "\ud800", "\x85", "\u200b"]
)
def test_hidden_characters_are_seen(character: str) -> None:
    assert unseen(f"ab{character}c") is not None


def test_ordinary_text_has_nothing_hidden() -> None:
    assert unseen("Zoë’s plan – £5\n\tüber 日本 🎉") is None
