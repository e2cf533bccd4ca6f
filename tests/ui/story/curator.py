"""What the curator does: brings a collection in, makes a release of it when it is checked, and sees the watch run."""

from pathlib import Path

from tests.builders.small_library import later, written
from tests.ui.story.person import Person

COLLECTION, RELEASE = "Simulated collection 1", "story-1"


def bring_a_collection(curator: Person, folder: Path) -> None:
    """Import a file; it waits for a second person."""
    curator.go("Library")
    curator.picture("library-releases")
    curator.section("Imports")
    curator.bring(written(folder, later(), "simulated.msp"))
    curator.write("Name with its version, such as SWGDRUG 3.4", COLLECTION)
    curator.write("Licence", "none: made up for a test")
    curator.picture("library-importing")
    curator.press("Import", settled=False)
    curator.sees("◔ proposed, waits for a second person")
    curator.picture("library-imported")


def make_the_release(curator: Person) -> None:
    """Make a release of what is checked, sign it, and look at what the watch found."""
    curator.go("Library")
    curator.section("Make a release")
    curator.write("Name of the release", RELEASE)
    curator.choose_place("Checked imports")
    curator.picture("library-making")
    curator.press("Prepare the release", settled=False)
    curator.sign()
    curator.sees("Release {name} is recorded and frozen.", name=RELEASE)
    curator.section("Releases")
    curator.picture("library-released")
    curator.waits(lambda: not curator.house.laboratory.watching.status().components_due)
    if curator.page.get_by_role("radio", name=curator.t("Alerts"), exact=True).count():
        curator.section("Alerts")
        curator.picture("library-alerts")
