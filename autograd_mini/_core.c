/* The compiled core: what autograd_mini/fast says in Python, in C.

   Vocabulary: see autograd_mini/graph.py (node, operands in two slots, leaf, constant, epoch, pass)
   and autograd_mini/diff.py (adjoint, contribution, nothing). Each section names the Python it
   stands for and gives the same bits, the same order and the same exceptions; what is not written
   out here is called there. Built for the stable ABI of Python 3.11.

   A node is outside of the garbage collector: it refers to older nodes only, so it is in no cycle.
   Only the main interpreter uses it; others, and free-threaded builds, run the Python source. */

#define PY_SSIZE_T_CLEAN
#ifndef Py_LIMITED_API
#define Py_LIMITED_API 0x030B0000
#endif
#include <Python.h>
#include <structmember.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
/* --- nodes and rows: graph.Node, rows.Op ------------------------------------------------------ */
/* A row is a place in the table; it is never freed, they are few. `arity` is Op.plain: how many
   operands, if no choice is made among them, else 0, but for relu. */
static struct { PyObject *op; int arity; } rows[1 << 16];

typedef struct {
    PyObject_HEAD
    double data;
    union { double grad; uint64_t bits; };
    PyObject *a, *b; /* operands; of a leaf the count of passes and the last one */
    int64_t stamp : 47; /* its age */
    uint64_t labelled : 1, row : 16;
    PyObject *weak; /* weak references; in a dead node the next one */
} Node;
/* the first rows, in the order of fast.core.ROWS: those that are written out here */
enum { NO_ROW, LEAF, CONSTANT, ADD, SUB, MUL, DIV, POW, NEG, EXP, LOG, TANH, SIGMOID, RELU,
       SUM, AFFINE, WRITTEN_OUT };
static int last_row;
static PyObject *row_of; /* dict: Op -> its place */
static PyTypeObject *NodeType, *ValueType;
static int64_t tick, now; /* graph.clock and .epoch */
static PyObject *py_infix, *py_apply_op, *py_finish, *py_admit, *py_dot, *py_sumprod, *py_init,
                *py_pow, *py_data, *py_grad;
static PyObject *active, *acquire, *release; /* modes.active; of graph.lock */
static PyObject *graph_names, *zero; /* graph's dict, in which the epoch is kept too */
static PyObject *s_slopes, *s_epoch, *s_plain, *s_fields;
/* A gradient that is no number is one of these quiet nans, which no arithmetic makes: none at all,
   or the mark of a pass, which stands for the object `nothing` of that pass. */
#define NONE 0x7ffc000000000000ULL
#define PAYLOAD 0x0003ffffffffffffULL
#define IS_UNSET(n) ((n)->bits >> 50 == NONE >> 50)
#define ORDINARY(x) ((x) != (x) ? Py_NAN : (x))

#define REPLACE(place, object) \
    do { PyObject *old_ = (PyObject *)(place); (place) = (object); Py_XDECREF(old_); } while (0)
#define IS_FLOAT(o) PyFloat_CheckExact(o)
#define NODE(o) ((Node *)(o))
#define IS_PLAIN(o) (Py_IS_TYPE(o, NodeType) || IS_FLOAT(o))
#define TAKES(o) (!IS_FLOAT(o) && NODE(o)->row != CONSTANT)
#define NUMBER(o) (IS_FLOAT(o) ? PyFloat_AsDouble(o) : NODE(o)->data)

static inline int is_node(PyObject *o) {
    return o && (Py_IS_TYPE(o, NodeType) || PyObject_TypeCheck(o, ValueType));
}
/* The row's place; NO_ROW with an exception. */
static int row_for(PyObject *op) {
    PyObject *place = PyDict_GetItemWithError(row_of, op);
    if (place) return (int)PyLong_AsLong(place);
    PyObject *plain = PyErr_Occurred() ? NULL : PyObject_GetAttr(op, s_plain);
    int row = NO_ROW;
    if (plain && last_row + 1 == sizeof rows / sizeof *rows)
        PyErr_SetString(PyExc_OverflowError, "the core knows no more than 65,535 operations");
    else if (plain && (place = PyLong_FromLong(last_row + 1)) && !PyDict_SetItem(row_of, op, place))
        row = ++last_row, rows[row].op = Py_NewRef(op),
        rows[row].arity = plain == Py_None ? 0 : (int)PyLong_AsLong(plain);
    return Py_XDECREF(place), Py_XDECREF(plain), row;
}

/* --- labels: Value._label --------------------------------------------------------------------- */
/* By the node's address, as few nodes have one: a hash table, half of which is empty or more. */
typedef struct { Node *node; PyObject *label; } Label;
static Label *labels;
static size_t labelled, mask; /* how many there are, and places less one */
#define HOME(n) ((uintptr_t)(n) * 0x9E3779B97F4A7C15ULL >> 20 & mask)

static size_t place_of(Node *n) {
    size_t i = HOME(n);
    while (labels[i].node && labels[i].node != n) i = (i + 1) & mask;
    return i;
}

static int with_room(size_t places) {
    Label *old = labels, *made = PyMem_Calloc(places, sizeof(Label));
    size_t count = old ? mask + 1 : 0;
    if (!made) return 0;
    labels = made, mask = places - 1;
    for (size_t i = 0; i < count; i++)
        if (old[i].node) labels[place_of(old[i].node)] = old[i];
    return PyMem_Free(old), 1;
}
/* Forget a node's label; it is the caller's now. */
static PyObject *unlabelled(Node *n) {
    size_t i = place_of(n), j = i;
    PyObject *label = labels[i].label;
    while (labels[j = (j + 1) & mask].node) /* what follows moves up, unless it is at home there */
        if (((j - HOME(labels[j].node)) & mask) >= ((j - i) & mask)) labels[i] = labels[j], i = j;
    labels[i] = (Label){0}, n->labelled = 0, labelled--;
    if (mask > 1023 && 8 * labelled < mask) with_room((mask + 1) / 2);
    return label;
}

