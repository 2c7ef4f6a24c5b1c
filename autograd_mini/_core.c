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
/* --- nodes and rows --------------------------------------------------------------------------- */
/* A row: never freed, they are few. `kind` is one of those written out here, or OTHER; `plain` is
   Op.plain: how many operands, if no choice is made among them, else 0. */
typedef struct { PyObject *op; int kind, plain; } Row;

typedef struct {
    PyObject_HEAD
    double data;
    union { double grad; uint64_t bits; };
    PyObject *a, *b; /* operands; of a leaf the count of passes and the last one */
    Row *row;
    PyObject *stamp, *label;
    PyObject *weak; /* weak references; in a dead node the next one */
} Node;

enum { OTHER, LEAF, CONSTANT, ADD, SUB, MUL, DIV, POW, NEG, EXP, LOG, TANH, SIGMOID, RELU,
       SUM, AFFINE, KINDS };
static const char *const NAMES[KINDS] = {
    "", "leaf", "constant", "add", "sub", "mul", "div", "pow", "neg", "exp", "log", "tanh",
    "sigmoid", "relu", "sum", "affine"};
static Row *rows[KINDS];
static PyObject *row_of; /* dict: Op -> address of its Row */

static PyTypeObject *NodeType, *ValueType, *PassType;
static PyObject *py_infix, *py_finish, *py_admit, *py_dot, *py_init, *py_pow, *py_data, *py_grad;
static PyObject *active, *acquire, *release; /* modes.active; of graph.lock */
static PyObject *graph_names, *epoch, *zero; /* graph's dict, in which the epoch is kept too */
static PyObject *s_slopes, *s_epoch, *s_plain, *s_nodes, *s_leaves, *s_before, *s_made, *s_nothing;

/* A gradient that is no number is one of these quiet nans, which no arithmetic makes: none at all,
   or the mark of a pass, which stands for the object `nothing` of that pass. */
#define NONE 0x7ffc000000000000ULL
#define PAYLOAD 0x0003ffffffffffffULL
#define IS_UNSET(n) (((n)->bits & ~PAYLOAD) == NONE)
#define ORDINARY(x) ((x) != (x) ? Py_NAN : (x))

#define REPLACE(place, object) \
    do { PyObject *old_ = (PyObject *)(place); (place) = (object); Py_XDECREF(old_); } while (0)
#define IS_FLOAT(o) PyFloat_CheckExact(o)
#define NODE(o) ((Node *)(o))
#define TAKES(o) (!IS_FLOAT(o) && NODE(o)->row != rows[CONSTANT])
#define NUMBER(o) (IS_FLOAT(o) ? PyFloat_AsDouble(o) : NODE(o)->data)

static inline int is_node(PyObject *o) {
    return o && (Py_IS_TYPE(o, NodeType) || PyObject_TypeCheck(o, ValueType));
}

static Row *row_for(PyObject *op) {
    PyObject *address = PyDict_GetItemWithError(row_of, op);
    if (address) return PyLong_AsVoidPtr(address);
    if (PyErr_Occurred()) return NULL;
    PyObject *plain = PyObject_GetAttr(op, s_plain);
    if (!plain) return NULL;
    Row *row = PyMem_Malloc(sizeof(Row));
    address = row ? PyLong_FromVoidPtr(row) : PyErr_NoMemory();
    if (address && PyDict_SetItem(row_of, op, address) == 0)
        *row = (Row){Py_NewRef(op), OTHER, plain == Py_None ? 0 : (int)PyLong_AsLong(plain)};
    else row = (PyMem_Free(row), NULL);
    return Py_XDECREF(address), Py_XDECREF(plain), row;
}

/* --- making and freeing: value._record -------------------------------------------------------- */
static Node *dead; /* nodes that wait to be freed: a chain of any depth without recursion */
static int freeing;
static void node_dealloc(PyObject *self) {
    Node *n = NODE(self);
    PyTypeObject *type = Py_TYPE(self);
    if (n->weak) PyObject_ClearWeakRefs(self);
    if (type != NodeType && PyType_GetFlags(type) & Py_TPFLAGS_HAVE_GC) { /* the user's subclass */
        PyObject *held[] = {n->a, n->b, n->stamp, n->label, (PyObject *)type};
        ((freefunc)PyType_GetSlot(type, Py_tp_free))(self);
        for (int i = 0; i < 5; i++) Py_XDECREF(held[i]);
        return;
    }
    n->weak = (PyObject *)dead, dead = n;
    if (freeing) return;
    freeing = 1;
    while ((n = dead)) {
        PyObject *a = n->a, *b = n->b, *stamp = n->stamp, *label = n->label;
        dead = NODE(n->weak);
        type = Py_TYPE((PyObject *)n);
        PyObject_Free(n);
        Py_DECREF(type);
        Py_XDECREF(a), Py_XDECREF(b), Py_XDECREF(stamp), Py_XDECREF(label);
    }
    freeing = 0;
}

