"""Numbers in sentences, as pages.md has them: what is true first, and no word that the range does not allow."""

import datetime as dt
from dataclasses import dataclass

from markupsafe import Markup

from prm.core.formats import Formats
from prm.insights.coverage import Coverage
from prm.insights.dashboard import Dashboard
from prm.insights.nps import Range
from prm.insights.posted import MailHealth, RuleWork
from prm.insights.ranges import share
from prm.insights.stays import Stays
from prm.insights.themed import Tone
from prm.insights.verdicts import Mark, Progress, Verdict, Word
from prm.surveys.model import Group
from prm.surveys.themes import Theme
from prm.web.charts import Slice, swatch

_SMALL = 10
"""Groups smaller than this are not held against each other."""


@dataclass(frozen=True)
class Said:
    """One verdict: against what, the word, and why."""

    against: str
    word: str
    why: str


@dataclass(frozen=True)
class Saying:
    """Writes sentences about numbers."""

    formats: Formats

    def __call__(self, key: str, **values: object) -> str:
        """Return a sentence."""
        return self.formats.texts(f"console_home.{key}", **values)

    def whole(self, number: float) -> str:
        """Return "70", with a proper minus."""
        return self.formats.number(round(number))

    def tenth(self, number: float) -> str:
        """Return "0.8", with a proper minus."""
        return f"{round(number, 1) + 0.0:.1f}".replace("-", "\N{MINUS SIGN}")

    def number(self, number: int) -> str:
        """Return "2,318"."""
        return self.formats.number(number)

    def range(self, found: Range | None) -> str:
        """Return "61 to 77"."""
        return self("range", low=self.whole(found.low), high=self.whole(found.high)) if found else ""

    def fine_range(self, found: Range | None) -> str:
        """Return "0.2 to 1.4"."""
        return self("range", low=self.tenth(found.low), high=self.tenth(found.high)) if found else ""

    def share(self, part: float, whole: float) -> str:
        """Return "15%"."""
        return self("share", number=self.whole(100 * part / whole if whole else 0))

    def rate(self, per_cent: float | None) -> str:
        """Return "1.2%", "0.02%": as many digits as a small rate needs."""
        value = per_cent or 0.0
        return self("share", number=f"{value:.2f}" if 0 < value < 1 else f"{value:.1f}")

    def moment(self, at: dt.datetime, now: dt.datetime) -> str:
        """Return "today, 3:12 am"."""
        return self.formats.moment(at, now)

    def minutes(self, minutes: int) -> str:
        """Return "3 h 20 min"."""
        return self.formats.length(dt.timedelta(minutes=minutes))

    def months(self, stays: Stays) -> str:
        """Return "July to September"."""
        names = self.formats.texts.words("formats.months")
        return self("months", first=names[stays.first.month - 1], last=names[stays.last.month - 1])

    def theme(self, theme: Theme) -> str:
        """Return "Waiting time"."""
        return self.formats.texts(f"console_themes.{theme}")

    def change(self, tone: Tone) -> str:
        """Return "up from 3"; nothing where there is no span before."""
        if tone.low == tone.before:
            return self("theme_same")
        return self("theme_up" if tone.low > tone.before else "theme_down", before=self.number(tone.before))

    def kept_group(self, group: Group) -> str:
        """Return the name of a group in the report on who stays."""
        return self.formats.texts(f"console_reports.kept_group_{group}")

    def swatch(self, place: int, one: Slice) -> Markup:
        """Return the sign of a slice in the legend of who was heard."""
        return swatch(f"coverage-key-{place}", one)

    def lead(self, board: Dashboard) -> str:
        """Return what the score says, with what may be said of it."""
        nps, found = board.figures.nps, board.figures.range
        if nps is None or found is None or not board.verdicts:
            return ""
        average = next(one for one in board.verdicts if one.mark is Mark.AVERAGE)
        said = [self("lead_score", score=self.whole(nps), low=self.whole(found.low), high=self.whole(found.high))]
        if board.progress and board.progress.word is not Word.TOO_CLOSE:
            said.append(self(f"lead_first_{board.progress.word}"))
        said.append(self(f"lead_average_{average.word}"))
        return " ".join(said)

    def verdicts(self, board: Dashboard) -> list[Said]:
        """Return the words for the US average, for the nearer tenth, and for the clinic's own first 90 days."""
        by_mark = {one.mark: one for one in board.verdicts}
        if not by_mark:
            return []
        above = by_mark[Mark.AVERAGE].word is Word.ABOVE
        tenth = by_mark[Mark.TOP_TENTH if above else Mark.LOWEST_TENTH]
        found = [self._verdict(by_mark[Mark.AVERAGE]), self._verdict(tenth)]
        return [*found, self._progress(board.progress)] if board.progress else found

    def _verdict(self, verdict: Verdict) -> Said:
        against = self(f"mark_{verdict.mark}", value=verdict.value)
        return Said(against, self(f"word_{verdict.word}"), self(f"why_{verdict.word}"))

    def _progress(self, progress: Progress) -> Said:
        against = self("mark_first_days", value=self.whole(progress.then))
        change = {} if progress.word is Word.TOO_CLOSE else {"change": self.whole(abs(progress.change))}
        word = self(f"first_{progress.word}", **change)
        return Said(against, word, self("first_range", range=self.range(progress.range)))

    def group(self, group: Group, number: int, whole: int) -> str:
        """Return "16 detractors (0 to 6), 7%"."""
        form = "one" if number == 1 else "other"
        return self(f"group_{group}_{form}", number=self.number(number), share=self.share(number, whole))

    def slices(self, coverage: Coverage) -> list[Slice]:
        """Return who was heard and who was not, in the order of the bar."""
        return [
            Slice(self("reach_answered"), coverage.answered, "bar", is_filled=True),
            Slice(self("reach_asked"), coverage.asked, "bar soft"),
            Slice(self("reach_not_yet"), coverage.not_yet, "bar sunken"),
            Slice(self("reach_left_out"), coverage.left_out, "bar passive"),
            Slice(self("reach_unreachable"), coverage.unreachable, "bar none", is_hatched=True),
            Slice(self("reach_opted_out"), coverage.opted_out, "bar none"),
        ]

    def unheard(self, coverage: Coverage) -> str:
        """Return the warning that those who stopped coming are heard least, where that is no chance."""
        gone, others = (
            share(coverage.gone_answered, coverage.gone),
            share(coverage.others_answered, coverage.others),
        )
        if not gone or not others or min(coverage.gone, coverage.others) < _SMALL or gone.high >= others.low:
            return ""
        return self(
            "unheard",
            gone=self.share(coverage.gone_answered, coverage.gone),
            others=self.share(coverage.others_answered, coverage.others),
        )

    def quiet(self, rule: RuleWork) -> str:
        """Return what is odd about a rule that went quiet."""
        per_week = rule.per_week or 0.0
        return self("quiet_why", number=self.whole(per_week) if per_week >= 1 else self.tenth(per_week))

    def mail(self, mail: MailHealth) -> str:
        """Return how mail does."""
        return self("mail_rates", bounced=self.rate(mail.bounce_rate), spam=self.rate(mail.complaint_rate))
