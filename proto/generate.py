"""Makes the Python of the contracts: ``proto/gen`` from ``proto/strategybuilder``.

    python proto/generate.py            rewrite proto/gen
    python proto/generate.py --check    lint, look for breaking changes, name the files of proto/gen that are stale
    python proto/generate.py --release  store the image that later versions must stay compatible with

Needs the development packages of the environment whose Python runs it; no network.
"""

from __future__ import annotations

import argparse
import filecmp
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = ROOT / "proto"
GENERATED = CONTRACTS / "gen"
RELEASES = CONTRACTS / "release"


def run(*command: str) -> None:
    """Runs a tool of this environment from the project root.

    Raises:
        subprocess.CalledProcessError: The tool failed; it has said why.
    """
    tools = Path(sys.executable).parent
    environment = os.environ | {"PATH": f"{tools}{os.pathsep}{os.environ.get('PATH', '')}"}
    subprocess.run(command, cwd=ROOT, env=environment, check=True)  # noqa: S603 - fixed commands, no shell


def generate(target: Path) -> None:
    """Writes messages, their types, the gRPC stubs and their types under ``target``, which must not exist."""
    with tempfile.TemporaryDirectory() as scratch:
        run("buf", "generate", "--output", scratch)
        made = Path(scratch) / "proto" / "gen"
        generate_stubs(made)
        shutil.copytree(made, target)


def generate_stubs(target: Path) -> None:
    """Writes ``*_pb2_grpc.py`` and ``.pyi`` for the files that declare a service, and for no others."""
    services = sorted(str(path.relative_to(CONTRACTS)) for path in CONTRACTS.glob("strategybuilder/**/*_service.proto"))
    run(
        *(sys.executable, "-m", "grpc_tools.protoc", f"--proto_path={CONTRACTS}"),
        f"--grpc_python_out={target}",
        # Concrete: an RPC that a servicer leaves out answers UNIMPLEMENTED, as the stubs do.
        f"--mypy_grpc_out=quiet,only_async,generate_concrete_servicer_stubs:{target}",
        *services,
    )


def differences(left: Path, right: Path) -> list[str]:
    """Returns the sorted relative names of files that differ or are in one of the two folders only."""
    names = {str(path.relative_to(side)) for side in (left, right) for path in side.rglob("*.py*") if is_source(path)}
    _, different, missing = filecmp.cmpfiles(left, right, names, shallow=False)
    return sorted([*different, *missing])


def is_source(path: Path) -> bool:
    """Tells a source from the bytecode that an import leaves behind."""
    return path.suffix in {".py", ".pyi"}


def stale_files() -> list[str]:
    """Returns the names under proto/gen that generating anew would change, add or take away."""
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch) / "gen"
        generate(fresh)
        return differences(GENERATED, fresh)


def build_image(target: Path) -> None:
    """Writes the descriptor set of our own files, without comments: the same bytes for the same contract."""
    run("buf", "build", "--path", "proto/strategybuilder", "--exclude-source-info", "--output", str(target))


def latest_release() -> Path:
    """Returns the image of the last release, by version number."""
    return max(RELEASES.glob("*.binpb"), key=lambda path: [int(part) for part in path.stem.split(".")])


def check_rules() -> None:
    """Lints the contracts and compares them with the last release.

    Raises:
        subprocess.CalledProcessError: A rule is broken; buf has said which and where.
    """
    run("buf", "lint")
    with tempfile.TemporaryDirectory() as scratch:
        # Image against image: buf can't hold a workspace of two modules against one image.
        current = Path(scratch) / "current.binpb"
        build_image(current)
        rules = '{"version":"v2","breaking":{"use":["FILE"],"ignore":["google"]}}'
        run("buf", "breaking", str(current), "--against", str(latest_release()), "--config", rules)


def store_release() -> Path:
    """Writes the image of the project's present version."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    image = RELEASES / f"{project['version']}.binpb"
    RELEASES.mkdir(exist_ok=True)
    build_image(image)
    return image


def check() -> int:
    """Returns 0 when the rules hold and proto/gen is what the contracts say, else 1, with the reasons on stderr."""
    try:
        check_rules()
        stale = stale_files()
    except subprocess.CalledProcessError:
        return 1
    for name in stale:
        sys.stderr.write(f"out of date: proto/gen/{name} (run `make proto`)\n")
    return 1 if stale else 0


def rewrite() -> None:
    """Puts freshly generated Python in the place of proto/gen."""
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch) / "gen"
        generate(fresh)
        shutil.rmtree(GENERATED, ignore_errors=True)
        shutil.copytree(fresh, GENERATED)


def main() -> int:
    """Reads the command line and does what it says; returns the exit code."""
    parser = argparse.ArgumentParser(description="Generates and checks the Python of the contracts.")
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--check", action="store_true", help="lint, compare with the last release and with proto/gen")
    action.add_argument("--release", action="store_true", help="store the image of the present version")
    options = parser.parse_args()
    if options.check:
        return check()
    if options.release:
        sys.stdout.write(f"{store_release().relative_to(ROOT)}\n")
        return 0
    rewrite()
    return 0


if __name__ == "__main__":
    sys.exit(main())
