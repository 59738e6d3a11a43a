"""What a bot remembers is the same in a file and in a database, and there for the next process."""

from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings

from bot.storage.access import AccessRules, AccessUnusable, NotOurs, Restriction, Subject
from bot.storage.answers import AnswerStore
from bot.storage.channels import ChannelSettings
from bot.storage.chat_requests import SharedRequests
from bot.storage.feedback import Feedback
from bot.storage.personal import PersonalData
from bot.storage.questions import HandedOn, OpenQuestions
from bot.storage.week import expired_since, note_expired, week_of
from retrieval.models import Answer, Summary
from tests.bot_texts import answers
from tests.memories import ALL, BOARD, GUILD, STAFF, Bots, change
from tests.steps import run_all

YES = Answer("q", "en", True, 'a "found": false quote', "extractive", (), ())
NO = Answer("q", "en", False, 'never "found": true', "extractive", (), ())
ANN, BO, ROOM = (GUILD + 1, GUILD + 2, (1 << 62) + 3)


@pytest.fixture
def bots(any_bots: Bots) -> Bots:
    return any_bots


def question(answer_id: int, user_id: int = ANN, **more: object) -> HandedOn:
    given = {"message_id": None, "private": False, "language": "en", "question": "where?"}
    return HandedOn(
        id=0,
        asked_at=time.time(),
        guild_id=GUILD,
        channel_id=ROOM,
        user_id=user_id,
        answer_id=answer_id,
        **given | more,
    )


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers())
def test_an_answer_is_the_same_to_the_next_process(bots: Bots, answer: Answer) -> None:
    store = bots.another().answers()
    number = store.keep(answer, private=True, parent=3)
    store.close()
    other = bots.another().answers()
    kept = other.find(number)
    other.close()
    assert kept is not None and (kept.private, kept.parent) == (True, 3)
    assert kept.shown == answer


def test_follow_ups_and_messages_are_known_to_the_next_process(bots: Bots) -> None:
    store, other = bots.another().answers(), bots.another().answers()
    first = store.keep(Answer("q1", "en", True, "a1", "extractive", (), ()), user_id=ANN)
    store.shown_in(first, [ROOM, ROOM + 1])
    store.shown_in(first, [ROOM])
    assert other.in_message(ROOM + 1) == first and other.in_message(ROOM + 2) is None
    second = other.keep(Answer("q2", "en", True, "a2", "extractive", (), ()), parent=first)
    assert store.turns(second) == [("q1", "a1"), ("q2", "a2")]
    summary = other.keep(Summary("a#1", "T", "S. [1]", ()))
    kept = store.find(summary)
    assert kept is not None and kept.shown == Summary("a#1", "T", "S. [1]", ())
    assert store.person(ANN) == other.person(ANN) != other.person(BO)
    store.run(lambda c: c.execute("UPDATE answers SET answered_at = 0 WHERE id = ?", (first,)))
    other.forget_old()
    assert store.find(first) is None and store.in_message(ROOM) is None
    assert store.find(second) is not None


def test_facts_and_claims(bots: Bots) -> None:
    store, other = bots.another().answers(), bots.another().answers()
    store.note("commands in a%", "1")
    store.note("commands in b", "2")
    store.note("commands in b", "3")
    store.note("other", "4")
    assert other.facts("commands in ") == {"commands in a%": "1", "commands in b": "3"}
    other.note("commands in b", None)
    assert store.fact("commands in b") is None and store.fact("other") == "4"
    assert store.claim("digest") and not other.claim("digest") and other.claim("another")
    store.release("digest")
    assert other.claim("digest")
    other.note("claimed digest", f"{time.time() - 601:.3f}")
    assert store.claim("digest")


def test_questions_that_were_handed_on(bots: Bots) -> None:
    store, other = bots.another().answers(), bots.another().answers()
    here, there = OpenQuestions(store), OpenQuestions(other)
    first = here.add(question(1, private=True))
    assert first is not None and here.add(question(1)) is None
    second = there.add(question(2, BO, message_id=ROOM))
    assert second is not None and second != first
    assert [one.id for one in there.open_in(GUILD)] == [first, second]
    assert here.waiting_of(ANN) == 1 and there.find(first) == here.find(first)
    found = here.find(first)
    assert found is not None and found.private is True and found.message_id is None
    here.posted(first, ROOM, 5)
    here.posted(second, ROOM, 5)
    shown = there.in_post(5)
    assert shown is not None and shown.id == second
    assert there.posts_of([shown]) == [(ROOM, 5)]
    both = here.open_in(GUILD)
    closed = there.close(both, BO, answer="here", source="answers/a.md")
    assert [one.id for one in closed] == [first, second] and here.close(both, BO) == []
    assert [one.id for one in here.unnotified()] == [first, second]
    here.mark_notified(first, reached=True)
    there.mark_notified(second, reached=False)
    assert here.unnotified() == [] and here.reached(both) == 1
    assert here.counts_since(GUILD, 0) == {"handed_on": 2, "answered": 2, "open": 0}
    assert here.counts_since(GUILD + 1, 0) == {"handed_on": 0, "answered": 0, "open": 0}
    here.forget_old()
    assert there.find(first) is not None


def test_channels(bots: Bots) -> None:
    store = bots.another().answers()
    here = ChannelSettings(store)
    here.set_mode(GUILD, ROOM, "every")
    here.set_mode(GUILD, ROOM, "thread")
    here.set_use(GUILD, "digest", ROOM)
    here.set_use(GUILD, "digest", ROOM + 1)
    here.note_answer(ROOM, ANN, 6)
    here.note_answer(ROOM, ANN, 7)
    there = ChannelSettings(bots.another().answers())
    assert there.mode(ROOM) == "thread" and there.modes(GUILD) == {ROOM: "thread"}
    assert there.used_for(GUILD, "digest") == ROOM + 1
    assert there.guilds_with("digest") == [(GUILD, ROOM + 1)]
    assert there.latest_answer(ROOM, ANN) == 7 and there.latest_answer(ROOM, BO) is None
    there.drop_uses(GUILD, ROOM + 1)
    assert here.used_for(GUILD, "digest") is None


