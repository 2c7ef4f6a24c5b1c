"""``autograd-mini train``: a network from a recipe, with its model, history and report."""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
from pathlib import Path
from typing import TYPE_CHECKING

from autograd_mini.cli.options import argument, flag, verb
from autograd_mini.cli.terminal import Refusal, finite, refusing, say, say_json
from autograd_mini.given import nearest
from autograd_mini.numbers import short

if TYPE_CHECKING:
    from autograd_mini.cli.report import Figures
    from autograd_mini.data import Dataset
    from autograd_mini.training import Trained

ENGINES = ("eager", "auto", "python", "numpy", "llvm")


@verb(
    argument("recipe", metavar="xor|moons|digits", help="what to learn"),
    argument("--seed", metavar="N", type=int, default=0, help="default: 0"),
    argument("--epochs", metavar="N", type=int, help="rounds through all examples"),
    argument(
        "--patience", metavar="N", type=int, help="stop after so many epochs without a lower cost"
    ),
    argument("--engine", choices=ENGINES, help="node by node (eager), or a backend of compile"),
    argument(
        "--out",
        metavar="DIR",
        help="the folder to write (default: ./autograd-mini-NAME); files in it that a training did "
        "not write are left alone",
    ),
    flag("--json", "the figures as JSON, for a program"),
)
def train(options: argparse.Namespace) -> int:
    """Train a network: xor, moons or digits.

    Train a network with settings that work, and write the model, its history and a report with
    plots (one page that works offline) into a folder. The seed decides all that is random. Exit
    code 1 if the cost became no finite number.

        autograd-mini train xor  # into ./autograd-mini-xor
        autograd-mini train moons --seed 7 --patience 10  # with early stop
        autograd-mini train digits --out digits  # needs the extra data
        autograd-mini train xor --epochs 50 --json  # the figures, for a program

    Plots need matplotlib: pip install 'autograd-mini[plot]'. In Python,
    nn.load('autograd-mini-xor/model.json') is the model.
    """
    from autograd_mini import nn
    from autograd_mini.cli.report import page
    from autograd_mini.lessons.folder import Folder
    from autograd_mini.training import RECIPES, Bar
    from autograd_mini.training import run as follow

    if options.recipe not in RECIPES:
        meant = nearest(options.recipe, RECIPES)
        raise Refusal(f"there is no {options.recipe!r:.60}; there are {', '.join(RECIPES)}{meant}")
    recipe = RECIPES[options.recipe]
    with refusing(ImportError):
        recipe.sets(random.Random(options.seed))  # before a folder is made for it
    place = Path(options.out or f"autograd-mini-{recipe.name}").expanduser()
    if options.epochs == 0 and _is_trained(place):
        raise Refusal(
            f"{place / 'model.json'} is a trained model, and --epochs 0 would put an untrained one "
            "in its place; choose another folder with --out"
        )
    with refusing(OSError):
        folder = Folder(place, "train")
        folder.claim(["model.json", "history.json", "report.html"])
    with refusing(ValueError, ImportError), Bar(f"Training {recipe.name}") as bar:
        trained = follow(
            recipe,
            options.seed,
            epochs=options.epochs,
            patience=options.patience,
            engine=options.engine,
            progress=bar,
        )
    found = figures(trained)
    with refusing(OSError):
        nn.save(trained.model, place / "model.json")
        folder.write("history.json", f"{json.dumps(_history(trained))}\n")
        folder.write("report.html", page(trained, found))
    files = {"model": str(place / "model.json"), "report": str(place / "report.html")}
    if options.json:
        say_json(found | {"history": _history(trained)} | files)
    else:
        _tell(trained, found)
        say(f"Model: {files['model']}\nOpen {files['report']}")
        if importlib.util.find_spec("matplotlib") is None:
            say("It has no plots, since matplotlib is missing: pip install 'autograd-mini[plot]'")
    return 1 if found["diverged"] else 0


def _is_trained(place: Path) -> bool:
    """Whether the folder holds a model that was trained for an epoch or more."""
    try:
        history = json.loads((place / "history.json").read_text(encoding="utf-8"))
        return bool(history["costs"]) and (place / "model.json").exists()
    except (OSError, ValueError, LookupError, TypeError):
        return False


def figures(trained: Trained) -> Figures:
    """What came of it, as names and numbers."""
    history = trained.history
    found: Figures = {
        "recipe": trained.recipe.name,
        "seed": trained.seed,
        "parameters": len(trained.model.parameters()),
        "epochs": len(history),
        "steps": len(history.steps),
        "first cost": history.costs[0] if history.costs else None,
        "last cost": history.costs[-1] if history.costs else None,
        "stopped": history.stopped,
        "diverged": history.stopped.startswith("the cost became"),
        "examples": len(trained.train),
        "right": _right(trained, trained.train),
    }
    if trained.test is not None:
        found |= {"held out": len(trained.test), "right of them": _right(trained, trained.test)}
    return found


def _right(trained: Trained, examples: Dataset[int]) -> int:
    return round(trained.accuracy(examples) * len(examples))


def _history(trained: Trained) -> object:
    told = ("costs", "validation", "rates", "best", "stopped")
    return finite({name: getattr(trained.history, name) for name in told})


def _tell(trained: Trained, found: Figures) -> None:
    say(f"{trained.recipe.about}.")
    say(
        f"{found['parameters']:,} parameters, {found['examples']:,} examples, "
        f"{found['epochs']} epochs, {found['steps']:,} steps, seed {found['seed']}"
    )
    if found["epochs"]:
        first, last = (short(found[which], 4) for which in ("first cost", "last cost"))
        say(f"Cost: {first} in the first epoch, {last} at last")
    if found["stopped"]:
        say(f"Stopped: {found['stopped']}")
    say(_share("Right", found["right"], found["examples"]))
    if "held out" in found:
        say(_share("Right of those held out", found["right of them"], found["held out"]))


def _share(what: str, right: int, count: int) -> str:
    return f"{what}: {right:,} of {count:,} ({right / count:.1%})"
