"""Make constraints.txt, [tool.uv] in pyproject.toml and environment.yml from pyproject.toml.

``python .ci/pins.py`` makes environment.yml and [tool.uv] follow pyproject.toml and constraints.txt;
with ``--newest`` it first resolves the newest versions into constraints.txt, for which it needs uv.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PYPROJECT, CONSTRAINTS, ENVIRONMENT = (
    ROOT / "pyproject.toml",
    ROOT / "constraints.txt",
    ROOT / "environment.yml",
)
BEGIN, END = "# pins: made by .ci/pins.py from constraints.txt", "# end of pins"


def resolve_newest() -> None:
    """Resolve every extra for every supported Python; the file names versions and no host."""
    quiet = ["--no-annotate", "--no-header", "--no-emit-index-url", "--quiet", "--upgrade"]
    target = ["--all-extras", "--universal", "--python-version", "3.11", "--output-file", str(CONSTRAINTS)]
    subprocess.run(["uv", "pip", "compile", str(PYPROJECT), *target, *quiet], check=True)


def uv_table(pins: list[str]) -> str:
    """The [tool.uv] table that makes ``uv run`` use the same pins."""
    lines = "".join(f'    "{pin}",\n' for pin in pins)
    return f"{BEGIN}\n[tool.uv]\nconstraint-dependencies = [\n{lines}]\n{END}\n"


def pins() -> list[str]:
    """Lines of constraints.txt."""
    return [line.strip() for line in CONSTRAINTS.read_text().splitlines() if line.strip()]


def with_pins(text: str) -> str:
    """Text of pyproject.toml with its [tool.uv] table made anew."""
    before = re.sub(rf"\n*{re.escape(BEGIN)}.*?{re.escape(END)}\n", "\n", text, flags=re.DOTALL)
    return before.rstrip("\n") + "\n\n" + uv_table([pin.replace('"', "'") for pin in pins()])


def environment() -> str:
    """Text of environment.yml for conda users."""
    command = [sys.executable, "-m", "pyproject2conda", "yaml", "--pyproject", str(PYPROJECT)]
    options = ["--channel", "conda-forge", "--python-include", "python>=3.11", "--name", "workbench"]
    options += ["--dep", "pip", "--req", "--editable ."]
    made = subprocess.run([*command, *options], capture_output=True, text=True, check=True, cwd=ROOT)
    return made.stdout


def main() -> None:
    """Write the files."""
    if "--newest" in sys.argv:
        resolve_newest()
    PYPROJECT.write_text(with_pins(PYPROJECT.read_text()))
    ENVIRONMENT.write_text(environment())


if __name__ == "__main__":
    main()
