"""The words that a run of the benchmarks takes."""

from __future__ import annotations

import argparse
from pathlib import Path


def parser(program: str, folder: Path) -> argparse.ArgumentParser:
    """Its options; ``folder`` is where it writes when it is told nothing else."""
    made = argparse.ArgumentParser(prog=f"python -m {program}")
    made.add_argument("--date", default="", help="the day, for the head of the table")
    made.add_argument("--quick", action="store_true", help="small sizes and few rounds: a look")
    made.add_argument("--core", type=int, default=0, help="the core to pin processes to")
    made.add_argument("--out", type=Path, default=folder, help="the folder to write to")
    made.add_argument("--again", action="store_true", help="only rewrite table and plots")
    return made
