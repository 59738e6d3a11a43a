"""A closed collection in the index changes no answer that everyone is given."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.answerer import Answerer
from retrieval.models import Answer, AskRequest, Scope
from tests.services import service_over_texts

OPEN = {
    "library.md": "# Library\n\n## Opening hours\n\nThe library on Mill Lane opens at 9:30 on "
    "weekdays and at 11:00 on Saturdays.\n\n## Loans\n\nA book is lent for three weeks; a game for "
    "one.\n\n| Card | Fee a year |\n|---|---|\n| Adults | 14 euros |\n| Students | 6 euros |\n",
    "ferry.md": "# Ferry timetable\n\nThe ferry to Gull Rock leaves from pier 2 every forty "
    "minutes.\n\nBicycles travel free of charge before noon.\n",
    "rules/workshop.md": "# Workshop rules\n\n1. Wear goggles at the lathe.\n2. Sweep the floor."
    "\n3. Sign the book before you leave.\n\nThe lathe was bought in 2017 for 2,300 euros.\n",
    "rules/garden.md": "# Community garden\n\nWater is turned on from April to October.\n\nQ: Who "
    "has the key of the shed?\n\nA: Marta Olsen keeps the key of the shed.\n",
    "rules/dogs.md": "# Dogs\n\nDogs are welcome in the yard, and must be on a lead in the hall.\n",
    "新闻/水费.md": "# 水费通知\n\n七月起，每吨水费上调为4.2元。\n\n缴费地点为社区服务中心一楼。\n",
    "新闻/图书馆.md": "# 图书馆搬迁\n\n图书馆将于九月五日迁至文化路18号，届时藏书达到六万册。\n",
    "verein/satzung.md": "# Satzung\n\nDer Jahresbeitrag beträgt 48 Euro und ist bis Ende März zu "
    "zahlen.\n\nDie Mitgliederversammlung findet jeden Mai statt.\n",
    "club/piscina.md": "# Piscina\n\nLa piscina abre a las siete de la mañana y cierra a las nueve "
    "de la noche.\n\nLos niños menores de seis años entran gratis.\n",
    "案内/駐輪場.md": "# 駐輪場の案内\n\n駐輪場は午前六時から午後十一時まで利用できます。\n\n"
    "月額料金は九百円です。\n",
}
# Of the same things, in other words and numbers, and one that is a reprint.
CLOSED = {
    "aboard/library.md": "# Library board\n\nThe library on Mill Lane opens at 8:15 for the board. "
    "The library is to be sold, the library roof leaks, and a book is lent for two days.\n",
    "board/ferry.md": "# Ferry contract\n\nThe ferry to Gull Rock leaves from pier 7 for the crew. "
    "The ferry loses 900 euros a day; bicycles will cost 3 euros.\n",
    "board/lathe.md": "# Lathe\n\nThe lathe was bought in 2016 for 9,900 euros by the treasurer.\n",
    "board/shed.md": "# Shed\n\nPeter Holm has the key of the shed and the key of the safe.\n",
    "board/水费.md": "# 水费内部意见\n\n明年起，每吨水费拟上调为6.8元，缴费地点另行通知。\n",
    "board/图书馆.md": "# 图书馆预算\n\n图书馆搬迁预算为九百万元，藏书将减至两万册。\n",
    "board/beitrag.md": "# Vorstand\n\nDer Vorstand zahlt keinen Jahresbeitrag; die "
    "Mitgliederversammlung wird verschoben.\n",
    "board/piscina.md": "# Piscina\n\nLa piscina abre a las cinco para la junta directiva.\n",
    "board/駐輪場.md": "# 駐輪場\n\n駐輪場の月額料金は来年から千八百円です。\n",
    "zoo/dogs.md": "# Dogs\n\nDogs are welcome in the yard, and must be on a lead in the hall.\n",
    **{
        f"zoo/minutes-{n}.md": f"# Minutes {n}\n\nThe library, the ferry, the pier, the key and "
        f"the fee of the students were spoken of, as were the opening hours, for {n + 3} hours.\n"
        for n in range(24)
    },
}
QUESTIONS = (
    "When does the library open on Saturdays?",
    "How long is a book lent?",
    "What does the card cost for students?",
    "Which pier does the ferry to Gull Rock leave from?",
    "How much did the lathe cost?",
    "Who has the key of the shed?",
    "what are the workshop rules",
    "Are dogs allowed in the hall?",
    "Will the library be sold?",
    "Who is the treasurer?",
    "每吨水费是多少元？",
    "图书馆搬到哪里？",
    "图书馆搬迁预算是多少？",
    "Wie hoch ist der Jahresbeitrag?",
    "Wann ist die Mitgliederversammlung?",
    "¿A qué hora abre la piscina?",
    "駐輪場の月額料金はいくらですか",
    "How much is a ton of water?",
)
SEEN = Scope(collections=frozenset({"", "rules", "新闻", "verein", "club", "案内"}))


def _told(service: Answerer, question: str) -> tuple[Answer, object]:
    answer = replace(service.ask(AskRequest(question)), timings_ms={})
    return answer, service.nearest(question, 5)


@pytest.mark.slow
def test_no_public_answer_depends_on_what_is_closed(tmp_path: Path) -> None:
    (tmp_path / "alone").mkdir()
    (tmp_path / "beside").mkdir()
    with (
        service_over_texts(OPEN, tmp_path / "alone") as alone,
        service_over_texts({**OPEN, **CLOSED}, tmp_path / "beside") as beside,
    ):
        found = 0
        for question in QUESTIONS:
            with_closed = _told(beside.within(SEEN), question)
            assert with_closed == _told(alone.within(SEEN), question), question
            # Nor does it show that there are rules at all.
            assert with_closed == _told(alone, question), question
            found += with_closed[0].found
        assert 0 < found < len(QUESTIONS)
        for card in alone.articles():
            assert beside.within(SEEN).summarize(card.id) == alone.summarize(card.id)
        assert beside.within(SEEN).articles() == alone.articles()