static int label(Node *n, PyObject *text) {
    if (2 * labelled >= mask && !with_room(2 * mask + 2)) return PyErr_NoMemory(), -1;
    Label *at = labels + place_of(n);
    labelled += !n->labelled, at->node = n, n->labelled = 1;
    REPLACE(at->label, Py_NewRef(text)); /* an empty place has none */
    return 0;
}

/* --- making and freeing: value._record -------------------------------------------------------- */
#define KEPT 4096
static Node *dead; /* nodes that wait to be freed: a chain of any depth without recursion */
static Node *spare; /* up to KEPT freed ones of NodeType, which keep their type for the next */
static int freeing, spares;
/* Py_XDECREF, but the last reference to a node goes to the waiting ones at once. */
static inline void drop(PyObject *o) {
    if (!o) return;
    if (Py_REFCNT(o) > 1 || !Py_IS_TYPE(o, NodeType) || NODE(o)->weak) Py_DECREF(o);
    else NODE(o)->weak = (PyObject *)dead, dead = NODE(o);
}

static void node_dealloc(PyObject *self) {
    Node *n = NODE(self);
    PyTypeObject *type = Py_TYPE(self);
    if (n->weak) PyObject_ClearWeakRefs(self);
    if (type != NodeType && PyType_GetFlags(type) & Py_TPFLAGS_HAVE_GC) { /* the user's subclass */
        PyObject *held[] = {n->a, n->b, n->labelled ? unlabelled(n) : NULL, (PyObject *)type};
        ((freefunc)PyType_GetSlot(type, Py_tp_free))(self);
        for (int i = 0; i < 4; i++) Py_XDECREF(held[i]);
        return;
    }
    n->weak = (PyObject *)dead, dead = n;
    if (freeing) return;
    for (freeing = 1; (n = dead);) {
        PyObject *a = n->a, *b = n->b, *label = n->labelled ? unlabelled(n) : NULL;
        dead = NODE(n->weak), type = Py_TYPE((PyObject *)n);
        if (type == NodeType && spares < KEPT) n->weak = (PyObject *)spare, spare = n, spares++;
        else PyObject_Free(n), Py_DECREF(type);
        drop(a), drop(b), Py_XDECREF(label);
    }
    freeing = 0;
}

static inline Node *fresh(void) {
    Node *n = spare;
    if (!n) return PyObject_New(Node, NodeType);
    return spare = NODE(n->weak), spares--, Py_SET_REFCNT((PyObject *)n, 1), n;
}
/* A node that knows nothing yet; NULL with MemoryError. */
static Node *blank(PyTypeObject *type) {
    Node *n = type == NodeType ? fresh() : PyType_GetFlags(type) & Py_TPFLAGS_HAVE_GC
              ? NODE(PyType_GenericAlloc(type, 0)) : PyObject_New(Node, type);
    if (!n) return NULL;
    memset((char *)n + sizeof(PyObject), 0, sizeof(Node) - sizeof(PyObject));
    return n->bits = NONE, n->row = LEAF, n;
}

static inline PyObject *record(int row, double data, PyObject *a, PyObject *b) {
    Node *n = fresh();
    if (!n) return NULL;
    n->data = data, n->bits = NONE, n->weak = NULL, n->a = Py_NewRef(a), n->b = Py_XNewRef(b);
    n->stamp = now, n->labelled = 0, n->row = (unsigned)row;
    if (Py_SIZE(active)) { /* a mode is on */
        PyObject *finished = PyObject_CallFunctionObjArgs(py_finish, n, NULL);
        Py_XDECREF(finished);
        if (!finished) REPLACE(n, NULL);
    }
    return (PyObject *)n;
}
/* The same for a number that Python has computed, or NULL; it is released. */
static PyObject *record_of(int row, PyObject *number, PyObject *a, PyObject *b) {
    double data = number ? PyFloat_AsDouble(number) : -1.0;
    return Py_XDECREF(number), data == -1.0 && PyErr_Occurred() ? NULL : record(row, data, a, b);
}

/* --- forward functions and slopes: ieee.div, .tanh, .sigmoid, .sech2 -------------------------- */
static double div_(double x, double y) {
    if (y != 0.0) return x / y;
    return x == 0.0 || x != x ? Py_NAN : copysign(Py_HUGE_VAL, x) * copysign(1.0, y);
}
static double recip(double x) { return x > 0.0 ? 1.0 / x : x == 0.0 ? Py_HUGE_VAL : Py_NAN; }
static double tanh_(double x) {
    if (-0.55 < x && x < 0.55) {
        double g = x * x, p = -0.020501964963793903 + g * -0.0001993183245513845;
        double q = 0.02329555102548231 + g * 0.0002066839880815247;
        p = g * (-0.3333333333333333 + g * p);
        double z = x + x * (p / (1.0 + g * (0.4615058948913807 + g * q)));
        return z == 0.0 ? x : z;
    }
    if (x > 0.0) return x < 20.0 ? 1.0 - 2.0 / (exp(2.0 * x) + 1.0) : 1.0;
    return x < 0.0 ? x > -20.0 ? 2.0 / (exp(-2.0 * x) + 1.0) - 1.0 : -1.0 : x;
}
static double sigmoid(double x) {
    double e = exp(x < -1.0 ? x : -x), t = 1.0 + e, z = 1.0 / t;
    return x < -1.0 ? e - e * (e / t) : z - z * ((e - (t - 1.0)) / t);
}
static double sech2(double x) {
    double a = fabs(x), half = 2.0 * exp(-a);
    if (a > 350.0) return half * half;
    double e = exp(-2.0 * a), t = 134217729.0 * (1.0 + e);
    t -= t - (1.0 + e);
    double r = ((1.0 - t) + e) / t, p = 4.0 * e / (t * t);
    return p - p * r * (2.0 - 3.0 * r);
}

/* --- operators and methods: fast.forward.operators, .of_one, value.Value._apply_op ------------ */
#define EXACT (1LL << 53)
/* The number of an operand that needs no questions, and a float in the place of an int; 0 where
   Python is to decide. */
