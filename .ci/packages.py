"""What the product installs, checked and listed.

packages.py check   every pinned package has its hashes, everything that is wanted is pinned, and the bill of
                    materials says the same (offline)
packages.py sbom    write the bill of materials, CycloneDX in JSON, to build/sbom.cdx.json
packages.py audit   ask the service that knows vulnerabilities about each of them, and say what it did not answer
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
FILES = (("requirements.in", "requirements.txt"), ("requirements-dev.in", "requirements-dev.txt"))
SBOM = ROOT / "build" / "sbom.cdx.json"
BIN = Path(sys.executable).parent
WELL, AT_FAULT, NOT_KNOWN = 0, 1, 3
_PIN = re.compile(r"([A-Za-z0-9][\w.-]*)(?:\[[\w,-]+\])?==([\w.!+-]+)(?: *;[^\\]+)?")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Package:
    """A pinned package: its name in its normal form, its version, and the digests of the files that it may come in."""

    name: str
    version: str
    hashes: frozenset[str]


def normal(name: str) -> str:
    """A package's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned(text: str) -> list[Package]:
    """What a file of pins names. Raises ValueError for a line that pins nothing."""
    lines = re.sub(r"\\\n", " ", text).splitlines()
    return [_package(line) for line in lines if line.strip() and not line.lstrip().startswith("#")]


def _package(line: str) -> Package:
    found = _PIN.match(line.strip())
    if found is None:
        raise ValueError(f"“{line.strip()[:80]}” pins no package to a version")
    return Package(normal(found[1]), found[2], frozenset(_HASH.findall(line)))


def faults_of_pins(packages: Sequence[Package], wanted: Iterable[str]) -> Iterator[str]:
    """What is wrong with pins: no digest, there twice, or not there although it is wanted."""
    names = [package.name for package in packages]
    yield from (f"{package.name} {package.version} has no hash" for package in packages if not package.hashes)
    yield from (f"{name} is pinned twice" for name in sorted({name for name in names if names.count(name) > 1}))
    yield from (f"{name} is wanted and not pinned" for name in wanted if normal(name) not in names)


def wanted(text: str) -> list[str]:
    """The packages that a file of wishes names."""
    lines = (line.split("#")[0].strip() for line in text.splitlines())
    return [re.split(r"[\[<>=!~; ]", line)[0] for line in lines if line and not line.startswith("-")]


def faults_of_sbom(sbom: Mapping[str, Any], packages: Sequence[Package]) -> Iterator[str]:
    """Where the bill of materials and the pins differ."""
    listed = {_component(each) for each in sbom["components"]}
    for package in sorted({*packages} ^ listed, key=lambda each: (each.name, each.version)):
        where = "the bill of materials" if package in listed else "the pins"
        yield f"{package.name} {package.version} stands so in {where} alone"


def _component(component: Mapping[str, Any]) -> Package:
    references = component.get("externalReferences", ())
    hashes = (each["content"] for reference in references for each in reference.get("hashes", ()))
    return Package(normal(component["name"]), component["version"], frozenset(hashes))


def make_sbom() -> dict[str, Any]:
    """The bill of materials of the pinned packages, written to :data:`SBOM`: the same pins make the same file."""
    SBOM.parent.mkdir(exist_ok=True)
    command = [
        BIN / "cyclonedx-py", "requirements", "--pyproject", "pyproject.toml", "--output-reproducible",
        "--output-format", "JSON", "--output-file", SBOM, "requirements.txt",
    ]  # fmt: skip
    subprocess.run([*map(str, command)], check=True, cwd=ROOT, stderr=subprocess.DEVNULL)
    made: dict[str, Any] = json.loads(SBOM.read_text())
    return made


def check() -> int:
    """Check pins and bill of materials, and print every fault."""
    faults = []
    for wishes, pins in FILES:
        try:
            packages = pinned((ROOT / pins).read_text())
        except ValueError as error:
            faults.append(f"{pins}: {error}")
            continue
        faults += [f"{pins}: {fault}" for fault in faults_of_pins(packages, wanted((ROOT / wishes).read_text()))]
        if pins == "requirements.txt":
            faults += [f"{SBOM.name}: {fault}" for fault in faults_of_sbom(make_sbom(), packages)]
    sys.stdout.write("\n".join((*faults, "")) if faults else "All packages are pinned with their hashes and listed.\n")
    return AT_FAULT if faults else WELL


def verdict(answer: Mapping[str, Any]) -> tuple[int, str]:
    """What `pip-audit` has found, as an exit status and in words; what it was not told about counts as not known."""
    all_of_them = answer["dependencies"]
    unknown = [each["name"] for each in all_of_them if "skip_reason" in each]
    known = [each for each in all_of_them if "skip_reason" not in each]
    lines = [
        f"{each['name']} {each['version']}: {found['id']}, fixed in {', '.join(found['fix_versions']) or 'no version'}"
        for each in known
        for found in each["vulns"]
    ]
    status = AT_FAULT if lines else NOT_KNOWN if unknown else WELL
    lines.append(f"{len(known)} of {len(all_of_them)} packages were looked up; {len(lines)} vulnerabilities are known.")
    if unknown:
        lines.append(f"NOT LOOKED UP, so nothing is known of them: {', '.join(unknown)}.")
    return status, "\n".join(lines)


def audit() -> int:
    """Ask about every pinned package. Exit status 3 where the service could not be asked about all."""
    command = [str(BIN / "pip-audit"), "--disable-pip", "--require-hashes", "--progress-spinner", "off"]
    asked = subprocess.run(
        [*command, "--format", "json", "--requirement", "requirements.txt"], cwd=ROOT, capture_output=True, text=True
    )
    try:
        status, words = verdict(json.loads(asked.stdout))
    except ValueError:
        why = (asked.stderr.strip().splitlines() or ["no answer"])[-1]
        status, words = NOT_KNOWN, f"The service that knows vulnerabilities could not be asked: {why}"
    sys.stdout.write(f"{words}\n")
    return status


def sbom() -> int:
    """Write the bill of materials."""
    sys.stdout.write(f"{SBOM.relative_to(ROOT)}: {len(make_sbom()['components'])} packages\n")
    return WELL


if __name__ == "__main__":
    sys.exit({"check": check, "sbom": sbom, "audit": audit}[sys.argv[1]]())