/* A node that knows nothing yet; NULL with MemoryError. */
static Node *blank(PyTypeObject *type) {
    int collected = (PyType_GetFlags(type) & Py_TPFLAGS_HAVE_GC) != 0;
    Node *n = collected ? NODE(PyType_GenericAlloc(type, 0)) : PyObject_New(Node, type);
    if (!n) return NULL;
    memset((char *)n + sizeof(PyObject), 0, sizeof(Node) - sizeof(PyObject));
    return n->bits = NONE, n->row = rows[LEAF], n;
}

static inline PyObject *record(Row *row, double data, PyObject *a, PyObject *b) {
    Node *n = PyObject_New(Node, NodeType);
    if (!n) return NULL;
    n->data = data, n->bits = NONE, n->row = row;
    n->a = Py_NewRef(a), n->b = Py_XNewRef(b), n->stamp = Py_NewRef(epoch);
    n->label = n->weak = NULL;
    if (PyList_Size(active)) { /* a mode is on */
        PyObject *finished = PyObject_CallFunctionObjArgs(py_finish, n, NULL);
        Py_XDECREF(finished);
        if (!finished) REPLACE(n, NULL);
    }
    return (PyObject *)n;
}

/* --- forward functions and slopes: autograd_mini.ieee ----------------------------------------- */
static double div_(double x, double y) {
    if (y != 0.0) return x / y;
    return x == 0.0 || x != x ? Py_NAN : copysign(Py_HUGE_VAL, x) * copysign(1.0, y);
}
static double log_(double x) { return x > 0.0 ? log(x) : x == 0.0 ? -Py_HUGE_VAL : Py_NAN; }
static double recip(double x) { return x > 0.0 ? 1.0 / x : x == 0.0 ? Py_HUGE_VAL : Py_NAN; }
static double relu(double x) { return x > 0.0 || x != x ? x : 0.0; }
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

/* --- operators and methods: fast.forward.operators, .of_one ----------------------------------- */
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