static inline int operand(PyObject *x, double *number, PyObject **made) {
    if (Py_IS_TYPE(x, NodeType)) return *number = NODE(x)->data, 1;
    if (IS_FLOAT(x)) return *number = PyFloat_AsDouble(x), 1;
    if (!PyLong_CheckExact(x)) return 0;
    int over;
    long long i = PyLong_AsLongLongAndOverflow(x, &over);
    if (over || i <= -EXACT || i >= EXACT) return 0;
    return *number = (double)i, (*made = PyFloat_FromDouble(*number)) != NULL;
}
/* Row.forward of a row that is written out here. */
static inline double forward(int kind, double x, double y) {
    switch (kind) {
    case ADD: return x + y;
    case SUB: return x - y;
    case MUL: return x * y;
    case DIV: return div_(x, y);
    case POW: return pow(x, y);
    case NEG: return -x;
    case EXP: return exp(x);
    case LOG: return x > 0.0 ? log(x) : x == 0.0 ? -Py_HUGE_VAL : Py_NAN;
    case TANH: return tanh_(x);
    case SIGMOID: return sigmoid(x);
    default: return x > 0.0 || x != x ? x : 0.0; /* RELU */
    }
}

static inline PyObject *infix(int kind, PyObject *v, PyObject *w) {
    double x, y;
    PyObject *x_made = NULL, *y_made = NULL, *result = NULL;
    if (Py_IS_TYPE(v, NodeType) && Py_IS_TYPE(w, NodeType)) /* as most often */
        return record(kind, forward(kind, NODE(v)->data, NODE(w)->data), v, w);
    if (operand(v, &x, &x_made) && operand(w, &y, &y_made))
        result = record(kind, forward(kind, x, y), x_made ? x_made : v, y_made ? y_made : w);
    else if (!PyErr_Occurred())
        result = PyObject_CallFunctionObjArgs(py_infix, rows[kind].op, v, w, NULL);
    return Py_XDECREF(x_made), Py_XDECREF(y_made), result;
}

static PyObject *nb_add(PyObject *v, PyObject *w) { return infix(ADD, v, w); }
static PyObject *nb_subtract(PyObject *v, PyObject *w) { return infix(SUB, v, w); }
static PyObject *nb_multiply(PyObject *v, PyObject *w) { return infix(MUL, v, w); }
static PyObject *nb_true_divide(PyObject *v, PyObject *w) { return infix(DIV, v, w); }
static PyObject *nb_power(PyObject *v, PyObject *w, PyObject *modulo) {
    if (modulo == Py_None) return infix(POW, v, w);
    return PyObject_CallFunctionObjArgs(py_pow, v, w, modulo, NULL);
}

#define OF_ONE(name, kind, ...) static PyObject *name(PyObject *v __VA_ARGS__) { \
    return record(kind, forward(kind, NODE(v)->data, 0.0), v, NULL); }
OF_ONE(nb_negative, NEG)
OF_ONE(node_exp, EXP, , PyObject *Py_UNUSED(ignored))
OF_ONE(node_log, LOG, , PyObject *Py_UNUSED(ignored))
OF_ONE(node_tanh, TANH, , PyObject *Py_UNUSED(ignored))
OF_ONE(node_sigmoid, SIGMOID, , PyObject *Py_UNUSED(ignored))
OF_ONE(node_relu, RELU, , PyObject *Py_UNUSED(ignored))
/* A node of any row of one or two operands, whose numbers are given. */
static PyObject *computed(int row, double x, double y, PyObject *a, PyObject *b) {
    if (row < WRITTEN_OUT) return record(row, forward(row, x, y), a, b);
    return record_of(row, PyObject_CallMethod(rows[row].op, "forward", b ? "dd" : "d", x, y), a, b);
}
/* apply_op(row, operands): Value._apply_op, which is asked for what is not a node or a float */
static PyObject *apply_op(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count) {
    int row = count == 2 ? row_for(args[0]) : NO_ROW;
    if (!row) return count == 2 ? NULL : PyErr_Format(PyExc_TypeError, "_apply_op: row, operands");
    Py_ssize_t n = PyTuple_CheckExact(args[1]) ? PyTuple_Size(args[1]) : 0;
    PyObject *a = n > 0 ? PyTuple_GetItem(args[1], 0) : NULL;
    PyObject *b = n > 1 ? PyTuple_GetItem(args[1], 1) : NULL;
    if (a && n == rows[row].arity && IS_PLAIN(a) && (!b || IS_PLAIN(b)))
        return computed(row, NUMBER(a), b ? NUMBER(b) : 0.0, a, b);
    return PyObject_CallFunctionObjArgs(py_apply_op, args[0], args[1], NULL);
}

/* --- weighted sums: fast.forward.neuron, ieee.arithmetic.dot ---------------------------------- */
#define MOST 256
/* math.fsum where the sum and its error, two doubles, tell how it is rounded; else 0. The error is
   good to n^2 u^2 of the terms' size (Ogita, Rump and Oishi, "Accurate sum and dot product", 2005),
   and rounding is monotone. */
static int fsum(const double *terms, Py_ssize_t n, double *sum) {
    double high = 0.0, low = 0.0, size = 0.0, x, y;
    for (Py_ssize_t i = 0; i < n; i++) {
        x = high + terms[i], y = x - high;
        low += (high - (x - y)) + (terms[i] - y);
        high = x, size += fabs(terms[i]);
    }
    x = high + low, y = x - high;
    double rest = (high - (x - y)) + (low - y), most = (double)(n * n) * 0x1p-104 * size;
    return *sum = x, size > 1e-250 && x + (rest + most) == x && x + (rest - most) == x;
}

static double ulp(double x) { /* of a finite number */
    union { double number; uint64_t bits; } u = {x};
    uint64_t exponent = u.bits >> 52 & 0x7ff;
    u.bits = exponent > 52 ? (exponent - 52) << 52 : 1ULL << (exponent ? exponent - 1 : 0);
    return u.number;
}

