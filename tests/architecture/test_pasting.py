"""What a page gives to paste can be pasted: shell that parses, commands that exist, names that are declared."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from sheriff.__main__ import main
from sheriff.declared_settings import OTHER_COMMANDS, variables
from tests.architecture.test_docs import PAGES, ROOT, named

BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)\n *```", re.DOTALL | re.MULTILINE)
# Files that a page has the reader make, and names that it forbids.
NOT_IN_THE_TREE = {"deploy/secrets", "deploy/secrets/admin_token", "deploy/secrets/vapi_secret", "export.ndjson",
                   "data.ndjson", "exceptions.py"}  # fmt: skip
NOT_A_SETTING = {"SHERIFF_GOLDEN"}  # read by a test alone
NO_COMMAND = {"sheriff delivery status"}  # the assistant's name
BASH = shutil.which("bash") or "bash"


def shell_blocks(page: Path) -> list[str]:
    return [
        "\n".join(line.removeprefix(indent) for line in block.splitlines())
        for indent, language, block in BLOCK.findall(page.read_text())
        if language == "sh"
    ]


def said_inline(page: Path) -> list[str]:
    return re.findall(r"`([^`\n]+)`", BLOCK.sub("", page.read_text()))


def commands(shell: str) -> Iterator[list[str]]:
    """The words of each simple command, without what is set before it and without redirections."""
    for line in shell.replace("\\\n", " ").splitlines():
        lexer = shlex.shlex(line, posix=True, punctuation_chars="();<>|&")
        lexer.whitespace_split = True
        words: list[str] = []
        for word in [*lexer, ";"]:
            if set(word) <= set("();|&"):
                while words and re.match(r"\w+=", words[0]):
                    del words[0]
                if words:
                    yield words
                words = []
            else:
                words.append(word)


def arguments_of_sheriff(words: list[str]) -> list[str] | None:
    if words[0] != "sheriff":
        return None
    redirected = next((place for place, word in enumerate(words) if set(word) <= set("<>")), len(words))
    return words[1:redirected]


def parse(command: click.Command, name: str, arguments: list[str], parent: click.Context | None = None) -> None:
    """Parse `arguments` as the command line does, down to the last group, and call nothing."""
    context = command.make_context(name, arguments, parent=parent)
    if isinstance(command, click.Group):
        inner_name, inner, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        assert inner is not None
        parse(inner, inner_name or "", rest, context)


PAGES_WITH_SHELL = [page for page in PAGES if shell_blocks(page)]


@pytest.mark.parametrize("page", PAGES_WITH_SHELL, ids=named)
def test_every_shell_block_is_shell(page: Path) -> None:
    """A placeholder in angle brackets is a redirection to whoever pastes it."""
    for block in shell_blocks(page):
        read = subprocess.run([BASH, "-n"], input=block, capture_output=True, text=True, check=False)
        assert read.returncode == 0, f"{block}\n{read.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_a_block_of_commands_says_that_it_is_one(page: Path) -> None:
    untold = [block for _, language, block in BLOCK.findall(page.read_text()) if not language]
    assert [block for block in untold if re.match(r"\$ |(sheriff|make|curl) \w", block)] == []


@pytest.mark.parametrize("page", PAGES_WITH_SHELL, ids=named)
def test_every_command_of_sheriff_that_is_given_to_paste_parses(page: Path) -> None:
    for block in shell_blocks(page):
        for words in commands(block):
            arguments = arguments_of_sheriff(words)
            if arguments is not None:
                parse(main, "sheriff", arguments)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_command_of_sheriff_in_a_sentence_exists_with_its_options(page: Path) -> None:
    for said in said_inline(page):
        if not re.match(r"([A-Z_]+=\S+ )*sheriff ", said) or said in NO_COMMAND:
            continue
        for words in commands(said):
            arguments = arguments_of_sheriff(words)
            if arguments and re.fullmatch(r"[a-z]+", arguments[0]):
                try:
                    parse(main, "sheriff", arguments)
                except (click.exceptions.NoArgsIsHelpError, click.MissingParameter):
                    continue  # a sentence may speak of a group as a whole, and need not give every argument
                except click.BadParameter:
                    assert "…" in said, said
                except click.UsageError as error:
                    raise AssertionError(f"`{said}`: {error.message}") from error


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_file_and_module_that_is_named_exists(page: Path) -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    there = {"/" + name for name in listed} | {"/" + str(up) for name in listed for up in Path(name).parents}
    path = re.compile(
        r"[\w./-]*\w\.(?:py|sh|ya?ml|toml|md|mjs|ndjson)|(?:src|docs|tests|scripts|deploy|benchmarks)/[\w./-]*"
    )
    words = [word for said in said_inline(page) for word in said.split()]
    names = {word.rstrip("/") for word in words if path.fullmatch(word)}
    for block in shell_blocks(page):
        for given in commands(block):
            names |= {word for word in given if path.fullmatch(word) and "/" in word and not word.startswith("/")}
            if "-m" in given:
                module = given[given.index("-m") + 1]
                if module.startswith(("scripts", "benchmarks", "tests")):
                    names.add(module.replace(".", "/"))
    missing = [
        name
        for name in sorted(names - NOT_IN_THE_TREE)
        if not any(entry.endswith((f"/{name}", f"/{name}.py")) for entry in there)
    ]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_variable_of_ours_that_is_named_is_declared(page: Path) -> None:
    declared = {*variables(), *OTHER_COMMANDS}
    declared |= {f"{name}_FILE" for name in declared}
    told = set(re.findall(r"\b(?:SHERIFF|SANITY|VAPI)_[A-Z0-9_]*[A-Z0-9]\b(?!\*|_\*)", page.read_text()))
    assert told - declared - NOT_A_SETTING == set()


def headings(page: Path) -> set[str]:
    """The anchors of a page, as the common viewers make them of its headings."""
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)
    titles = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_anchor_that_is_linked_to_is_a_heading(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s:]*)#([^)\s]+)\)", page.read_text())
    dead = [
        f"{target}#{anchor}"
        for target, anchor in links
        if anchor not in headings((page.parent / target) if target else page)
    ]
    assert dead == []


def test_what_is_wrong_would_be_seen() -> None:
    """The reader of pages finds commands behind settings, pipes, comments and continued lines."""
    given = (
        "VAPI_SECRET=… sheriff simulate --auth secret   # or bearer\n"
        "make demo && sheriff check --url \\\n  https://example.com > out.json | jq '.x[] | .y'"
    )
    assert [words for words in commands(given) if words[0] == "sheriff"] == [
        ["sheriff", "simulate", "--auth", "secret"],
        ["sheriff", "check", "--url", "https://example.com", ">", "out.json"],
    ]
    with pytest.raises(click.NoSuchOption):
        parse(main, "sheriff", ["check", "--uri", "x"])
    with pytest.raises(click.UsageError):
        parse(main, "sheriff", ["recordings", "drop"])
    with pytest.raises(click.UsageError):
        parse(main, "sheriff", ["replay"])