static inline PyObject *infix(int kind, PyObject *v, PyObject *w) {
    double x, y, z;
    PyObject *x_made = NULL, *y_made = NULL, *result = NULL;
    if (operand(v, &x, &x_made) && operand(w, &y, &y_made)) {
        z = kind == ADD ? x + y : kind == SUB ? x - y : kind == MUL ? x * y
          : kind == DIV ? div_(x, y) : pow(x, y);
        result = record(rows[kind], z, x_made ? x_made : v, y_made ? y_made : w);
    } else if (!PyErr_Occurred())
        result = PyObject_CallFunctionObjArgs(py_infix, rows[kind]->op, v, w, NULL);
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

static PyObject *nb_negative(PyObject *v) { return record(rows[NEG], -NODE(v)->data, v, NULL); }

#define OF_ONE(name, kind, function) \
    static PyObject *name(PyObject *v, PyObject *Py_UNUSED(ignored)) { \
        return record(rows[kind], function(NODE(v)->data), v, NULL); }
OF_ONE(node_exp, EXP, exp)
OF_ONE(node_log, LOG, log_)
OF_ONE(node_tanh, TANH, tanh_)
OF_ONE(node_sigmoid, SIGMOID, sigmoid)
OF_ONE(node_relu, RELU, relu)

/* --- weighted sums: fast.forward.weighted_sum, ieee.summation.dot ----------------------------- */
#define MOST 256
/* math.fsum (J. Shewchuk's partial sums); 0 where it would raise or needs more room. */
static int fsum(const double *terms, Py_ssize_t n, double *sum) {
    double p[MOST], hi = 0.0, lo = 0.0;
    Py_ssize_t count = 0;
    for (Py_ssize_t k = 0; k < n; k++) {
        double x = terms[k];
        Py_ssize_t kept = 0;
        for (Py_ssize_t j = 0; j < count; j++) {
            double y = p[j], larger = fabs(x) < fabs(y) ? y : x, smaller = larger == x ? y : x;
            x = larger + smaller;
            lo = smaller - (x - larger);
            if (lo != 0.0) p[kept++] = lo;
        }
        if (x - x != 0.0 || kept >= MOST) return 0;
        if (x != 0.0) p[kept++] = x;
        count = kept;
    }
    if (count) hi = p[--count];
    for (lo = 0.0; count && lo == 0.0;) {
        double x = hi, y = p[--count];
        hi = x + y;
        lo = y - (hi - x);
    }
    if (count && ((lo < 0.0 && p[count - 1] < 0.0) || (lo > 0.0 && p[count - 1] > 0.0))) {
        double y = lo * 2.0, x = hi + y;
        if (y == x - hi) hi = x; /* half way: away from what was cut off */
    }
    return *sum = hi, 1;
}

static double ulp(double x) {
    double above = nextafter(fabs(x), Py_HUGE_VAL);
    return above - above == 0.0 ? above - fabs(x) : fabs(x) - nextafter(fabs(x), 0.0);
}

/* The ordinary case of dot; 0 where Python is to decide. */
static int dot(const double *terms, Py_ssize_t n, double *sum) {
    double bound = 0.0, most = 0.0;
    int negative = 1; /* whether all terms are -0.0 */
    if (!fsum(terms, n, sum) || *sum - *sum != 0.0) return 0;
    for (Py_ssize_t i = 0; n > 7 && i < n; i++) {
        double unit = ulp(terms[i]);
        bound += unit;
        if (unit > most) most = unit;
    }
    bound *= 1.0 + 1e-12; /* near the edge Python, whose own sum may be compensated, decides */
    if (bound > 3.0 * ulp(*sum) && bound + ulp(*sum) > 8.0 * most) return 0;
    for (Py_ssize_t i = 0; i < n; i++) negative &= terms[i] == 0.0 && signbit(terms[i]);
    if (*sum == 0.0) *sum = negative ? -0.0 : 0.0;
    return 1;
}

/* weighted_sum(weights and bias, inputs, their numbers, their numbers) */
static PyObject *weighted_sum(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t n) {
    double terms[MOST], sum;
    if (n != 4 || !PyTuple_CheckExact(args[0]) || !PyTuple_CheckExact(args[1]))
        return PyErr_Format(PyExc_TypeError, "weighted_sum: two tuples of nodes and their numbers");
    PyObject *w = args[0], *x = args[1], *total;
    Py_ssize_t width = PyTuple_Size(x), i = 0;
    if (width < MOST && PyTuple_Size(w) == width + 1) {
        for (; i < width && is_node(PyTuple_GetItem(w, i)) && is_node(PyTuple_GetItem(x, i)); i++)
            terms[i] = NODE(PyTuple_GetItem(w, i))->data * NODE(PyTuple_GetItem(x, i))->data;
        if (i == width && is_node(PyTuple_GetItem(w, i))) {
            terms[i] = NODE(PyTuple_GetItem(w, i))->data;
            if (dot(terms, width + 1, &sum)) return record(rows[AFFINE], sum, w, x);
        }
    }
    if (!(total = PyObject_CallFunctionObjArgs(py_dot, args[2], args[3], NULL))) return NULL;
    sum = PyFloat_AsDouble(total);
    Py_DECREF(total);
    return sum == -1.0 && PyErr_Occurred() ? NULL : record(rows[AFFINE], sum, w, x);
}

/* --- the passes under way: fast.backward.nothing ---------------------------------------------- */
#define DEEPEST 16 /* passes within passes, as a user's own partial may begin one */
static struct { PyObject *nothing; uint64_t mark; } begun[DEEPEST];
static uint64_t passes;
static PyObject *new_nothing(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored)) {
    PyObject *made = PyFloat_FromDouble(-0.0);
    if (!made) return NULL;
    int i = ++passes % DEEPEST;
    begun[i].mark = NONE | (passes & PAYLOAD);
    REPLACE(begun[i].nothing, Py_NewRef(made));
    return made;
}

static uint64_t mark_of(PyObject *nothing) {
    for (int i = 0; i < DEEPEST; i++)
        if (begun[i].nothing == nothing) return begun[i].mark;
    PyErr_SetString(PyExc_RecursionError, "backward: too many passes within passes");
    return 0;
}

/* --- the attributes of the Python source ------------------------------------------------------ */
static PyObject *get__data(Node *n, void *Py_UNUSED(place)) { return PyFloat_FromDouble(n->data); }

static int set__data(Node *n, PyObject *v, void *Py_UNUSED(place)) {
    double x = v ? PyFloat_AsDouble(v) : 0.0;
    if (x == -1.0 && PyErr_Occurred()) return -1;
    return n->data = x, 0;
}
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
static PyObject *get__row(Node *n, void *Py_UNUSED(place)) { return Py_NewRef(n->row->op); }

static int set__row(Node *n, PyObject *v, void *Py_UNUSED(place)) {
    Row *row = v ? row_for(v) : rows[LEAF];
    if (row) n->row = row;
    return row ? 0 : -1;
}

/* _a, _b, _stamp, _label: objects */
#define PLACE(field) ((void *)offsetof(Node, field))
#define SLOT(n, place) (*(PyObject **)((char *)(n) + (size_t)(place)))

static PyObject *get_slot(Node *n, void *place) {
    PyObject *held = SLOT(n, place);
    if (held || place != PLACE(label)) return Py_NewRef(held ? held : Py_None);
    return PyErr_Format(PyExc_AttributeError, "_label");
}
static int set_slot(Node *n, PyObject *v, void *place) {
    REPLACE(SLOT(n, place), v == Py_None ? NULL : Py_XNewRef(v));
    return 0;
}