typedef struct { double w[MOST], x[MOST], terms[MOST + 1]; } Products;
/* _dot_of_pairs: the terms' sum with the errors of the products; 0 where Python is to decide */
static int dot_of_pairs(Products *p, Py_ssize_t width, double *sum) {
    double errors[MOST], largest = fabs(p->terms[width]), most = 0.0;
    for (Py_ssize_t i = 0; i < width; i++) {
        double v = p->w[i], t = 134217729.0 * v, h = t - (t - v), term = p->terms[i];
        double y = p->x[i], s = 134217729.0 * y, k = s - (s - y);
        errors[i] = (h * k - term) + h * (y - k) + (v - h) * y;
        if (fabs(term) > largest) largest = fabs(term);
        if (fabs(v) > most) most = fabs(v);
        if (fabs(y) > most) most = fabs(y);
    }
    if (!(1e-200 < largest && largest < 1e290 && most < 1e290)) return 0;
    return fsum(errors, width, &p->terms[width + 1]) && fsum(p->terms, width + 2, sum);
}
/* The dot of as many products, and b; 0 where Python is to decide. */
static int dot(Products *p, Py_ssize_t width, double *sum) {
    double bound = 0.0, most = 0.0, last;
    if (!fsum(p->terms, width + 1, sum)) return 0;
    for (Py_ssize_t i = 0; width > 6 && i <= width; i++) {
        bound += last = ulp(p->terms[i]);
        if (last > most) most = last;
    }
    last = ulp(*sum);
    if (py_sumprod != Py_None) bound *= 1.0 + 1e-12; /* of a Python whose own sum is compensated */
    if (!(bound > 3.0 * last && bound + last > 8.0 * most)) return 1;
    return py_sumprod == Py_None && dot_of_pairs(p, width, sum);
}
/* w1 x1 + ... + b for (w1, ..., b) and (x1, ...), whose numbers are at hand too */
static PyObject *weighted_sum(PyObject *w, PyObject *x, PyObject *numbers, PyObject *of_inputs) {
    Products p;
    double sum;
    Py_ssize_t width = PyTuple_Size(x), i = 0;
    for (; width < MOST && PyTuple_Size(w) == width + 1; i++) {
        PyObject *v = PyTuple_GetItem(w, i), *y = i < width ? PyTuple_GetItem(x, i) : v;
        if (!is_node(v) || !is_node(y)) break;
        p.terms[i] = NODE(v)->data;
        if (i == width && dot(&p, width, &sum)) return record(AFFINE, sum, w, x);
        if (i == width) break;
        p.w[i] = NODE(v)->data, p.x[i] = NODE(y)->data;
        p.terms[i] = p.w[i] * p.x[i];
    }
    PyObject *number = PyObject_CallFunctionObjArgs(py_dot, numbers, of_inputs, NULL);
    return record_of(AFFINE, number, w, x);
}
/* neuron(weights and bias, inputs, their numbers, their numbers, label, row or None, label) */
static PyObject *neuron(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t n) {
    if (n != 7 || !PyTuple_CheckExact(args[0]) || !PyTuple_CheckExact(args[1]))
        return PyErr_Format(PyExc_TypeError, "neuron: two tuples of nodes, and five things more");
    int row = args[5] == Py_None ? NO_ROW : row_for(args[5]);
    if (!row && args[5] != Py_None) return NULL;
    PyObject *z = weighted_sum(args[0], args[1], args[2], args[3]), *a;
    if (z && label(NODE(z), args[4]) < 0) REPLACE(z, NULL);
    if (!z || !row) return z;
    if (rows[row].arity == 1) a = computed(row, NODE(z)->data, 0.0, z, NULL);
    else a = PyObject_CallFunctionObjArgs(args[5], z, NULL);
    if (a && is_node(a) && label(NODE(a), args[6]) < 0) REPLACE(a, NULL);
    return Py_DECREF(z), a;
}

/* --- the passes under way: fast.backward.begin ------------------------------------------------ */
#define DEEPEST 32 /* passes within passes, and epochs, as a user's own partial may begin one */
static struct { PyObject *nothing; uint64_t mark; } begun[DEEPEST];
static PyObject *begin(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored)) {
    int i = (tick += 2) / 2 % DEEPEST;
    PyObject *made = Py_BuildValue("(dL)", -0.0, (long long)tick - 1);
    if (!made) return NULL;
    begun[i].mark = NONE | (tick & PAYLOAD);
    REPLACE(begun[i].nothing, Py_NewRef(PyTuple_GetItem(made, 0)));
    return made;
}
static uint64_t mark_of(PyObject *nothing) {
    for (int i = 0; i < DEEPEST; i++)
        if (begun[i].nothing == nothing) return begun[i].mark;
    return PyErr_SetString(PyExc_RecursionError, "backward: too many passes within passes"), 0;
}

