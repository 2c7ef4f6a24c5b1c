"""What a compiled function has beside its calls to be run elsewhere."""

from __future__ import annotations

import importlib.util
import os
from typing import TYPE_CHECKING, Any

from autograd_mini.errors import AutogradError
from autograd_mini.real import shown

if TYPE_CHECKING:
    from autograd_mini.compiler.engines import Runner
    from autograd_mini.value import Value

ENDINGS = (".py",)
"""Of the files that can be written."""


class Exports:
    """A method of :class:`~autograd_mini.compiler.compiled.Compiled`.

    Attributes:
        params: the parameters.
    """

    params: list[Value]
    _reduce: str

    if TYPE_CHECKING:

        def _engine(self) -> Runner: ...

    def export(self, path: str | os.PathLike[str]) -> None:
        """Write the program generated last to a file that runs without this package.

        Args:
            path: the file, ``model.py``: a module of NumPy alone, for any tier's function. It has
                the parameters that are used, as they are now, ``PARAMETERS``, a dict of arrays by
                the names of the source (``W1``, ``b1``); ``forward(*arguments,
                parameters=PARAMETERS)``, the results of a batch; and, where the function returns
                one Value and ``reduce`` is "mean" or "sum", ``step`` with the same arguments, the
                cost and a dict of the gradient.

        Arguments are called as those of the function, an entry of a dict d as d_key, and x0, x1, …
        where these are no names. They are arrays or lists of any number of examples; their shapes
        are checked in the file, and so are indices. What a loss itself asks of its targets is not;
        and where something overflows on the way, the file keeps the nan that a call would compute
        again eagerly.

        Raises:
            ValueError: the path has another ending.
            AutogradError: nothing has been generated yet, or for examples of several structures.
            RefusedError: a row is of your own and has no ``array=``, or an argument's lists differ
                in their lengths.
            ImportError: NumPy is not installed.
            OSError: the file cannot be written; one that is there is then unharmed.

        >>> import pathlib, runpy, tempfile
        >>> from autograd_mini import Value, compile
        >>> w = Value(2.0)
        >>> compiled = compile(lambda x: w * x, [w])
        >>> _ = compiled([1.0])
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pathlib.Path(folder, "model.py")
        ...     compiled.export(path)
        ...     model = runpy.run_path(str(path))
        >>> model["forward"]([3.0, 5.0])
        array([ 6., 10.])
        """
        if os.path.splitext(path)[1] not in ENDINGS:  # noqa: PTH122 (pathlib is slow to import)
            known = ", ".join(ENDINGS)
            raise ValueError(f"export: {shown(os.fspath(path))} must end in one of {known}")
        engine: Any = self._engine()
        if not hasattr(engine, "trace"):
            raise AutogradError(
                "export: the last call had examples of several structures; call the function with "
                "examples of one"
            )
        if importlib.util.find_spec("numpy") is None:
            raise ImportError(
                "export: it needs NumPy; install it with pip install 'autograd-mini[fast]'"
            )
        from autograd_mini.compiler.numpy_file import to_python
        from autograd_mini.files import write_atomically

        text = to_python(engine.trace, [p._data for p in self.params], self._reduce)
        write_atomically(path, text.encode())