/* graph.new_epoch; what is not ordinary in Value.data and .grad is asked of these properties */
static PyObject *new_epoch(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored)) {
    PyObject *now = PyLong_FromLongLong(PyLong_AsLongLong(epoch) + 1);
    if (now && PyDict_SetItem(graph_names, s_epoch, now) == 0) REPLACE(epoch, Py_NewRef(now));
    else REPLACE(now, NULL);
    return now;
}
static int ask(PyObject *property, Node *n, PyObject *v) {
    PyObject *done = v ? PyObject_CallMethod(property, "__set__", "OO", n, v)
                       : PyObject_CallMethod(property, "__delete__", "O", n);
    Py_XDECREF(done);
    return done ? 0 : -1;
}
static int set_data(Node *n, PyObject *v, void *Py_UNUSED(place)) {
    if (n->row != rows[LEAF] || !v || !IS_FLOAT(v)) return ask(py_data, n, v);
    PyObject *held = PyObject_CallFunctionObjArgs(acquire, Py_False, NULL);
    Py_XDECREF(held);
    if (held != Py_True) return held ? ask(py_data, n, v) : -1; /* another thread's pass: wait */
    PyObject *now = new_epoch(NULL, NULL);
    if (now) n->data = PyFloat_AsDouble(v);
    if (now) REPLACE(n->stamp, now);
    PyObject *released = PyObject_CallFunctionObjArgs(release, NULL);
    Py_XDECREF(released);
    return now && released ? 0 : -1;
}
static PyObject *get_grad(Node *n, void *Py_UNUSED(place)) {
    return PyFloat_FromDouble(IS_UNSET(n) || n->row == rows[CONSTANT] ? 0.0 : n->grad + 0.0);
}
static int set_grad(Node *n, PyObject *v, void *Py_UNUSED(place)) {
    if (n->row != rows[LEAF] || !v || !IS_FLOAT(v)) return ask(py_grad, n, v);
    n->grad = ORDINARY(PyFloat_AsDouble(v));
    REPLACE(n->a, Py_NewRef(zero));
    return set_slot(n, NULL, PLACE(b));
}

/* --- the walk: fast.backward.visit ------------------------------------------------------------ */
typedef struct { void **items; size_t count, room; } Stack;

static int push(Stack *s, void *item) {
    if (s->count == s->room) {
        size_t room = s->room ? 2 * s->room : 1024;
        void **items = PyMem_Realloc(s->items, room * sizeof(void *));
        if (!items) return PyErr_NoMemory(), -1;
        *s = (Stack){items, s->count, room};
    }
    return s->items[s->count++] = item, 0;
}

/* a set of addresses, with open addressing */
static void **place_in(Stack *s, void *item) {
    size_t i = ((uintptr_t)item >> 4) * 0x9E3779B97F4A7C15ULL >> 20;
    while (s->items[i & (s->room - 1)] && s->items[i & (s->room - 1)] != item) i++;
    return s->items + (i & (s->room - 1));
}
static int has(Stack *s, void *item) { return s->count && *place_in(s, item) == item; }
static int add(Stack *s, void *item) {
    if (!item || has(s, item)) return 0;
    if (2 * (s->count + 1) > s->room) {
        Stack grown = {NULL, s->count, s->room ? 2 * s->room : 64};
        if (!(grown.items = PyMem_Calloc(grown.room, sizeof(void *)))) return PyErr_NoMemory(), -1;
        for (size_t i = 0; i < s->room; i++)
            if (s->items[i]) *place_in(&grown, s->items[i]) = s->items[i];
        PyMem_Free(s->items);
        *s = grown;
    }
    *place_in(s, item) = item;
    return s->count++, 0;
}

/* the attributes of the Walk of the Python source */
enum { NOTHING, MADE, LEAVES, BEFORE, ATTRIBUTES };

static int attributes_of(PyObject *walk, PyObject **of) {
    PyObject *const names[] = {s_nothing, s_made, s_leaves, s_before};
    for (int i = 0; i < ATTRIBUTES; i++)
        if (!(of[i] = PyObject_GetAttr(walk, names[i]))) return 0;
    return 1;
}

typedef struct {
    uint64_t mark;
    PyObject *of[ATTRIBUTES];
    PyObject *known; /* the last Pass that was looked at */
    int is_present;  /* whether it is of this epoch */
    unsigned steps;
    Stack nodes, aged, waiting, finished;
} Walk;