/* --- the attributes: value.Value.data, .grad, graph.new_epoch --------------------------------- */
static PyObject *get_data(Node *n, void *Py_UNUSED(place)) { return PyFloat_FromDouble(n->data); }
static PyObject *get__grad(Node *n, void *Py_UNUSED(place)) {
    if (n->bits == NONE) Py_RETURN_NONE;
    for (int i = 0; IS_UNSET(n) && i < DEEPEST; i++)
        if (begun[i].mark == n->bits && begun[i].nothing) return Py_NewRef(begun[i].nothing);
    return PyFloat_FromDouble(IS_UNSET(n) ? -0.0 : n->grad);
}
static int set__grad(Node *n, PyObject *v, void *Py_UNUSED(place)) {
    if (!v || v == Py_None) return n->bits = NONE, 0;
    double x = PyFloat_AsDouble(v);
    if (x == -1.0 && PyErr_Occurred()) return -1;
    n->grad = ORDINARY(x);
    for (int i = 0; x == 0.0 && i < DEEPEST; i++)
        if (begun[i].nothing == v) n->bits = begun[i].mark;
    return 0;
}
static PyObject *get__row(Node *n, void *Py_UNUSED(place)) { return Py_NewRef(rows[n->row].op); }
static int set__row(Node *n, PyObject *v, void *Py_UNUSED(place)) {
    int row = v ? row_for(v) : LEAF;
    if (row) n->row = (unsigned)row;
    return row ? 0 : -1;
}
static PyObject *get__stamp(Node *n, void *Py_UNUSED(place)) { return PyLong_FromLongLong(n->stamp); }
static int set__stamp(Node *n, PyObject *v, void *Py_UNUSED(place)) {
    n->stamp = v ? PyLong_AsLongLong(v) : 0;
    return PyErr_Occurred() ? -1 : 0;
}
static PyObject *get__label(Node *n, void *Py_UNUSED(place)) {
    if (n->labelled) return Py_NewRef(labels[place_of(n)].label);
    return PyErr_SetString(PyExc_AttributeError, "_label"), NULL;
}
static int set__label(Node *n, PyObject *v, void *Py_UNUSED(place)) {
    if (v) return label(n, v);
    if (n->labelled) return Py_DECREF(unlabelled(n)), 0;
    return PyErr_SetString(PyExc_AttributeError, "_label"), -1;
}
/* _a, _b: objects, where no object is None */
#define PLACE(field) ((void *)offsetof(Node, field))
#define SLOT(n, place) (*(PyObject **)((char *)(n) + (size_t)(place)))
static PyObject *get_slot(Node *n, void *place) {
    return Py_NewRef(SLOT(n, place) ? SLOT(n, place) : Py_None);
}
static int set_slot(Node *n, PyObject *v, void *place) {
    REPLACE(SLOT(n, place), v == Py_None ? NULL : Py_XNewRef(v));
    return 0;
}
/* graph.new_epoch; what is not ordinary in Value.data and .grad is asked of these properties */
static PyObject *new_epoch(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored)) {
    PyObject *made = PyLong_FromLongLong(tick + 2);
    if (made && PyDict_SetItem(graph_names, s_epoch, made) == 0) now = tick += 2;
    else REPLACE(made, NULL);
    return made;
}
static int ask(PyObject *property, Node *n, PyObject *v) {
    PyObject *done = v ? PyObject_CallMethod(property, "__set__", "OO", n, v)
                       : PyObject_CallMethod(property, "__delete__", "O", n);
    return Py_XDECREF(done), done ? 0 : -1;
}
static int set_data(Node *n, PyObject *v, void *Py_UNUSED(place)) {
    if (n->row != LEAF || !v || !IS_FLOAT(v)) return ask(py_data, n, v);
    PyObject *held = PyObject_CallFunctionObjArgs(acquire, Py_False, NULL);
    Py_XDECREF(held);
    if (held != Py_True) return held ? ask(py_data, n, v) : -1; /* another thread's pass: wait */
    PyObject *made = new_epoch(NULL, NULL);
    if (made) n->data = PyFloat_AsDouble(v), n->stamp = now, Py_DECREF(made);
    PyObject *released = PyObject_CallFunctionObjArgs(release, NULL);
    return Py_XDECREF(released), made && released ? 0 : -1;
}
static PyObject *get_grad(Node *n, void *Py_UNUSED(place)) {
    return PyFloat_FromDouble(IS_UNSET(n) || n->row == CONSTANT ? 0.0 : n->grad + 0.0);
}
static int set_grad(Node *n, PyObject *v, void *Py_UNUSED(place)) {
    if (n->row != LEAF || !v || !IS_FLOAT(v)) return ask(py_grad, n, v);
    n->grad = ORDINARY(PyFloat_AsDouble(v));
    REPLACE(n->a, Py_NewRef(zero));
    return set_slot(n, NULL, PLACE(b));
}

/* --- the walk: fast.backward.visit ------------------------------------------------------------ */
/* Tuples that were finished in a pass, by their addresses; one forgets another in its place. */
static struct { void *tuple; uint64_t mark; } finished[4096];
#define PLACE_OF(tuple) (finished + ((uintptr_t)(tuple) * 0x9E3779B97F4A7C15ULL >> 52))
#define IS_FINISHED(t, pass) (PLACE_OF(t)->tuple == (t) && PLACE_OF(t)->mark == (pass))
#define FINISH(t, pass) (PLACE_OF(t)->tuple = (t), PLACE_OF(t)->mark = (pass))
/* the fields of a Walk, which it keeps; NULL with an exception */
enum { NOTHING, MADE, NODES, LEAVES, BEFORE };
#define FIELD(found, field) PyTuple_GetItem(found, field)
static PyObject *fields(PyObject *walk) {
    PyObject *found = PyObject_GetAttr(walk, s_fields);
    if (found && PyTuple_Size(found) != BEFORE + 1)
        REPLACE(found, PyErr_Format(PyExc_TypeError, "%R is no Walk", walk));
    return Py_XDECREF(found), found;
}
/* Why a node waits: for its first operand, its second, or those of its tuples from the i-th on:
   twice the place, plus 1 for the second tuple alone. */
enum { FIRST = -1, SECOND = -2 };
typedef struct { Node *node; Py_ssize_t why; } Waiting;

typedef struct {
    uint64_t mark;
    int64_t made;
    PyObject *found, *nodes, *aged; /* the Walk of the Python source, and nodes of earlier epochs */
    Waiting *waiting;
    size_t count, room, steps;
} Walk;

