"""The commands and where each lives; a command's own module is imported when it runs, so that help is quick."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from lims.cli.account_commands import accounts
from lims.cli.custody_commands import custody, labels, place
from lims.cli.examine_commands import deviation, finding, identification, procedure
from lims.cli.isomer_commands import isomers
from lims.cli.law_commands import law
from lims.cli.ledger_commands import ledger
from lims.cli.library_commands import library
from lims.cli.measuring_commands import aliquot, balance, discrepancy, mass, weighing
from lims.cli.quantitation_commands import quantitation
from lims.cli.queue_commands import queue, turnaround
from lims.cli.receiving_commands import case, donor, exhibit
from lims.cli.register_commands import instrument, reagent, standard
from lims.cli.report_commands import init, report
from lims.cli.sampling_commands import sampling
from lims.cli.staff_commands import competence, staff
from lims.cli.watch_commands import watch
from lims.domain.control_chart import ControlQuantity
from lims.domain.library import SearchMode

app = typer.Typer(
    name="aigaq",
    help="Aigaq: from a seized substance to a signed report that a court can check.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
method = typer.Typer(help="Methods: how batches are measured and judged.", no_args_is_help=True)
batch = typer.Typer(help="Batches: sequences of runs with blanks, calibrators and controls.", no_args_is_help=True)
raw = typer.Typer(help="Raw data: looking after the store that keeps them.", no_args_is_help=True)
database = typer.Typer(help="The database, before the first start and after updates.", no_args_is_help=True)
app.add_typer(database, name="database")
app.add_typer(report, name="report")
app.add_typer(ledger, name="ledger")
app.add_typer(staff, name="staff")
app.add_typer(competence, name="competence")
staff.add_typer(accounts)
app.add_typer(case, name="case")
app.add_typer(exhibit, name="exhibit")
app.add_typer(donor, name="donor")
app.add_typer(custody, name="custody")
app.add_typer(place, name="place")
app.command("labels")(labels)
app.command("init")(init)
app.command("queue")(queue)
app.command("turnaround")(turnaround)
app.add_typer(library, name="library")
app.add_typer(method, name="method")
app.add_typer(batch, name="batch")
app.add_typer(procedure, name="procedure")
app.add_typer(deviation, name="deviation")
app.add_typer(finding, name="finding")
app.add_typer(identification, name="identification")
app.add_typer(quantitation, name="quantitation")
app.add_typer(raw, name="raw")
app.add_typer(instrument, name="instrument")
app.add_typer(reagent, name="reagent")
app.add_typer(standard, name="standard")
app.add_typer(balance, name="balance")
app.add_typer(weighing, name="weighing")
app.add_typer(aliquot, name="aliquot")
app.add_typer(mass, name="mass")
app.add_typer(discrepancy, name="discrepancy")
app.add_typer(sampling, name="sampling")
app.add_typer(watch, name="watch")
app.add_typer(law, name="law")
app.add_typer(isomers, name="isomers")

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
Home = Annotated[
    Path | None,
    typer.Option("--home", help="Folder of the laboratory (default: AIGAQ_HOME, else the user's data folder)."),
]
By = Annotated[str, typer.Option("--by", help="Staff number of the person who acts; asks for the password.")]


@app.command()
def identify(
    runs: Annotated[list[Path], typer.Argument(help="Runs: .D folders, also zipped, .cdf, mzML, mzXML, JCAMP-DX.")],
    library: Annotated[str, typer.Option(help="An MSP file (also .gz), or the name of a recorded release.")],
    top: Annotated[int, typer.Option(min=1, max=100, help="Candidates for each component.")] = 5,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Find the components of runs and name the substances that each is most like."""
    from lims.cli.identify import run_identify  # noqa: PLC0415 - see the module's first line

    run_identify(runs, library=library, top=top, as_json=as_json, home=home)