/* Walk.note */
static int note(Walk *w, Node *leaf) {
    PyObject *before = get__grad(leaf, NULL);
    int failed = !before || PyList_Append(w->of[BEFORE], before) < 0
                 || PyList_Append(w->of[LEAVES], (PyObject *)leaf) < 0;
    Py_XDECREF(before);
    leaf->bits = w->mark;
    return -failed;
}

/* Walk.next_result of one operand: 1 for a result that is new; a new leaf is noted. */
static inline int is_new_result(Walk *w, PyObject *o) {
    if (!o || IS_FLOAT(o)) return 0;
    if (!is_node(o)) return PyErr_Format(PyExc_TypeError, "backward: %R is no operand", o), -1;
    if (NODE(o)->bits == w->mark || NODE(o)->row == rows[CONSTANT]) return 0;
    return NODE(o)->row == rows[LEAF] ? note(w, NODE(o)) : 1;
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

/* On the way down, at a new result: mark it, and look at its age. */
static int enter(Walk *w, Node *n) {
    n->bits = w->mark;
    if (n->stamp != epoch && n->stamp != w->known) {
        if (!n->stamp || !Py_IS_TYPE(n->stamp, PassType)) return push(&w->aged, n);
        PyObject *made_in = PyObject_GetAttr(n->stamp, s_epoch);
        if (!made_in) return -1;
        w->is_present = made_in == epoch;
        Py_DECREF(made_in);
        REPLACE(w->known, Py_NewRef(n->stamp));
    }
    if (n->stamp == w->known && !w->is_present) return push(&w->aged, n);
    REPLACE(n->stamp, Py_NewRef(w->of[MADE]));
    return ++w->steps & 0xffff ? 0 : PyErr_CheckSignals();
}

/* Why a node waits: for its first operand, its second, or those of its tuples from the i-th on. */
enum { FIRST = -1, SECOND = -2 };

static int wait(Walk *w, Node *n, Py_ssize_t why) {
    return push(&w->waiting, n) < 0 ? -1 : push(&w->waiting, (void *)(uintptr_t)why);
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
        int again = has(&w->finished, n->a);
        if (again && (!n->b || n->b == inputs || has(&w->finished, n->b))) goto finish;
        if (wait(w, n, again) < 0) return -1; /* twice the place, plus 1 for the second tuple */
        goto up;
    }
    if ((is_new = is_new_result(w, n->a)) < 0 || (is_new && wait(w, n, FIRST) < 0)) return -1;
    if (is_new) { n = NODE(n->a); goto down; }
second:
    if ((is_new = is_new_result(w, n->b)) < 0 || (is_new && wait(w, n, SECOND) < 0)) return -1;
    if (is_new) { n = NODE(n->b); goto down; }
finish:
    if (push(&w->nodes, n) < 0) return -1;
up:
    if (!w->waiting.count) return 0;
    n = w->waiting.items[w->waiting.count - 2];
    why = (Py_ssize_t)(uintptr_t)w->waiting.items[w->waiting.count - 1];
    while (why >= 0 && (o = operand_of(n, why >> 1, why & 1))) {
        why += 2;
        if ((is_new = is_new_result(w, o)) < 0) return -1;
        if (!is_new) continue;
        w->waiting.items[w->waiting.count - 1] = (void *)(uintptr_t)why;
        n = NODE(o);
        goto down;
    }
    w->waiting.count -= 2;
    if (why == FIRST) goto second;
    if (why == SECOND) goto finish;
    inputs = n->b;
    if (add(&w->finished, n->a) < 0 || add(&w->finished, n->b) < 0) return -1;
    goto finish;
}

static PyObject *listed(Stack *s) {
    PyObject *list = PyList_New((Py_ssize_t)s->count);
    for (size_t i = 0; list && i < s->count; i++)
        PyList_SetItem(list, (Py_ssize_t)i, Py_NewRef((PyObject *)s->items[i]));
    return list;
}

/* visit(output, Walk) */
static PyObject *visit(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count) {
    Walk w = {0};
    if (count != 2 || !is_node(args[0]))
        return PyErr_Format(PyExc_TypeError, "visit: a node and a Walk");
    int done = attributes_of(args[1], w.of) && (w.mark = mark_of(w.of[NOTHING]));
    done = done && walk(&w, args[0]) == 0;
    PyObject *aged = done && w.aged.count ? listed(&w.aged) : NULL;
    PyObject *admitted = aged ? PyObject_CallFunctionObjArgs(py_admit, aged, w.of[MADE], NULL) : NULL;
    PyObject *nodes = done && (admitted || !w.aged.count) ? listed(&w.nodes) : NULL;
    done = nodes && PyObject_SetAttr(args[1], s_nodes, nodes) == 0;
    PyObject *held[] = {aged, admitted, nodes, w.known, w.of[0], w.of[1], w.of[2], w.of[3]};
    for (int i = 0; i < 8; i++) Py_XDECREF(held[i]);
    PyMem_Free(w.nodes.items), PyMem_Free(w.aged.items);
    PyMem_Free(w.waiting.items), PyMem_Free(w.finished.items);
    return done ? Py_NewRef(Py_None) : NULL;
}