static int wait(Walk *w, Node *n, Py_ssize_t why) {
    if (w->count == w->room) {
        size_t room = w->room ? 2 * w->room : 512;
        Waiting *more = PyMem_Realloc(w->waiting, room * sizeof(Waiting));
        if (!more) return PyErr_NoMemory(), -1;
        w->waiting = more, w->room = room;
    }
    return w->waiting[w->count++] = (Waiting){n, why}, 0;
}
/* Walk.note */
static int note(Walk *w, Node *leaf) {
    PyObject *before = get__grad(leaf, NULL);
    int failed = !before || PyList_Append(FIELD(w->found, BEFORE), before) < 0
                 || PyList_Append(FIELD(w->found, LEAVES), (PyObject *)leaf) < 0;
    leaf->bits = w->mark;
    return Py_XDECREF(before), -failed;
}
/* Walk.next_result of one operand: 1 for a result that is new; a new leaf is noted. */
static inline int is_new_result(Walk *w, PyObject *o) {
    if (!o || IS_FLOAT(o)) return 0;
    if (!is_node(o)) return PyErr_Format(PyExc_TypeError, "backward: %R is no operand", o), -1;
    if (NODE(o)->bits == w->mark || NODE(o)->row == CONSTANT) return 0;
    return NODE(o)->row == LEAF ? note(w, NODE(o)) : 1;
}
/* The i-th operand of a node with tuples, in order; or of its second tuple alone. */
static PyObject *operand_of(Node *n, Py_ssize_t i, int second) {
    PyObject *tuple = second ? n->b : n->a;
    if (n->b && !second) {
        if (i < 2 * PyTuple_Size(n->b)) tuple = i & 1 ? n->b : n->a;
        i = i < 2 * PyTuple_Size(n->b) ? i >> 1 : i - PyTuple_Size(n->b);
    }
    return i < PyTuple_Size(tuple) ? PyTuple_GetItem(tuple, i) : NULL;
}
/* On the way down, at a new result: its mark and its age. */
static int enter(Walk *w, Node *n) {
    n->bits = w->mark;
    if (n->stamp < now) return PyList_Append(w->aged, (PyObject *)n);
    n->stamp = w->made;
    return ++w->steps & 0xffff ? 0 : PyErr_CheckSignals();
}

static int walk(Walk *w, PyObject *output) {
    PyObject *inputs = NULL, *o; /* inputs: the second tuple of the last node that was finished */
    Node *n = NODE(output);
    Py_ssize_t why;
    int is_new = is_new_result(w, output);
    if (is_new <= 0) return is_new;
down:
    if (enter(w, n) < 0) return -1;
    if (n->a && PyTuple_CheckExact(n->a)) {
        if (n->b && !PyTuple_CheckExact(n->b))
            return PyErr_Format(PyExc_TypeError, "backward: %R is no operand", n->b), -1;
        int again = IS_FINISHED(n->a, w->mark);
        if (again && (!n->b || n->b == inputs || IS_FINISHED(n->b, w->mark))) goto finish;
        if (wait(w, n, again) < 0) return -1;
        goto up;
    }
    if ((is_new = is_new_result(w, n->a)) < 0 || (is_new && wait(w, n, FIRST) < 0)) return -1;
    if (is_new) { n = NODE(n->a); goto down; }
second:
    if ((is_new = is_new_result(w, n->b)) < 0 || (is_new && wait(w, n, SECOND) < 0)) return -1;
    if (is_new) { n = NODE(n->b); goto down; }
finish:
    if (PyList_Append(w->nodes, (PyObject *)n) < 0) return -1;
up:
    if (!w->count) return 0;
    n = w->waiting[w->count - 1].node, why = w->waiting[w->count - 1].why;
    while (why >= 0 && (o = operand_of(n, why >> 1, why & 1))) {
        why += 2;
        if ((is_new = is_new_result(w, o)) < 0) return -1;
        if (!is_new) continue;
        w->waiting[w->count - 1].why = why, n = NODE(o);
        goto down;
    }
    w->count--;
    if (why == FIRST) goto second;
    if (why == SECOND) goto finish;
    inputs = n->b;
    FINISH(n->a, w->mark), FINISH(inputs, w->mark);
    goto finish;
}
/* visit(output, Walk) */
static PyObject *visit(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count) {
    if (count != 2 || !is_node(args[0])) return PyErr_Format(PyExc_TypeError, "visit: node, Walk");
    Walk w = {.found = fields(args[1])};
    if (!w.found) return NULL;
    w.nodes = FIELD(w.found, NODES), w.aged = PyList_New(0);
    w.mark = mark_of(FIELD(w.found, NOTHING)), w.made = PyLong_AsLongLong(FIELD(w.found, MADE));
    PyObject *done = w.aged && w.mark && walk(&w, args[0]) == 0 ? Py_NewRef(Py_None) : NULL;
    if (done && PyList_Size(w.aged))
        REPLACE(done, PyObject_CallFunctionObjArgs(py_admit, w.aged, FIELD(w.found, MADE), NULL));
    return Py_XDECREF(w.aged), PyMem_Free(w.waiting), done;
}

/* --- the sweep: fast.backward.sweep, .settle -------------------------------------------------- */
static inline void give(PyObject *operand, double contribution) {
    double sum = IS_UNSET(NODE(operand)) ? contribution : NODE(operand)->grad + contribution;
    NODE(operand)->grad = ORDINARY(sum);
}
/* The slope of one of the rows written out here; 0 where Python is to say. */
static inline int written_out(Node *n, int i, double x, double y, double *local) {
    double e = y - 1.0, p;
    switch (n->row) {
    case SUB: return *local = i ? -1.0 : 1.0, 1;
    case NEG: return *local = -1.0, 1;
    case EXP: return *local = n->data, 1;
    case LOG: return *local = recip(x), 1;
    case TANH: return *local = sech2(x), 1;
    case SIGMOID: return *local = 0.25 * sech2(0.5 * x), 1;
    case DIV:
        p = y * y, *local = i ? -(x / p) : div_(1.0, y);
        return !i || (1e-280 < p && p < 1e300);
    case POW:
        if (i || !(y - e == 1.0 && e + 1.0 == y && y != 0.0)) return 0;
        p = pow(x, e), *local = y * p;
        return (1e-290 < p && p < 1e300) || (-1e300 < p && p < -1e-290);
    }
    return 0;
}