@app.command()
def inspect(
    files: Annotated[list[Path], typer.Argument(help="Runs or files of spectra, of any supported format.")],
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Say what files hold and whether they can be imported; nothing is recorded."""
    from lims.cli.inspect import run_inspect  # noqa: PLC0415 - see the module's first line

    run_inspect(files, as_json=as_json, home=home)


@app.command()
def search(
    queries: Annotated[Path, typer.Argument(help="Spectra: MSP, MGF, JCAMP-DX, MassBank or text, also .gz.")],
    library_name: Annotated[str, typer.Option("--library", help="An MSP file (also .gz), or a recorded release.")],
    mode: Annotated[SearchMode, typer.Option(help="What is compared.")] = SearchMode.IDENTITY,
    tolerance: Annotated[str, typer.Option(help="Of fragments, for example 0.02Da or 10ppm.")] = "0.02Da",
    precursor_tolerance: Annotated[str, typer.Option(help="Of precursors, for msms.")] = "10ppm",
    top: Annotated[int, typer.Option(min=1, max=1000, help="Compounds for each spectrum.")] = 10,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Search the spectra of a file in a library."""
    from lims.cli.search import run_search  # noqa: PLC0415 - see the module's first line

    run_search(
        queries,
        library=library_name,
        mode=mode,
        tolerance=tolerance,
        precursor_tolerance=precursor_tolerance,
        top=top,
        as_json=as_json,
        home=home,
    )


@app.command()
def quantify(  # noqa: PLR0913 - each option is a parameter
    *,
    sequence: Annotated[Path, typer.Option(help="CSV: run, sample_name, sample_type, nominal_ug_per_ml.")],
    runs: Annotated[Path, typer.Option(help="The folder with the runs of the sequence.")],
    analyte: Annotated[str, typer.Option(help="Name or synonym of the library's.")],
    internal_standard: Annotated[str, typer.Option(help="Name or synonym of the library's.")],
    library_name: Annotated[str, typer.Option("--library", help="An MSP file (also .gz), or a recorded release.")],
    method: Annotated[Path | None, typer.Option(help="TOML: what differs from the method of the program.")] = None,
    curve: Annotated[str | None, typer.Option(help="linear or quadratic.")] = None,
    weighting: Annotated[str | None, typer.Option(help="none, 1/x or 1/x^2.")] = None,
    through_origin: Annotated[bool | None, typer.Option(help="Force response 0 at concentration 0.")] = None,
    signal: Annotated[str | None, typer.Option(help="ion: of the quantifier ion; tic: of all ions.")] = None,
    extrapolation: Annotated[str | None, typer.Option(help="Outside the calibrators: flag, or refuse.")] = None,
    weighing_u: Annotated[str | None, typer.Option(help="Relative standard uncertainty, such as 0.1%.")] = None,
    volume_u: Annotated[str | None, typer.Option(help="The same, of volumes.")] = None,
    purity_u: Annotated[str | None, typer.Option(help="The same, of the reference standard's purity.")] = None,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Quantify one analyte in every run of a batch, with the uncertainty of each concentration."""
    from lims.cli.quantify import run_quantify  # noqa: PLC0415 - see the module's first line

    options = {
        "curve": curve,
        "weighting": weighting,
        "through_origin": through_origin,
        "signal": signal,
        "extrapolation": extrapolation,
        "weighing_u": weighing_u,
        "volume_u": volume_u,
        "purity_u": purity_u,
    }
    run_quantify(
        sequence,
        runs=runs,
        analyte=analyte,
        internal_standard=internal_standard,
        library=library_name,
        method_file=method,
        settings={name: value for name, value in options.items() if value is not None},
        as_json=as_json,
        home=home,
    )


@app.command()
def demo(
    workspace: Annotated[Path | None, typer.Option(help="New folder for the demonstration laboratory.")] = None,
    run: Annotated[Path | None, typer.Option(help="A real run; without it a simulated one is made.")] = None,
    library: Annotated[Path | None, typer.Option(help="The MSP library for that run.")] = None,
    internal_standard: Annotated[
        str, typer.Option(help="Name of the substance that the laboratory added to the sample of --run.")
    ] = "Bupivacaine",
    language: Annotated[str | None, typer.Option(help="Language of the report: kk, ru or en.")] = None,
    week: Annotated[
        bool | None, typer.Option(help="Whether a simulated week of three laboratories follows; not with --run.")
    ] = None,
    monday: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The Monday on which the week begins; by default last week's."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Play the life of one exhibit to a verified report, then a week of three laboratories, in a folder of its own."""
    from lims.cli.demo import WantedWeek, run_demo  # noqa: PLC0415 - see the module's first line

    wanted = run is None if week is None else week
    run_demo(
        workspace=workspace,
        run=run,
        library=library,
        internal_standard=internal_standard,
        language=language,
        as_json=as_json,
        week=WantedWeek(monday=monday.date() if monday else None) if wanted else None,
    )


@app.command("demo-sign-in")
def demo_sign_in(
    number: Annotated[str, typer.Argument(help="User name, such as expert-a.")],
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Print how a made-up person of a demonstration signs in now: password and codes."""
    from lims.cli.demo_sign_in import run_demo_sign_in  # noqa: PLC0415 - see the module's first line

    run_demo_sign_in(number, home=home, as_json=as_json)


@app.command()
def serve(
    home: Home = None,
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8501,
    host: Annotated[str, typer.Option(help="Address to listen on; another than this machine needs a proxy.")] = (
        "127.0.0.1"
    ),
) -> None:
    """Start the application for browsers."""
    from lims.cli.serve import run_serve  # noqa: PLC0415 - see the module's first line

    run_serve(home=home, host=host, port=port)


@app.command()
def trace(
    kind: Annotated[str, typer.Argument(help="Such as lot, instrument, staff, method, release, batch, raw data.")],
    number: Annotated[str, typer.Argument(help="Number, name or digest.")],
    version: Annotated[int, typer.Option(min=0, help="Of a method or procedure; 0: every version.")] = 0,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Name every report that a thing, a person or a record touches, with the way to it."""
    from lims.cli.quality import run_trace  # noqa: PLC0415 - see the module's first line

    run_trace(kind, number, version=version, as_json=as_json, home=home)


@app.command()
def detect(
    by: By,
    from_hour: Annotated[int | None, typer.Option(min=0, max=23, help="First hour of the working day.")] = None,
    to_hour: Annotated[int | None, typer.Option(min=0, max=23, help="Last hour of the working day.")] = None,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Ask the detectors about the whole history; for quality manager and auditor. Exit code 4 if one suspects."""
    from lims.cli.quality import run_detect  # noqa: PLC0415 - see the module's first line

    run_detect(by=by, from_hour=from_hour, to_hour=to_hour, as_json=as_json, home=home)


@report.command("verify")
def verify_report(
    file: Annotated[Path, typer.Argument(help="The PDF, or the folder of a disclosure packet.")],
    ledger: Annotated[Path | None, typer.Option("--ledger", help="Folder of the laboratory that is asked.")] = None,
    checkpoint: Annotated[Path | None, typer.Option(help="Receipt or checkpoint; no laboratory is asked.")] = None,
    trust: Annotated[Path | None, typer.Option(help="Certificates to trust (PEM), and keys of ledgers.")] = None,
    language: Annotated[str, typer.Option(help="kk, ru or en: of the reasons.")] = "en",
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Say if a file is VALID, SUPERSEDED, WITHDRAWN, ALTERED, NOT ISSUED or CANNOT SAY, and repeat its arithmetic."""
    from lims.cli.verify import VerifyWishes, run_report_verify  # noqa: PLC0415 - see the module's first line

    if ledger is not None and checkpoint is not None:
        raise typer.BadParameter("--ledger and --checkpoint: name one of them")
    wishes = VerifyWishes(home=home, ledger=ledger, checkpoint=checkpoint, trust=trust, language=language)
    run_report_verify(file, wishes, as_json=as_json)


@ledger.command("set-clock-right")
def set_clock_right(
    reason: Annotated[str, typer.Option(help="Why the ledger's time was wrong.")], by: By, home: Home = None
) -> None:
    """Say that this computer's clock is right and the ledger's time was not; the quality manager's act."""
    from lims.cli.clock import run_set_clock_right  # noqa: PLC0415 - see the module's first line

    run_set_clock_right(by=by, reason=reason, home=home)


@database.command("prepare")
def prepare_database(
    owner_url: Annotated[
        str,
        typer.Option("--as-owner", envvar="AIGAQ_OWNER_URL", help="postgresql://... of a superuser; used this once."),
    ],
    prefix: Annotated[str, typer.Option(help="First word of the names of the three accounts.")] = "aigaq",
    as_json: Json = False,
) -> None:
    """Make a PostgreSQL database ready: tables, guards, and accounts held apart; also after an update."""
    from lims.cli.database import run_prepare  # noqa: PLC0415 - see the module's first line

    run_prepare(owner_url=owner_url, prefix=prefix, as_json=as_json)


@app.command("import")
def import_run(
    run: Annotated[Path, typer.Argument(help="A .D folder, also zipped, .cdf, mzML, mzXML or JCAMP-DX.")],
    exhibit: Annotated[str, typer.Option(help="Number of the exhibit that was measured.")],
    by: By,
    aliquot_number: Annotated[str, typer.Option("--aliquot", help="Number of the aliquot that was measured.")] = "",
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Import a run for an exhibit."""
    from lims.cli.casework import run_import  # noqa: PLC0415 - see the module's first line

    run_import(run, exhibit=exhibit, aliquot=aliquot_number, by=by, as_json=as_json, home=home)


@method.command("add")
def add_method(
    file: Annotated[Path, typer.Argument(help="TOML; see docs/batches.md.")],
    by: By,
    replaces: Annotated[
        int | None, typer.Option(min=1, help="The version that this one replaces; none for a new method.")
    ] = None,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Record a method, or a new version of one."""
    from lims.cli.batches import run_add_method  # noqa: PLC0415 - see the module's first line

    run_add_method(file, by=by, replaces=replaces, as_json=as_json, home=home)


BatchNumber = Annotated[str, typer.Argument(help="Number of the batch.")]


@batch.command("plan")
def plan_batch(
    file: Annotated[Path, typer.Argument(help="CSV: sample_name, sample_type, vial, nominal_ug_per_ml, exhibit.")],
    method_number: Annotated[str, typer.Option("--method", help="Number of the method.")],
    by: By,
    instrument: Annotated[str, typer.Option(help="As the instrument names itself in its files; empty: any.")] = "",
    time_zone: Annotated[
        str, typer.Option(help="Of the instrument's clock, for files that state none.")
    ] = "Asia/Almaty",
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Fix the sequence of a batch."""
    from lims.cli.batches import run_plan  # noqa: PLC0415 - see the module's first line

    run_plan(file, method=method_number, instrument=instrument, time_zone=time_zone, by=by, as_json=as_json, home=home)


@batch.command("export")
def export_batch(
    number: BatchNumber,
    to: Annotated[Path | None, typer.Option(help="A new file (default: standard output).")] = None,
    home: Home = None,
) -> None:
    """Write the sequence as the CSV that acquisition software reads."""
    from lims.cli.batches import run_export  # noqa: PLC0415 - see the module's first line

    run_export(number, to=to, home=home)


@batch.command("import")
def import_batch(
    number: BatchNumber,
    folder: Annotated[Path, typer.Argument(help="Folder with the runs.")],
    by: By,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Import the runs of a folder in the order of their acquisition; the first that does not fit stops the rest."""
    from lims.cli.batches import run_import_folder  # noqa: PLC0415 - see the module's first line

    run_import_folder(number, folder, by=by, as_json=as_json, home=home)


@batch.command("discard")
def discard_run(
    number: BatchNumber,
    place: Annotated[int, typer.Argument(min=1, help="Of the injection.")],
    reason: Annotated[str, typer.Option(help="Printed in every report of the batch.")],
    by: By,
    home: Home = None,
) -> None:
    """Take a run from its injection, so that another can be brought; it stays listed."""
    from lims.cli.batches import run_discard  # noqa: PLC0415 - see the module's first line

    run_discard(number, place, reason=reason, by=by, home=home)


@batch.command("judge")
def judge_batch(number: BatchNumber, by: By, as_json: Json = False, home: Home = None) -> None:
    """Measure every run and apply the acceptance rules; exit code 4 if one is not met."""
    from lims.cli.batches import run_judge  # noqa: PLC0415 - see the module's first line

    run_judge(number, by=by, as_json=as_json, home=home)


@batch.command("release")
def release_batch(
    number: BatchNumber,
    cause: Annotated[str, typer.Option(help="What went wrong.")],
    action: Annotated[str, typer.Option(help="What was done about it.")],
    impact: Annotated[str, typer.Option(help="What it means for the results.")],
    by: By,
    home: Home = None,
) -> None:
    """Let reports use a failed batch, with the nonconformity that they print."""
    from lims.cli.batches import run_release  # noqa: PLC0415 - see the module's first line

    run_release(number, cause=cause, action=action, impact=impact, by=by, home=home)


@batch.command("chart")
def chart_batches(
    method_number: Annotated[str, typer.Option("--method", help="Number of the method.")],
    instrument: Annotated[str, typer.Option(help="As batches name it.")] = "",
    quantity: Annotated[ControlQuantity, typer.Option(help="What is charted.")] = ControlQuantity.RECOVERY,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Print a control chart as CSV or JSON: points, limits, Westgard rules broken."""
    from lims.cli.batches import run_chart  # noqa: PLC0415 - see the module's first line

    run_chart(method=method_number, instrument=instrument, quantity=quantity, as_json=as_json, home=home)


@app.command("watch-folder")
def watch_folder(
    folder: Annotated[Path, typer.Argument(help="Where the instrument writes.")],
    batch_number: Annotated[str, typer.Option("--batch", help="Number of the batch.")],
    by: By,
    quiet: Annotated[
        float, typer.Option(min=0.1, help="Seconds that a run must stay unchanged before it is read.")
    ] = 30.0,
    once: Annotated[bool, typer.Option("--once", help="End when nothing grows any more.")] = False,
    home: Home = None,
) -> None:
    """Import the finished runs of a folder as they appear, until Ctrl-C."""
    from lims.cli.watching import run_watch_folder  # noqa: PLC0415 - see the module's first line

    run_watch_folder(folder, batch=batch_number, by=by, quiet=quiet, once=once, home=home)


@raw.command("sweep")
def sweep_raw(by: By, as_json: Json = False, home: Home = None) -> None:
    """Move what no ledger entry names into the quarantine; nothing is deleted, and the move is recorded."""
    from lims.cli.raw import run_raw_sweep  # noqa: PLC0415 - see the module's first line

    run_raw_sweep(by=by, as_json=as_json, home=home)


@raw.command("scrub")
def scrub_raw(
    share: Annotated[str, typer.Option(help="1/7 reads a seventh, another one each day.")] = "1/1",
    copy: Annotated[bool, typer.Option("--copy", help="Read the second copy instead.")] = False,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Read raw objects again and name what is missing, altered, writable or strange; exit code 4 if anything is."""
    from lims.cli.raw import run_raw_scrub  # noqa: PLC0415 - see the module's first line

    run_raw_scrub(share=share, copy=copy, as_json=as_json, home=home)


@raw.command("copy")
def copy_raw(as_json: Json = False, home: Home = None) -> None:
    """Bring the second copy up to date (setting raw.copy_url)."""
    from lims.cli.raw import run_raw_copy  # noqa: PLC0415 - see the module's first line

    run_raw_copy(as_json=as_json, home=home)


@raw.command("repair")
def repair_raw(by: By, as_json: Json = False, home: Home = None) -> None:
    """Bring back from the second copy what is missing or damaged; what is damaged goes into the quarantine."""
    from lims.cli.raw import run_raw_repair  # noqa: PLC0415 - see the module's first line

    run_raw_repair(by=by, as_json=as_json, home=home)