/* --- the sweep: fast.backward.sweep, .settle -------------------------------------------------- */
static inline void give(PyObject *operand, double contribution) {
    double sum = IS_UNSET(NODE(operand)) ? contribution : NODE(operand)->grad + contribution;
    NODE(operand)->grad = ORDINARY(sum);
}

/* The i-th slope of a row of one or two operands, as its Python function gives it. */
static int slope(Node *n, int i, double x, double y, double *local) {
    PyObject *slopes = PyObject_GetAttr(n->row->op, s_slopes);
    PyObject *rule = slopes ? PySequence_GetItem(slopes, i) : NULL, *result = NULL;
    if (rule) result = PyObject_CallFunction(rule, n->row->plain == 1 ? "dd" : "ddd", n->data, x, y);
    *local = result ? PyFloat_AsDouble(result) : -1.0;
    Py_XDECREF(slopes), Py_XDECREF(rule), Py_XDECREF(result);
    return *local == -1.0 && PyErr_Occurred() ? -1 : 0;
}

/* The slope of one of the rows written out here; 0 where Python is to say. */
static inline int written_out(Node *n, int i, double x, double y, double *local) {
    double e = y - 1.0, p;
    switch (n->row->kind) {
    case SUB: return *local = i ? -1.0 : 1.0, 1;
    case NEG: return *local = -1.0, 1;
    case EXP: return *local = n->data, 1;
    case LOG: return *local = recip(x), 1;
    case TANH: return *local = sech2(x), 1;
    case SIGMOID: return *local = 0.25 * sech2(0.5 * x), 1;
    case DIV:
        p = y * y;
        *local = i ? -(x / p) : div_(1.0, y);
        return !i || (1e-280 < p && p < 1e300);
    case POW:
        if (i || !(y - e == 1.0 && e + 1.0 == y && y != 0.0)) return 0;
        p = pow(x, e);
        *local = y * p;
        return (1e-290 < p && p < 1e300) || (-1e300 < p && p < -1e-290);
    }
    return 0;
}

static int hand_on_to(PyObject *operand, Node *n, int i, double x, double y) {
    double local;
    if (!written_out(n, i, x, y, &local) && slope(n, i, x, y, &local) < 0) return -1;
    return give(operand, n->grad * local), 0;
}

static int odd(Node *n) {
    return PyErr_Format(PyExc_TypeError, "backward: the operands of %R are none", n->row->op), -1;
}

static int hand_on(Node *n, PyObject *nothing, PyObject *in_python, PyObject **states) {
    PyObject *a = n->a, *b = n->b;
    int kind = n->row->kind;
    double adjoint = n->grad;
    if (kind == AFFINE || kind == SUM) {
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
    } else if (n->row->plain == 2) {
        if (!a || !b || !(IS_FLOAT(a) || is_node(a)) || !(IS_FLOAT(b) || is_node(b))) return odd(n);
        double x = NUMBER(a), y = NUMBER(b);
        int linear = kind == MUL || kind == ADD;
        if (linear && !IS_FLOAT(a)) give(a, kind == MUL ? adjoint * y : adjoint);
        if (linear && !IS_FLOAT(b)) give(b, kind == MUL ? adjoint * x : adjoint);
        if (linear) return 0;
        if (TAKES(a) && hand_on_to(a, n, 0, x, y) < 0) return -1;
        if (TAKES(b) && hand_on_to(b, n, 1, x, y) < 0) return -1;
    } else if (n->row->plain == 1 || kind == RELU) {
        if (!is_node(a)) return odd(n);
        if (kind != RELU) return hand_on_to(a, n, 0, NODE(a)->data, 0.0);
        if (n->data > 0.0) give(a, adjoint);
        else if (!(NODE(a)->data < 0.0)) give(a, adjoint * n->data); /* 0 or nan, as its slope is */
    } else {
        if (!*states && !(*states = PyDict_New())) return -1;
        PyObject *done = PyObject_CallFunctionObjArgs(in_python, n, nothing, *states, NULL);
        Py_XDECREF(done);
        return done ? 0 : -1;
    }
    return 0;
}

/* sweep(nodes, nothing, hand_on) */
static PyObject *sweep(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count) {
    if (count != 3 || !PyList_CheckExact(args[0]))
        return PyErr_Format(PyExc_TypeError, "sweep: a list of nodes, nothing, and hand_on");
    uint64_t mark = mark_of(args[1]);
    PyObject *states = NULL;
    int failed = !mark;
    for (Py_ssize_t i = PyList_Size(args[0]) - 1; !failed && i >= 0; i--) {
        Node *n = NODE(PyList_GetItem(args[0], i));
        if (n->bits != mark) failed = hand_on(n, args[1], args[2], &states) < 0;
        if (!failed && !(i & 0xffff)) failed = PyErr_CheckSignals() < 0;
    }
    Py_XDECREF(states);
    return failed ? NULL : Py_NewRef(Py_None);
}