static int hand_on_to(PyObject *operand, Node *n, int i, double x, double y) {
    double local;
    if (written_out(n, i, x, y, &local)) return give(operand, n->grad * local), 0;
    PyObject *slopes = PyObject_GetAttr(rows[n->row].op, s_slopes);
    PyObject *rule = slopes ? PySequence_GetItem(slopes, i) : NULL, *result = NULL;
    if (rule) result = PyObject_CallFunction(rule, rows[n->row].arity == 1 ? "dd" : "ddd", n->data, x, y);
    local = result ? PyFloat_AsDouble(result) : -1.0;
    Py_XDECREF(slopes), Py_XDECREF(rule), Py_XDECREF(result);
    if (local == -1.0 && PyErr_Occurred()) return -1;
    return give(operand, n->grad * local), 0;
}

static int odd(Node *n) {
    return PyErr_Format(PyExc_TypeError, "backward: the operands of %R are none", rows[n->row].op), -1;
}
static int hand_on(Node *n, PyObject *nothing, PyObject *in_python, PyObject **states) {
    PyObject *a = n->a, *b = n->b;
    int kind = n->row, arity = rows[kind].arity;
    double adjoint = n->grad;
    if (arity == 2) {
        if (!a || !b || !(IS_FLOAT(a) || is_node(a)) || !(IS_FLOAT(b) || is_node(b))) return odd(n);
        double x = NUMBER(a), y = NUMBER(b);
        int linear = kind == MUL || kind == ADD;
        if (linear && !IS_FLOAT(a)) give(a, kind == MUL ? adjoint * y : adjoint);
        if (linear && !IS_FLOAT(b)) give(b, kind == MUL ? adjoint * x : adjoint);
        if (linear) return 0;
        if (TAKES(a) && hand_on_to(a, n, 0, x, y) < 0) return -1;
        if (TAKES(b) && hand_on_to(b, n, 1, x, y) < 0) return -1;
    } else if (kind == AFFINE || kind == SUM) {
        if (!a || !PyTuple_CheckExact(a) || (kind == AFFINE) != (b && PyTuple_CheckExact(b)))
            return odd(n);
        Py_ssize_t count = PyTuple_Size(a), width = kind == AFFINE ? count - 1 : 0;
        if (width && PyTuple_Size(b) != width) return odd(n);
        for (Py_ssize_t i = 0; i < count; i++) {
            PyObject *x = i < width ? PyTuple_GetItem(b, i) : NULL, *w = PyTuple_GetItem(a, i);
            if (!is_node(w) || (x && !is_node(x))) return odd(n);
            give(w, x ? adjoint * NODE(x)->data : adjoint);
            if (x) give(x, adjoint * NODE(w)->data);
        }
    } else if (arity == 1) {
        if (!is_node(a)) return odd(n);
        if (kind != RELU) return hand_on_to(a, n, 0, NODE(a)->data, 0.0);
        if (n->data > 0.0) give(a, adjoint);
        else if (!(NODE(a)->data < 0.0)) give(a, adjoint * n->data); /* 0 or nan, as its slope is */
    } else {
        if (!*states && !(*states = PyDict_New())) return -1;
        PyObject *done = PyObject_CallFunctionObjArgs(in_python, n, nothing, *states, NULL);
        return Py_XDECREF(done), done ? 0 : -1;
    }
    return 0;
}
/* sweep(nodes, nothing, hand_on) */
static PyObject *sweep(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count) {
    if (count != 3 || !PyList_CheckExact(args[0])) return PyErr_Format(PyExc_TypeError, "sweep: list");
    uint64_t mark = mark_of(args[1]);
    PyObject *states = NULL;
    int failed = !mark;
    for (Py_ssize_t i = PyList_Size(args[0]) - 1; !failed && i >= 0; i--) {
        Node *n = NODE(PyList_GetItem(args[0], i));
        if (n->bits != mark) failed = hand_on(n, args[1], args[2], &states) < 0;
        if (!failed && !(i & 0xffff)) failed = PyErr_CheckSignals() < 0;
    }
    return Py_XDECREF(states), failed ? NULL : Py_NewRef(Py_None);
}
/* settle(Walk): leaves add up, and remember the pass */
static PyObject *settle(PyObject *Py_UNUSED(module), PyObject *walk) {
    PyObject *found = fields(walk), *leaves = found ? FIELD(found, LEAVES) : NULL, *counted;
    if (!found) return NULL;
    for (Py_ssize_t i = 0; i < PyList_Size(leaves); i++) {
        Node *n = NODE(PyList_GetItem(leaves, i));
        PyObject *before = PyList_GetItem(FIELD(found, BEFORE), i);
        if (!(counted = PyLong_FromLongLong((n->a ? PyLong_AsLongLong(n->a) : 0) + 1))) return NULL;
        if (before != Py_None) give((PyObject *)n, PyFloat_AsDouble(before));
        if (IS_UNSET(n)) n->grad = -0.0;
        REPLACE(n->a, counted);
        REPLACE(n->b, Py_NewRef(FIELD(found, MADE)));
    }
    for (int i = 0; i < DEEPEST; i++)
        if (begun[i].nothing == FIELD(found, NOTHING)) REPLACE(begun[i].nothing, NULL);
    Py_RETURN_NONE;
}

/* --- the classes: engine.kept_by_the_core, .class_of_all_nodes, .class_of_nodes ---------------- */
/* Value(data): a node at once, and what is not a float is looked at by Value.__init__ */
static PyObject *value_new(PyTypeObject *type, PyObject *args, PyObject *names) {
    Node *n = blank(type == ValueType ? NodeType : type);
    if (!n || type != ValueType) return (PyObject *)n;
    if (!names && PyTuple_Size(args) == 1 && IS_FLOAT(PyTuple_GetItem(args, 0))) {
        n->data = PyFloat_AsDouble(PyTuple_GetItem(args, 0));
        n->a = Py_NewRef(zero);
        return (PyObject *)n;
    }
    PyObject *self = PyTuple_Pack(1, n), *all = self ? PySequence_Concat(self, args) : NULL;
    PyObject *done = all ? PyObject_Call(py_init, all, names) : NULL;
    Py_XDECREF(self), Py_XDECREF(all), Py_XDECREF(done);
    if (!done) REPLACE(n, NULL);
    return (PyObject *)n;
}

