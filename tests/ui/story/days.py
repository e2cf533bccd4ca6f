"""The three days, part by part; each part finds its people at their desks, or lets them sign in."""

from collections.abc import Callable
from pathlib import Path

from tests.ui.story import curator, expert, head, quality, reviewer, technician, verifier
from tests.ui.story.play import Play


def reception(play: Play) -> None:
    """Seizure and order are written down, the parcels registered and photographed."""
    person = play.person("technician")
    technician.write_the_order_down(person)
    technician.take_the_exhibits_in(person, lines=play.house.materials.exhibits)
    technician.photograph(person, play.folder)


def hand_over(play: Play) -> None:
    """The parcels go from hand to hand; both sign."""
    technician.offer(play.person("technician"), play.exhibits, to="expert-a")
    technician.take(play.person("expert-a"))


def bench(play: Play) -> None:
    """The card is weighed, and a part of it taken for the instrument."""
    person, card = play.person("expert-a"), play.exhibits[0]
    technician.put_on_the_bench(person, card)
    expert.record_the_warning(person)
    technician.put_on_the_bench(person, card)
    technician.check_the_balance(person)
    technician.weigh(person, card, gross="8.34")
    technician.take_an_aliquot(person, card)


def presumptive_tests(play: Play) -> None:
    """A colour test, and the spectrometer on a second sampling."""
    person, card = play.person("expert-a"), play.exhibits[0]
    technician.put_on_the_bench(person, card)
    technician.colour_test(person)
    technician.infrared(person, play.folder)


Part = Callable[[Play], None]
FIRST_DAY: tuple[Part, ...] = (reception, hand_over, bench, presumptive_tests)


def batch(play: Play) -> None:
    """The instrument worked over night; its runs are planned for, brought and judged."""
    person = play.person("expert-a")
    expert.plan_the_batch(person, play.exhibits)
    expert.bring_the_runs(person, play.folder)
    expert.judge_the_batch(person)


def examination(play: Play) -> None:
    """The run of the card is searched, and every component decided about with keys."""
    person, card = play.person("expert-a"), play.exhibits[0]
    technician.put_on_the_bench(person, card)
    expert.open_the_examination(person, card)
    expert.decide_by_keys(person)


def conclusion(play: Play) -> None:
    """What was found is concluded, and the report signed by its author."""
    person, card = play.person("expert-a"), play.exhibits[0]
    technician.put_on_the_bench(person, card)
    expert.come_back(person)
    expert.conclude(person)
    expert.identify(person)
    expert.answer_the_questions(person)
    expert.sign_the_report(person)


SECOND_DAY: tuple[Part, ...] = (batch, examination, conclusion)


def first_review(play: Play) -> None:
    """The reviewer sends the report back with a point at its place."""
    reviewer.send_it_back(play.person("expert-b"))


def mending(play: Play) -> None:
    """The expert reads the point, mends, and signs anew."""
    person, card = play.person("expert-a"), play.exhibits[0]
    technician.put_on_the_bench(person, card)
    expert.mend(person)
    expert.sign_the_report(person)


def second_review(play: Play) -> None:
    """The reviewer sees what changed, and approves."""
    reviewer.approve(play.person("expert-b"))


def issue(play: Play) -> None:
    """The head checks the paper, issues the report, and records who received it."""
    person = play.person("head", dark=True)
    head.clear(person)
    head.issue(person)
    head.read_the_report(person)
    head.deliver(person)


def verification(play: Play) -> None:
    """The document is verified by the command, and by the page that needs nobody."""
    house = play.house
    trust = verifier.fetch_the_trust_file(play.browser, house, play.folder)
    pdf, receipt = head.fetch(play.person("head", dark=True), play.folder)
    told = {"language": play.language, "name": play.name}
    assert verifier.verify_in_a_browser(play.browser, house, pdf, receipt, trust, **told) == "VALID"
    altered = play.folder / "altered.pdf"
    altered.write_bytes(pdf.read_bytes() + b"\n")
    assert verifier.verify_in_a_browser(play.browser, house, altered, receipt, trust, **told) == "ALTERED"
    play.elsewhere(lambda: verifier.verify_by_command(house, pdf), expected="VALID")


def quality_work(play: Play) -> None:
    """The quality manager looks at charts, and a nonconformity goes from its raising to its end."""
    manager = play.person("quality")
    quality.look_at_the_charts(manager)
    quality.raise_a_nonconformity(manager, play.case)
    quality.correct(play.person("technician"))
    quality.close(manager)


def library(play: Play) -> None:
    """The curator brings a collection in, the reviewer checks it, a release is made, and the watch runs."""
    person = play.person("curator")
    curator.bring_a_collection(person, play.folder)
    reviewer.check_the_import(play.person("expert-b"))
    curator.make_the_release(person)


def statistics(play: Play) -> None:
    """A second person agrees with the identification, and the head looks at what the three days came to."""
    reviewer.agree(play.person("expert-b"), play.exhibits[0])
    head.look_at_the_statistics(play.person("head", dark=True))


THIRD_DAY: tuple[Part, ...] = (
    first_review,
    mending,
    second_review,
    issue,
    verification,
    quality_work,
    library,
    statistics,
)

DAYS = ((0, FIRST_DAY), (2, SECOND_DAY), (3, THIRD_DAY))
"""With the days of the laboratory's clock: the instrument works on the day between the first and the second."""


def three_days(play: Play) -> None:
    """Play everything; each evening everybody goes home."""
    for day, parts in DAYS:
        play.house.clock.go_to(play.house.materials.day(day))
        for part in parts:
            part(play)
        play.go_home()


def in_short(play: Play, run: Path) -> None:
    """One exhibit from its parcel to its verified report: the middle of the three days, with a simulated run."""
    bringer, examiner = play.person("technician"), play.person("expert-a")
    technician.write_a_short_order_down(bringer)
    technician.take_the_exhibits_in(bringer, lines=1)
    (card,) = play.exhibits
    technician.offer(bringer, [card], to="expert-a")
    technician.take(examiner)
    technician.bring_a_run(examiner, run, card)
    technician.put_on_the_bench(examiner, card)
    expert.open_the_examination(examiner, card)
    expert.decide_by_keys(examiner)
    expert.conclude(examiner)
    expert.sign_the_report(examiner)
    reviewer.approve(play.person("expert-b"))
    issuer = play.person("head")
    head.clear(issuer)
    head.issue(issuer)
    head.read_the_report(issuer)