/* settle(Walk): leaves add up, and remember the pass */
static PyObject *settle(PyObject *Py_UNUSED(module), PyObject *found) {
    PyObject *of[ATTRIBUTES] = {0};
    int done = attributes_of(found, of);
    for (Py_ssize_t i = 0; done && i < PyList_Size(of[LEAVES]); i++) {
        Node *n = NODE(PyList_GetItem(of[LEAVES], i));
        PyObject *before = PyList_GetItem(of[BEFORE], i);
        PyObject *counted = PyLong_FromLongLong((n->a ? PyLong_AsLongLong(n->a) : 0) + 1);
        if (!(done = counted != NULL)) break;
        if (before != Py_None) give((PyObject *)n, PyFloat_AsDouble(before));
        if (IS_UNSET(n)) n->grad = -0.0;
        REPLACE(n->a, counted);
        REPLACE(n->b, Py_NewRef(of[MADE]));
    }
    for (int i = 0; done && i < DEEPEST; i++)
        if (begun[i].nothing == of[NOTHING]) REPLACE(begun[i].nothing, NULL);
    for (int i = 0; i < ATTRIBUTES; i++) Py_XDECREF(of[i]);
    return done ? Py_NewRef(Py_None) : NULL;
}

/* --- the classes ------------------------------------------------------------------------------ */
/* Value(data): a node at once, and what is not a float is looked at by Value.__init__ */
static PyObject *value_new(PyTypeObject *type, PyObject *args, PyObject *names) {
    Node *n = blank(type == ValueType ? NodeType : type);
    Py_ssize_t count = PyTuple_Size(args);
    if (!n || type != ValueType) return (PyObject *)n;
    if (!names && count == 1 && IS_FLOAT(PyTuple_GetItem(args, 0))) {
        n->data = PyFloat_AsDouble(PyTuple_GetItem(args, 0));
        n->a = Py_NewRef(zero), n->stamp = Py_NewRef(zero);
        return (PyObject *)n;
    }
    PyObject *self = PyTuple_Pack(1, n), *all = self ? PySequence_Concat(self, args) : NULL;
    PyObject *done = all ? PyObject_Call(py_init, all, names) : NULL;
    Py_XDECREF(self), Py_XDECREF(all), Py_XDECREF(done);
    if (!done) REPLACE(n, NULL);
    return (PyObject *)n;
}

static int node_init(PyObject *Py_UNUSED(n), PyObject *Py_UNUSED(args), PyObject *Py_UNUSED(names)) {
    return 0; /* value_new has done it */
}

#define GETSET(name, get, set, place) {name, (getter)(get), (setter)(set), NULL, place}
static PyGetSetDef value_getset[] = {
    GETSET("_data", get__data, set__data, 0), GETSET("_grad", get__grad, set__grad, 0),
    GETSET("_row", get__row, set__row, 0), GETSET("_a", get_slot, set_slot, PLACE(a)),
    GETSET("_b", get_slot, set_slot, PLACE(b)), GETSET("_stamp", get_slot, set_slot, PLACE(stamp)),
    GETSET("_label", get_slot, set_slot, PLACE(label)), {0}};
static PyMemberDef value_members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Node, weak), READONLY, NULL}, {0}};
static PyType_Slot value_slots[] = {
    {Py_tp_new, value_new}, {Py_tp_dealloc, node_dealloc}, {Py_tp_getset, value_getset},
    {Py_tp_members, value_members}, {0, NULL}};

static PyGetSetDef node_getset[] = {
    GETSET("data", get__data, set_data, 0), GETSET("grad", get_grad, set_grad, 0), {0}};
static PyMethodDef node_methods[] = {
    {"exp", node_exp, METH_NOARGS, NULL}, {"log", node_log, METH_NOARGS, NULL},
    {"tanh", node_tanh, METH_NOARGS, NULL}, {"sigmoid", node_sigmoid, METH_NOARGS, NULL},
    {"relu", node_relu, METH_NOARGS, NULL}, {0}};
static PyType_Slot node_slots[] = {
    {Py_tp_init, node_init}, {Py_tp_dealloc, node_dealloc}, {Py_tp_getset, node_getset},
    {Py_tp_methods, node_methods}, {Py_nb_add, nb_add}, {Py_nb_subtract, nb_subtract},
    {Py_nb_multiply, nb_multiply}, {Py_nb_true_divide, nb_true_divide}, {Py_nb_power, nb_power},
    {Py_nb_negative, nb_negative}, {0, NULL}};