#define GETSET(name, get, set, place) {name, (getter)(get), (setter)(set), NULL, place}
static PyGetSetDef value_getset[] = {
    GETSET("_grad", get__grad, set__grad, 0),
    GETSET("_row", get__row, set__row, 0), GETSET("_stamp", get__stamp, set__stamp, 0),
    GETSET("_label", get__label, set__label, 0), GETSET("_a", get_slot, set_slot, PLACE(a)),
    GETSET("_b", get_slot, set_slot, PLACE(b)), {0}};
static PyMemberDef value_members[] = {
    {"_data", T_DOUBLE, offsetof(Node, data), 0, NULL},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Node, weak), READONLY, NULL}, {0}};
static PyType_Slot value_slots[] = {
    {Py_tp_new, value_new}, {Py_tp_dealloc, node_dealloc}, {Py_tp_getset, value_getset},
    {Py_tp_members, value_members}, {0, NULL}};

static PyGetSetDef node_getset[] = {
    GETSET("data", get_data, set_data, 0), GETSET("grad", get_grad, set_grad, 0), {0}};
static PyMethodDef node_methods[] = {
    {"exp", node_exp, METH_NOARGS, NULL}, {"log", node_log, METH_NOARGS, NULL},
    {"tanh", node_tanh, METH_NOARGS, NULL}, {"sigmoid", node_sigmoid, METH_NOARGS, NULL},
    {"relu", node_relu, METH_NOARGS, NULL}, {0}};
static PyType_Slot node_slots[] = {
    {Py_tp_dealloc, node_dealloc}, {Py_tp_getset, node_getset}, {Py_tp_methods, node_methods},
    {Py_nb_add, nb_add}, {Py_nb_subtract, nb_subtract},
    {Py_nb_multiply, nb_multiply}, {Py_nb_true_divide, nb_true_divide}, {Py_nb_power, nb_power},
    {Py_nb_negative, nb_negative}, {0, NULL}};
static PyType_Slot subclass_slots[] = {{Py_tp_dealloc, node_dealloc}, {0}}, base_slots[] = {{0}};
/* class_of(which, name, bases): Value, the class of all nodes that are of no subclass of
   the user's, another class of nodes with no room for more than theirs, or a base of Value */
static PyObject *class_of(PyObject *Py_UNUSED(module), PyObject *args) {
    PyType_Slot *const slots[] = {value_slots, node_slots, subclass_slots, base_slots};
    const char *name;
    PyObject *bases;
    int which;
    if (!PyArg_ParseTuple(args, "isO!", &which, &name, &PyTuple_Type, &bases)) return NULL;
    PyType_Spec spec = {name, which == 3 ? 0 : sizeof(Node), 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, slots[which]};
    PyObject *made = PyType_FromSpecWithBases(&spec, which == 3 ? NULL : bases);
    if (which == 0) REPLACE(ValueType, (PyTypeObject *)Py_XNewRef(made));
    if (which == 1) REPLACE(NodeType, (PyTypeObject *)Py_XNewRef(made));
    return made;
}
/* record(row, data, a, b=None): value._record */
static PyObject *record_node(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count) {
    if (count != 3 && count != 4) return PyErr_Format(PyExc_TypeError, "record: 3 or 4 arguments");
    int row = row_for(args[0]);
    PyObject *b = count == 4 && args[3] != Py_None ? args[3] : NULL;
    return row ? record_of(row, Py_NewRef(args[1]), args[2], b) : NULL;
}
/* connect: what the core calls, and what both engines read; it is kept for good */
static PyObject *connect(PyObject *Py_UNUSED(module), PyObject *given) {
    PyObject *table;
    if (!PyArg_ParseTuple(given, "OOOOOOOOOOOOOOO", &table, &py_infix, &py_apply_op, &py_init, &py_pow,
                          &py_data, &py_grad, &py_finish, &py_admit, &py_dot, &py_sumprod, &active,
                          &graph_names, &acquire, &release))
        return NULL;
    Py_INCREF(given);
    for (int row = LEAF; row < WRITTEN_OUT; row++) {
        PyObject *op = PySequence_GetItem(table, row - 1);
        if (!op || row_for(op) != row) return NULL;
        Py_DECREF(op);
    }
    rows[RELU].arity = 1;
    return Py_XDECREF(new_epoch(NULL, NULL)), Py_NewRef(Py_None);
}

#define FAST(function) (PyCFunction)(void (*)(void))(function), METH_FASTCALL
static PyMethodDef functions[] = {
    {"class_of", class_of, METH_VARARGS, NULL},
    {"begin", begin, METH_NOARGS, NULL}, {"new_epoch", new_epoch, METH_NOARGS, NULL},
    {"connect", connect, METH_VARARGS, NULL}, {"record", FAST(record_node), NULL},
    {"apply_op", FAST(apply_op), NULL}, {"neuron", FAST(neuron), NULL}, {"visit", FAST(visit), NULL},
    {"sweep", FAST(sweep), NULL}, {"settle", settle, METH_O, NULL}, {0}};
static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "autograd_mini._core", NULL, -1, functions, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__core(void) {
    if (PyInterpreterState_GetID(PyInterpreterState_Get()) != 0)
        return PyErr_Format(PyExc_ImportError, "the core serves the main interpreter alone");
    s_slopes = PyUnicode_InternFromString("slopes"), s_epoch = PyUnicode_InternFromString("epoch");
    s_plain = PyUnicode_InternFromString("plain"), s_fields = PyUnicode_InternFromString("fields");
    zero = PyLong_FromLong(0), row_of = PyDict_New();
    return s_slopes && s_epoch && s_plain && s_fields && zero && row_of ? PyModule_Create(&definition) : NULL;
}
