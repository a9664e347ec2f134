"""Documents are held to the tree: links lead somewhere, commands and targets exist, nothing is left open."""

import re
import subprocess
from pathlib import Path

import pytest

from sheriff.__main__ import COMMANDS

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"(?<!`)\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
MAKE = re.compile(r"(?<![\w-])`?make ([a-z][a-z-]+)`?(?=[\s`.,;:)]|$)", re.MULTILINE)


# A file in the working folder that a command of a page writes.
WRITTEN = re.compile(r"(?:\s> ?|recordings export |--(?:html|junit|save-baseline) )([\w-]+\.[\w.]*\w)")


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    dead = [
        target
        for target in LINK.findall(text)
        if not re.match(r"[a-z]+:", target) and not (page.parent / target).exists()
    ]
    assert dead == []


def test_every_page_that_the_code_points_at_exists() -> None:
    pointed = {
        (named(file), page)
        for file in (ROOT / "src").rglob("*.py")
        for page in re.findall(r"docs/[a-z]+/[\w-]+", file.read_text())
    }
    assert [(file, page) for file, page in sorted(pointed) if not list(ROOT.glob(f"{page}*"))] == []
    assert len(pointed) > 20


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    code = " ".join(re.findall(r"```.*?```|`[^`]+`", page.read_text(), flags=re.DOTALL))
    assert set(MAKE.findall(code)) - targets == set()


def test_every_page_is_reached_from_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text()
    runbooks = (ROOT / "docs" / "runbooks" / "README.md").read_text()
    missing = []
    for page in (ROOT / "docs").rglob("*.md"):
        path = page.relative_to(ROOT / "docs")
        if path.parts[0] == "adr" or page.name == "README.md":
            continue
        where = runbooks if path.parts[0] == "runbooks" else index
        if page.name not in where:
            missing.append(str(path))
    assert missing == []


def test_every_command_stands_in_its_reference() -> None:
    reference = (ROOT / "docs" / "reference" / "commands.md").read_text()
    assert [name for name in COMMANDS if f"sheriff {name}" not in reference] == []


def test_decisions_are_numbered_once() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs" / "adr").glob("*.md")]
    assert sorted(numbers) == sorted(set(numbers))


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.splitlines() if (ROOT / name).suffix in {".py", ".md", ".toml", ".js"}]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_what_a_command_of_a_page_writes_into_a_clone_is_ignored_by_git(page: Path) -> None:
    code = " ".join(re.findall(r"```.*?```|`[^`]+`", page.read_text(), flags=re.DOTALL))
    for name in sorted(set(WRITTEN.findall(code))):
        ignored = subprocess.run(["git", "check-ignore", "--quiet", "--no-index", name], cwd=ROOT, check=False)
        assert ignored.returncode == 0, f"{name} would be left for `git add`"


def test_nothing_of_the_project_is_ignored_by_git() -> None:
    listing = ["git", "ls-files", "--cached", "--ignored", "--exclude-standard"]
    assert subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout == ""


def test_nothing_is_left_open_in_the_tree() -> None:
    mark = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b|raise NotImplemented" r"Error|pytest\.mark\.x" r"fail")
    left = [
        f"{named(path)}:{number}"
        for path in tracked()
        if path.is_file()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if mark.search(line)
    ]
    assert left == []


def test_lock_files_carry_hashes_and_no_address() -> None:
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-build.lock"):
        text = (ROOT / name).read_text()
        assert "--hash=sha256:" in text
        assert "://" not in text
        assert "--index" not in text
    for path in ROOT.glob("tests/*/package-lock.json"):
        assert '"resolved"' not in path.read_text(), named(path)