def test_what_is_kept_of_a_person_and_of_a_week(bots: Bots) -> None:
    store, other = bots.another().answers(), bots.another().answers()
    questions, _ = OpenQuestions(store), ChannelSettings(store)
    numbers = [store.keep(one, guild_id=GUILD, user_id=ANN) for one in (YES, YES, NO)]
    Feedback(store).rate(numbers[0], ANN, "down", "no")
    questions.add(question(numbers[2]))
    note_expired(store, "answers/a.md", 50.0)
    note_expired(store, "answers/b.md", 150.0)
    week = week_of(other, OpenQuestions(other), GUILD, 100.0)
    assert (week.asked, week.answered, week.thumbs_down, week.handed_on, week.open) == (
        *(3, 2, 1, 1, 1),
    )
    assert expired_since(other, 100.0) == ["answers/b.md"] and len(store.facts("expired ")) == 1
    kept = PersonalData(other).export(ANN)
    assert [len(kept[name]) for name in ("questions", "feedback", "handed_on")] == [3, 1, 1]
    assert PersonalData(other).delete(ANN) == 5
    assert not any(PersonalData(store).export(ANN).values())


def test_requests_to_the_chat_model_are_counted_together(bots: Bots) -> None:
    here, there = (SharedRequests(bots.another().answers) for _ in range(2))
    day, ann = date(2026, 5, 1), str(ANN)
    takes = [one.take(ann, day, 3) for one in (here, there, here, there)]
    assert takes == [True, True, True, False] and there.used(ann, day) == 3
    assert there.take(str(BO), day, 3) and here.used(str(BO), day) == 1
    # Who has no account asks at the terminal of one machine.
    assert here.take("", day, 1) and there.take("", day, 1) and not here.take("", day, 1)
    later = date(2026, 5, 2)
    assert there.take(ann, later, 3) and there.used(ann, day) == 0 and here.used(ann, later) == 1


def test_many_processes_and_threads_take_what_there_is(bots: Bots) -> None:
    shared = [SharedRequests(bots.another().answers) for _ in range(2)]
    taken: list[bool] = []

    def work(requests: SharedRequests) -> None:
        for _ in range(5):
            taken.append(requests.take(str(ANN), date(2026, 5, 1), 25))

    threads = [threading.Thread(target=work, args=(shared[n % 2],)) for n in range(8)]
    run_all(threads)
    assert taken.count(True) == 25 and len(taken) == 40


def test_a_home_server_is_settled_once(bots: Bots) -> None:
    here, there = bots.another(), bots.another()
    assert here.home().settle([]) == here.home().servers() == frozenset()
    early, late = datetime(2020, 1, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC)
    assert here.home().settle([(late, 2), (early, 1)]) == {1}
    assert there.home().settle([(early, 3)]) == {1} and here.home().servers() == {1}


def test_many_processes_and_threads_keep_at_once(bots: Bots) -> None:
    stores = [bots.another().answers() for _ in range(2)]
    ids: list[int] = []

    def work(store: AnswerStore) -> None:
        for _ in range(5):
            ids.append(store.keep(NO, user_id=ANN))

    threads = [threading.Thread(target=work, args=(stores[n % 2],)) for n in range(8)]
    run_all(threads)
    assert len(set(ids)) == 40 and all(stores[0].find(n) for n in ids)


def test_rules_are_kept_with_who_and_when_and_hold_for_others_at_once(bots: Bots) -> None:
    here, there = bots.another().rules(), bots.another().rules()
    assert here.current() == there.current() == {}
    made = [change("allow"), change("lift"), change("deny", BOARD)]
    made.append(change("allow", name="会议纪要"))
    here.make(made[0])
    assert there.current() == {"minutes": Restriction(GUILD, frozenset({STAFF}))}
    there.make(*made[1:3])
    here.make(made[3])
    later = bots.another().rules()
    for rules in (here, there, later):
        assert rules.changes() == made
        assert rules.current() == {
            "minutes": Restriction(GUILD, frozenset(), frozenset({BOARD})),
            "会议纪要": Restriction(GUILD, frozenset({STAFF})),
        }


def test_a_collection_belongs_to_the_server_that_restricted_it_first(bots: Bots) -> None:
    here, there = bots.another().rules(), bots.another().rules()
    here.make(change("allow"))
    for effect in ("allow", "deny", "lift", "open"):
        with pytest.raises(NotOurs, match="another server"):
            there.make(change("allow", name="other"), change(effect, guild=2))
    assert "other" not in there.current()
    there.make(change("open", ALL))
    there.make(change("deny", guild=2))
    assert here.current()["minutes"].guild_id == 2 and len(here.changes()) == 3


def test_many_processes_and_threads_change_rules_and_read_at_once(bots: Bots) -> None:
    failed: list[Exception] = []
    one = bots.another()
    one.rules().make(change("deny", BOARD))

    def work(rules: AccessRules, number: int) -> None:
        try:
            for part in range(3):
                rules.make(change("allow", Subject("role", 100 * number + part)))
                rules.current()
        except AccessUnusable as error:
            failed.append(error)

    makers = [*(bots.another() for _ in range(4)), *[one] * 3]
    threads = [
        threading.Thread(target=work, args=(maker.rules(), number))
        for number, maker in enumerate(makers, 1)
    ]
    run_all(threads)
    assert not failed
    assert len(one.rules().current()["minutes"].allowed) == 21
