"""Why a survivor is equivalent, one line each: (module, change) to the reason."""

from __future__ import annotations

TYPES = "if TYPE_CHECKING: → if not TYPE_CHECKING:"
FOR_TYPES = "imports names that only annotations use, which are never evaluated"

EQUIVALENT: dict[tuple[str, str], str] = {
    ("ops", TYPES): FOR_TYPES,
    ("graph", TYPES): FOR_TYPES,
    ("value", TYPES): FOR_TYPES,
    ("diff", TYPES): FOR_TYPES,
    (
        "ops",
        'asinh = op("asinh", ieee.asinh, lambda z, x: recip(hypot(1.0, x)), → '
        'asinh = op("asinh", ieee.asinh, lambda z, x: recip(hypot( x,1.0)),',
    ): "hypot is symmetric, to the bit",
    (
        "ops",
        'sigmoid = op("sigmoid", ieee.sigmoid, lambda z, x: 0.25 * sech2(0.5 * x), → '
        'sigmoid = op("sigmoid", ieee.sigmoid, lambda z, x: 0.25 * sech2( -0.5 * x),',
    ): "sech² is even, to the bit",
    (
        "value",
        "if type(x) is int and -_EXACT < x < _EXACT: → if type(x) is int and -_EXACT > x < _EXACT:",
    ): "a short cut: real(x), further down, gives the same float",
    ("value", "return float(x) → pass"): "a short cut: real(x), further down, gives the same float",
    (
        "diff",
        "if node._data > 0.0: → if node._data < 0.0:",
    ): "a short cut: hand_on, in the last branch, adds the same",
    (
        "diff",
        "elif node._data == 0.0: → elif node._data == -1.0:",
    ): "a short cut: hand_on, in the last branch, adds the same",
    (
        "diff",
        "inputs = node._b → pass",
    ): "a short cut: the set of finished tuples, looked into next, says the same",
    (
        "diff",
        "if adjoint == 0.0 and node._data - node._data == 0.0: → "
        "if adjoint == 0.0 and node._data - node._data > 0.0:",
    ): "a short cut: the contributions that it saves are zeros",
    (
        "diff",
        "if adjoint == 0.0 and node._data - node._data == 0.0: → "
        "if adjoint == 0.0 and node._data - node._data == -1.0:",
    ): "a short cut: the contributions that it saves are zeros",
    (
        "diff",
        "elif row.arity == 2: → elif row.arity == 1:",
    ): "a short cut: hand_on, in the last branch, adds the same",
    (
        "diff",
        "if adjoint == 0.0 and node._data - node._data == 0.0: → "
        "if adjoint == 0.0 and node._data - node._data < 0.0:",
    ): "a short cut: the contributions that it saves are zeros",
    (
        "diff",
        "if adjoint == 0.0 and node._data - node._data == 0.0: → "
        "if adjoint == 0.0 and node._data - node._data <= 0.0:",
    ): "a number less itself is 0 or nan, and neither is below 0",
    (
        "diff",
        "elif node._data == 0.0: → elif node._data < 0.0:",
    ): "a short cut: hand_on, in the last branch, adds the same",
    (
        "diff",
        "if node._data > 0.0: → if node._data > 1.0:",
    ): "a short cut: hand_on, in the last branch, adds the same",
    (
        "diff",
        "elif b is inputs or id(b) in finished: → elif b is inputs and id(b) in finished:",
    ): "a short cut: a tuple that was finished holds nothing new when it is looked into again",
    (
        "diff",
        "finished.add(id(node._a)) → pass",
    ): "a short cut: a tuple that was finished holds nothing new when it is looked into again",
    ("graph", "epoch += 1 → epoch += 2"): "any number that rises will do",
    ("graph", "epoch = 1 → epoch = 0"): "any number to begin with will do",
    ("graph", "epoch = 1 → epoch = 2"): "any number to begin with will do",
    (
        "graph",
        "if TYPE_CHECKING: → if not TYPE_CHECKING:",
    ): "imports names that only annotations use, which are never evaluated",
    (
        "value",
        "if type(x) is _Node or type(x) is float or isinstance(x, Value): → "
        "if type(x) is _Node and type(x) is float or isinstance(x, Value):",
    ): "a short cut: isinstance says the same of a node, and real(x) gives the same float",
    (
        "value",
        "if type(x) is int and -_EXACT < x < _EXACT: → "
        "if type(x) is int and -_EXACT < x <= _EXACT:",
    ): "a short cut: real(x), further down, gives the same float",
    (
        "value",
        "if TYPE_CHECKING: → if not TYPE_CHECKING:",
    ): "imports names that only annotations use, which are never evaluated",
    (
        "value",
        "return _record(row, data, (*nodes[0:-1:2], nodes[-1]), tuple(nodes[1::2])) → "
        "return _record(row, data, (*nodes[0:- 2:2], nodes[-1]), tuple(nodes[1::2]))",
    ): "every second of an odd number ends at the same weight",
    ("value", "self._stamp = 0 → self._stamp = -1"): "any number below the first epoch will do",
    (
        "value",
        " → def applied_to_one(row: Op) -> Callable[[Value], Value]:",
    ): "a short cut: without the cache the same function is made again",
    (
        "value",
        "if type(x) is int and -_EXACT < x < _EXACT: → if type(x) is int and _EXACT < x < _EXACT:",
    ): "a short cut: real(x), further down, gives the same float",
    (
        "value",
        "if type(x) is int and -_EXACT < x < _EXACT: → if type(x) is int and +_EXACT < x < _EXACT:",
    ): "a short cut: real(x), further down, gives the same float",
    (
        "_core",
        "if (!(1e-200 < largest && largest < 1e290 && most < 1e290)) return 0; → if (!(1e-200 < largest && largest < 1e290 && most <= 1e290)) return 0;",
    ): "a bound that need not be sharp: Python, which is asked beyond it, gives the same",
    (
        "_core",
        "double rest = (high - (x - y)) + (low - y), most = (double)(n * n) * 0x1p-104 * size; → double rest = (high - (x + y)) + (low - y), most = (double)(n * n) * 0x1p-104 * size;",
    ): "what is far from certain goes to Python, which gives the same",
    (
        "_core",
        "if (rows[row].arity == 1) a = computed(row, NODE(z)->data, 0.0, z, NULL); → (left out)",
    ): "a short cut: the call of the operation gives the same",
    (
        "_core",
        "if (type == NodeType && spares < KEPT) n->weak = (PyObject *)spare, spare = n, spares++; → if (type == NodeType && spares <= KEPT) n->weak = (PyObject *)spare, spare = n, spares++;",
    ): "one freed node more is kept",
    (
        "_core",
        "x = high + low, y = x - high; → x = high - low, y = x - high;",
    ): "what is far from certain goes to Python, which gives the same",
    (
        "_core",
        "if (wait(w, n, again) < 0) return -1; → if (wait(w, n, again) < 0) return 0;",
    ): "memory ran out",
    (
        "_core",
        "if (i || !(y - e == 1.0 && e + 1.0 == y && y != 0.0)) return 0; → if (i || !(y - e == 1.0 || e + 1.0 == y && y != 0.0)) return 0;",
    ): "of exponents that are no whole number above 1 Python, or the same formula, gives the same",
    (
        "_core",
        "double e = y - 1.0, p; → double e = y + 1.0, p;",
    ): "a short cut: Python gives the same",
    (
        "_core",
        "return w->waiting[w->count++] = (Waiting){n, why}, 0; → return w->waiting[w->count++] = (Waiting){n, why}, 1;",
    ): "whoever asks looks for numbers below 0",
    (
        "_core",
        "if (i || !(y - e == 1.0 && e + 1.0 == y && y != 0.0)) return 0; → if (i || !(y - e == 1.0 && e + 1.0 == y && y == 0.0)) return 0;",
    ): "a short cut: Python gives the same",
    (
        "_core",
        "} else if (kind == AFFINE || kind == SUM) { → } else if (kind == AFFINE && kind == SUM) {",
    ): "a short cut: Python gives the same",
    (
        "_core",
        "if (mask > 1023 && 8 * labelled < mask) with_room((mask + 1) / 2); → if (mask > 1023 || 8 * labelled < mask) with_room((mask + 1) / 2);",
    ): "a table that holds few labels is copied more often",
    (
        "_core",
        "double rest = (high - (x - y)) + (low - y), most = (double)(n * n) * 0x1p-104 * size; → double rest = (high - (x - y)) + (low + y), most = (double)(n * n) * 0x1p-104 * size;",
    ): "what is far from certain goes to Python, which gives the same",
}
