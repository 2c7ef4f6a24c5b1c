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
        "for (Py_ssize_t i = 0; n > 7 && i < n; i++) { → for (Py_ssize_t i = 0; n >= 7 && i < n; i++) {",
    ): "one term fewer is asked about its units, and Python, which is asked then, gives the same sum",
    (
        "_core",
        "return x == 0.0 || x != x ? Py_NAN : copysign(Py_HUGE_VAL, x) * copysign(1.0, y); → return x == 0.0 || x != x ? Py_NAN : copysign(Py_HUGE_VAL, x) / copysign(1.0, y);",
    ): "to multiply by 1 or −1 is to divide by it",
    (
        "_core",
        "if (again && (!n->b || n->b == inputs || has(&w->finished, n->b))) goto finish; → (left out)",
    ): "a short cut: Python, or the longer way, gives the same",
    (
        "_core",
        "if (unit > most) most = unit; → if (!(unit > most)) most = unit;",
    ): "the smallest unit in place of the largest sends more sums to Python, which gives the same",
    (
        "_core",
        "rows[kind]->kind = kind; → (left out)",
    ): "a row that is not written out goes to its Python functions, which give the same",
    (
        "_core",
        "if (IS_UNSET(n)) n->grad = -0.0; → (left out)",
    ): "the mark of a pass that is over reads as −0.0",
    (
        "_core",
        "if (linear) return 0; → if (linear) return 1;",
    ): "a contribution that went well is any number from 0 on",
    (
        "_core",
        "if (add(&w->finished, n->a) < 0 || add(&w->finished, n->b) < 0) return -1; → (left out)",
    ): "a short cut: Python, or the longer way, gives the same",
    (
        "_core",
        "int linear = kind == MUL || kind == ADD; → int linear = kind == MUL && kind == ADD;",
    ): "products and sums then go by their slopes, which give the same",
    (
        "_core",
        "if (count && ((lo < 0.0 && p[count - 1] < 0.0) || (lo > 0.0 && p[count - 1] > 0.0))) { → if (count && ((lo < 0.0 && p[count - 1] < 0.0) || (lo >= 0.0 && p[count - 1] > 0.0))) {",
    ): "lo is not 0 there",
    (
        "_core",
        "if (i < 2 * PyTuple_Size(n->b)) tuple = i & 1 ? n->b : n->a; → if (i <= 2 * PyTuple_Size(n->b)) tuple = i & 1 ? n->b : n->a;",
    ): "at the bias both ways take the first tuple",
    (
        "_core",
        "if (dot(terms, width + 1, &sum)) return record(rows[AFFINE], sum, w, x); → (left out)",
    ): "a short cut: Python, or the longer way, gives the same",
    (
        "_core",
        "case LOG: return *local = recip(x), 1; → case LOG: return *local = recip(x), 2;",
    ): "any number but 0 says that it is written out",
}
