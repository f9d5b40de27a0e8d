"""The example that ships with the project is what its command makes today."""

import re
from pathlib import Path

import pytest

from motcua.reports.audit.generate.__main__ import main

EXAMPLES = Path(__file__).resolve().parents[6] / "examples"

pytestmark = pytest.mark.skipif(not (EXAMPLES / "README.md").exists(), reason="không có thư mục examples")


def test_the_example_is_made_again_by_the_command_in_its_readme(tmp_path):
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    seed, errors, pages = re.search(r"--seed (\d+) --errors (\d+) --pages (\d+)", readme).groups()
    main(["--seed", seed, "--errors", errors, "--pages", pages, "--out", str(tmp_path)])
    for name in ("bao-cao.md", "bao-cao-ky-truoc.md", "README.md"):
        assert (tmp_path / name).read_text(encoding="utf-8") == (EXAMPLES / name).read_text(encoding="utf-8")
