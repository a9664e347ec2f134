"""Each architecture contract has been seen to break: a violation is planted in a copy, and named by its contract."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
CORE = ROOT / "src" / "sheriff_core"

# contract id: the file that sins, and the sin
SINS = {
    "hexagon": ("sheriff_core/delivery.py", "import sheriff_adapters.system_clock"),
    "pure-core": ("sheriff_core/lookup.py", "import time"),
    "adapters": ("sheriff_adapters/dataset.py", "import sheriff_adapters.retrying"),
    "storeys": ("sheriff_core/breaker.py", "import sheriff_core.lookup"),
    "http-in-web": ("sheriff_adapters/system_clock.py", "import starlette.requests"),
    "no-cycles": ("sheriff_web/limits.py", "import sheriff_web.public"),
}


def lint(tree: Path, contract: str) -> subprocess.CompletedProcess[str]:
    command = [BIN / "lint-imports", "--no-cache", "--contract", contract, "--config", str(tree / "pyproject.toml")]
    environment = {"PYTHONPATH": str(tree / "src"), "PATH": str(BIN)}
    return subprocess.run(
        command, cwd=tree / "src", env=environment, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tree = tmp_path_factory.mktemp("tree")
    shutil.copytree(ROOT / "src", tree / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tree)
    return tree


@pytest.mark.parametrize("contract", SINS)
def test_a_planted_violation_breaks_the_contract_by_name(copy: Path, contract: str) -> None:
    name, sin = SINS[contract]
    file = copy / "src" / name
    innocent = file.read_text()
    assert lint(copy, contract).returncode == 0
    try:
        file.write_text(f"{innocent}\n{sin}\n")
        ended = lint(copy, contract)
    finally:
        file.write_text(innocent)
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "BROKEN" in ended.stdout
    assert sin.removeprefix("import ").split(".")[0] in ended.stdout


def test_no_contract_is_without_a_sin_that_breaks_it() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert {contract["id"] for contract in declared} == set(SINS)


def core_modules() -> list[Path]:
    return sorted(CORE.rglob("*.py"))


def test_every_import_of_the_core_is_the_standard_library_or_the_core() -> None:
    strangers = set()
    for path in core_modules():
        for node in ast.walk(ast.parse(path.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{path.name}: imports are absolute"
                names = [node.module or ""]
            for name in names:
                top = name.split(".")[0]
                if top != "sheriff_core" and top not in sys.stdlib_module_names:
                    strangers.add((path.name, name))
    assert strangers == set()


def test_the_core_asks_its_port_for_the_time_and_never_reads_it() -> None:
    readers = []
    for path in core_modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}:
                owner = ast.unparse(node.value)
                if owner.split(".")[-1] in {"datetime", "date"}:
                    readers.append(f"{path.name}:{node.lineno} {ast.unparse(node)}")
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"asyncio.sleep", "asyncio.timeout", "open"}:
                readers.append(f"{path.name}:{node.lineno} {ast.unparse(node.func)}")
    assert readers == []


def test_only_the_composition_sees_both_the_web_shell_and_the_adapters() -> None:
    both = set()
    for path in (ROOT / "src" / "sheriff").rglob("*.py"):
        text = path.read_text()
        if re.search(r"(from|import) sheriff_web", text) and re.search(r"(from|import) sheriff_adapters", text):
            both.add(path.name)
    assert both <= {"composition.py", "service.py"}


@pytest.mark.parametrize("package", ["sheriff", "sheriff_web", "sheriff_core", "sheriff_adapters"])
def test_no_room_has_a_forbidden_name(package: str) -> None:
    forbidden = {"utils", "util", "common", "helpers", "exceptions", "constants", "manager", "base", "misc"}
    names = {path.stem for path in (ROOT / "src" / package).rglob("*.py")}
    assert names & forbidden == set()