static PyType_Slot subclass_slots[] = {{Py_tp_dealloc, node_dealloc}, {0}}, base_slots[] = {{0}};

/* class_of(which, name, bases, attributes): Value, the class of all nodes that are of no subclass of
   the user's, another class of nodes with no room for more than theirs, or a base of Value */
static PyObject *class_of(PyObject *Py_UNUSED(module), PyObject *args) {
    PyType_Slot *const slots[] = {value_slots, node_slots, subclass_slots, base_slots};
    const char *name;
    PyObject *bases, *attributes, *key, *value;
    Py_ssize_t i = 0;
    int which;
    if (!PyArg_ParseTuple(args, "isO!O!", &which, &name, &PyTuple_Type, &bases, &PyDict_Type, &attributes))
        return NULL;
    PyType_Spec spec = {name, which == 3 ? 0 : sizeof(Node), 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, slots[which]};
    PyObject *made = PyType_FromSpecWithBases(&spec, which == 3 ? NULL : bases);
    if (which == 0) REPLACE(ValueType, (PyTypeObject *)Py_XNewRef(made));
    if (which == 1) REPLACE(NodeType, (PyTypeObject *)Py_XNewRef(made));
    while (made && PyDict_Next(attributes, &i, &key, &value))
        if (PyObject_SetAttr(made, key, value) < 0) REPLACE(made, NULL);
    return made;
}

/* record(row, data, a, b=None): value._record */
static PyObject *record_node(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count) {
    if (count != 3 && count != 4)
        return PyErr_Format(PyExc_TypeError, "record: a row, a number and one or two operands");
    Row *row = row_for(args[0]);
    double data = row ? PyFloat_AsDouble(args[1]) : -1.0;
    PyObject *b = count == 4 && args[3] != Py_None ? args[3] : NULL;
    return data == -1.0 && PyErr_Occurred() ? NULL : record(row, data, args[2], b);
}

/* connect(names): what the core calls, and what both engines read */
static PyObject *connect(PyObject *Py_UNUSED(module), PyObject *names) {
    const struct { const char *name; PyObject **place; } wanted[] = {
        {"infix", &py_infix}, {"finish", &py_finish}, {"admit", &py_admit}, {"dot", &py_dot},
        {"init", &py_init}, {"pow", &py_pow}, {"data", &py_data}, {"grad", &py_grad},
        {"active", &active}, {"graph", &graph_names}, {"acquire", &acquire}, {"release", &release},
        {"epoch", &epoch}, {"Pass", (PyObject **)&PassType}};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        PyObject *given = PyDict_GetItemString(names, wanted[i].name);
        if (!given) return PyErr_Format(PyExc_KeyError, "connect: %s", wanted[i].name);
        REPLACE(*wanted[i].place, Py_NewRef(given));
    }
    PyObject *table = PyDict_GetItemString(names, "rows");
    for (int kind = LEAF; kind < KINDS; kind++) {
        PyObject *op = table ? PyDict_GetItemString(table, NAMES[kind]) : NULL;
        if (!op) return PyErr_Format(PyExc_KeyError, "connect: row %s", NAMES[kind]);
        if (!(rows[kind] = row_for(op))) return NULL;
        rows[kind]->kind = kind;
    }
    Py_RETURN_NONE;
}

#define FAST(function) (PyCFunction)(void (*)(void))(function), METH_FASTCALL
static PyMethodDef functions[] = {
    {"class_of", class_of, METH_VARARGS, NULL},
    {"nothing", new_nothing, METH_NOARGS, NULL}, {"new_epoch", new_epoch, METH_NOARGS, NULL},
    {"connect", connect, METH_O, NULL}, {"record", FAST(record_node), NULL},
    {"weighted_sum", FAST(weighted_sum), NULL}, {"visit", FAST(visit), NULL},
    {"sweep", FAST(sweep), NULL}, {"settle", settle, METH_O, NULL}, {0}};
static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "autograd_mini._core", NULL, -1, functions, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__core(void) {
    const struct { PyObject **place; const char *text; } words[] = {
        {&s_slopes, "slopes"}, {&s_epoch, "epoch"}, {&s_plain, "plain"}, {&s_nodes, "nodes"},
        {&s_leaves, "leaves"}, {&s_before, "before"}, {&s_made, "made"}, {&s_nothing, "nothing"}};
    if (PyInterpreterState_GetID(PyInterpreterState_Get()) != 0)
        return PyErr_Format(PyExc_ImportError, "the core serves the main interpreter alone");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!(*words[i].place = PyUnicode_InternFromString(words[i].text))) return NULL;
    if (!(row_of = PyDict_New()) || !(zero = PyLong_FromLong(0))) return NULL;
    return PyModule_Create(&definition);
}
