"""THE table of operations: one row each, and everything else reads it.

Vocabulary: see :mod:`autograd_mini.rows`. In a partial, ``z`` is the output and ``x``, ``y`` are
the operands; division is written ``div`` because it must not raise. Partials are free of branches
(``step``, ``sign`` and ``where`` are rows) so that they run on whole batches. A formula that is
good once can cancel when it is differentiated again, so some rows (``sech2``, ``gauss``) exist to
be the partials of others. To add an operation, add a row here; no other file changes.

Every row is a function of Values or floats:

>>> tanh(0.5)
0.46211715726000974
>>> affine([2.0, 3.0], [1.0, 10.0], 0.5)
32.5
"""

# mypy: disable-error-code="has-type"
# (a rule may name a row that stands further down)

from __future__ import annotations

import builtins
import math
from typing import TYPE_CHECKING

from autograd_mini import higher, ieee
from autograd_mini.real import is_real, shown
from autograd_mini.rows import CONSTANT, LEAF, TABLE, Kink, NaryOp, Op, ShapedOp, op, row_named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

__all__ = [
    "CONSTANT",
    "LEAF",
    "TABLE",
    "Kink",
    "NaryOp",
    "Op",
    "affine",
    "clip",
    "dot",
    "logsumexp",
    "mean",
    "norm",
    "op",
    "prod",
    "row_named",
    "softmax",
    "take",
]

ANY = (-3.0, 3.0)
POSITIVE = (0.1, 4.0)
INSIDE = (-0.95, 0.95)
BETWEEN = (0.1, 0.9)
LN_2, LN_10 = math.log(2.0), math.log(10.0)
ONE_OVER_LN_2, ONE_OVER_LN_10, ONE_THIRD = 1.4426950408889634, 0.4342944819032518, 1.0 / 3.0
ROOT_2 = math.sqrt(2.0)
PHI_0 = 0.3989422804014327  # 1 / √(2π)
TWO_OVER_ROOT_PI = 1.1283791670955126


def at_zero(x: Any) -> Any:
    """1 where x is 0, nan where it is nan, else 0."""
    return one_minus_square(sign(x))


def distance(x: Any, y: Any) -> Any:
    """x − y, 0 also where both are the same infinity; beside an infinite x any number will do."""
    return where(equal(abs(x), math.inf), 0.0, x - y)


def nowhere(*operands: Any) -> float:
    """The boundary of a row whose partials at a tie are neither 0 nor 1."""
    return 0.0


class Hypot(Op):
    """√(x² + y²); of any other number of operands, as ``math.hypot`` takes them, their norm."""

    __slots__ = ()

    def __call__(self, *operands: Any) -> Any:
        """Apply the operation.

        >>> hypot(3.0, 4.0), hypot(2.0, 3.0, 6.0), hypot(-2.0)
        (5.0, 7.0, 2.0)
        """
        return super().__call__(*operands) if len(operands) in (0, 2) else norm(operands)


# fmt: off

# --- arithmetic -----------------------------------------------------------------------------------

add = op("add", ieee.add, lambda z, x, y: 1.0, lambda z, x, y: 1.0,
         label="+", text="{0} + {1}", latex="{0} + {1}", array="{0} + {1}", precedence=10,
         domain=(ANY, ANY), analytic=True)
sub = op("sub", ieee.sub, lambda z, x, y: 1.0, lambda z, x, y: -1.0,
         label="−", text="{0} − {1}", latex="{0} - {1}", array="{0} - {1}", precedence=10,
         domain=(ANY, ANY), analytic=True)
mul = op("mul", ieee.mul, lambda z, x, y: y, lambda z, x, y: x,
         label="×", text="{0} · {1}", latex=r"{0} \cdot {1}", array="{0} * {1}", precedence=20,
         domain=(ANY, ANY), analytic=True)
div = op("div", ieee.div, lambda z, x, y: div(1.0, y), lambda z, x, y: -over_square(x, y),
         shown=(lambda z, x, y: div(1.0, y), lambda z, x, y: -div(x, y * y)),
         label="÷", text="{0} / {1}", latex=r"\frac{{{0}}}{{{1}}}", array="{0} / {1}", precedence=20,
         domain=(ANY, POSITIVE), analytic=True)
neg = op("neg", ieee.neg, lambda z, x: -1.0,
         label="−", text="−{0}", latex="-{0}", array="-{0}", precedence=25,
         domain=(ANY,), analytic=True)
pow = op("pow", ieee.pow, lambda z, x, y: pow_dx(x, y), lambda z, x, y: pow_dy(x, y),
         shown=(lambda z, x, y: y * pow(x, y - 1.0), lambda z, x, y: z * log(x)),
         label="^", text="{0} ^ {1}", latex="{0}^{{{1}}}", array="{0} ** {1}", precedence=30,
         domain=(POSITIVE, ANY), kinks=[((0.0, 0.0), (0.0, 0.0))], analytic=True)
abs = op("abs", builtins.abs, lambda z, x: sign(x),
         label="|·|", text="|{0}|", latex=r"\left|{0}\right|", array="xp.abs({0})",
         domain=(ANY,), kinks=[((0.0,), (0.0,))])

# --- powers, exponentials, logarithms -------------------------------------------------------------

sqrt = op("sqrt", ieee.sqrt, lambda z, x: 0.5 * recip(z),
          shown=(lambda z, x: div(1.0, 2.0 * z),),
          label="√", text="√({0})", latex=r"\sqrt{{{0}}}", array="xp.sqrt({0})",
          domain=(POSITIVE,), analytic=True)
exp = op("exp", ieee.exp, lambda z, x: z,
         latex="e^{{{0}}}", array="xp.exp({0})",
         domain=(ANY,), analytic=True)
expm1 = op("expm1", ieee.expm1, lambda z, x: exp(x),
           latex=r"\operatorname{{expm1}}({0})", array="xp.expm1({0})",
           domain=(ANY,), analytic=True)
log = op("log", ieee.log, lambda z, x: recip(x),
         shown=(lambda z, x: div(1.0, x),),
         latex=r"\log {0}", array="xp.log({0})",
         domain=(POSITIVE,), analytic=True)
log1p = op("log1p", ieee.log1p, lambda z, x: recip(1.0 + x),
           shown=(lambda z, x: div(1.0, 1.0 + x),),
           latex=r"\operatorname{{log1p}}({0})", array="xp.log1p({0})",
           domain=((-0.9, 4.0),), analytic=True)

log2 = op("log2", ieee.log2, lambda z, x: xlogy_dy(ONE_OVER_LN_2, x),
          shown=(lambda z, x: div(1.0, x * LN_2),),
          latex=r"\log_2 {0}", array="xp.log2({0})",
          domain=(POSITIVE,), analytic=True)
log10 = op("log10", ieee.log10, lambda z, x: xlogy_dy(ONE_OVER_LN_10, x),
           shown=(lambda z, x: div(1.0, x * LN_10),),
           latex=r"\log_{{10}} {0}", array="xp.log10({0})",
           domain=(POSITIVE,), analytic=True)
exp2 = op("exp2", ieee.exp2, lambda z, x: higher.exp2(1)(x),
          shown=(lambda z, x: LN_2 * z,),
          text="2 ^ {0}", latex="2^{{{0}}}", array="xp.exp2({0})",
          domain=(ANY,), analytic=True)
square = op("square", ieee.squared, lambda z, x: 2.0 * x,
            label="²", text="({0})²", latex="({0})^2", array="xp.square({0})",
            domain=(ANY,), analytic=True, definition=lambda x: x * x)
cbrt = op("cbrt", ieee.cbrt, lambda z, x: over_square(ONE_THIRD, z),
          shown=(lambda z, x: div(1.0, 3.0 * (z * z)),),
          label="∛", latex=r"\sqrt[3]{{{0}}}", array="xp.cbrt({0})",
          domain=(POSITIVE,), kinks=[((0.0,), (math.inf,))])

# --- circular and hyperbolic functions ------------------------------------------------------------

sin = op("sin", ieee.sin, lambda z, x: cos(x),
         latex=r"\sin {0}", array="xp.sin({0})",
         domain=(ANY,), analytic=True)
cos = op("cos", ieee.cos, lambda z, x: -sin(x),
         latex=r"\cos {0}", array="xp.cos({0})",
         domain=(ANY,), analytic=True)
tan = op("tan", ieee.tan, lambda z, x: 1.0 + z * z,
         latex=r"\tan {0}", array="xp.tan({0})",
         domain=((-1.4, 1.4),), analytic=True)
asin = op("asin", ieee.asin, lambda z, x: recip(sqrt(one_minus_square(x))),
          shown=(lambda z, x: div(1.0, sqrt(1.0 - x * x)),),
          latex=r"\arcsin {0}", array="xp.asin({0})",
          domain=(INSIDE,), analytic=True)
acos = op("acos", ieee.acos, lambda z, x: -recip(sqrt(one_minus_square(x))),
          shown=(lambda z, x: -div(1.0, sqrt(1.0 - x * x)),),
          latex=r"\arccos {0}", array="xp.acos({0})",
          domain=(INSIDE,), analytic=True)
atan = op("atan", ieee.atan, lambda z, x: cauchy(x),
          shown=(lambda z, x: div(1.0, 1.0 + x * x),),
          latex=r"\arctan {0}", array="xp.atan({0})",
          domain=(ANY,), analytic=True)
sinh = op("sinh", ieee.sinh, lambda z, x: cosh(x),
          latex=r"\sinh {0}", array="xp.sinh({0})",
          domain=(ANY,), analytic=True)
cosh = op("cosh", ieee.cosh, lambda z, x: sinh(x),
          latex=r"\cosh {0}", array="xp.cosh({0})",
          domain=(ANY,), analytic=True)
tanh = op("tanh", ieee.tanh, lambda z, x: sech2(x),
          shown=(lambda z, x: 1.0 - z * z,),
          latex=r"\tanh {0}", array="xp.tanh({0})",
          domain=(ANY,), analytic=True)
asinh = op("asinh", ieee.asinh, lambda z, x: recip(hypot(1.0, x)),
           shown=(lambda z, x: div(1.0, sqrt(1.0 + x * x)),),
           latex=r"\operatorname{{arsinh}} {0}", array="xp.asinh({0})",
           domain=(ANY,), analytic=True)
acosh = op("acosh", ieee.acosh, lambda z, x: recip(sqrt(x - 1.0)) * recip(sqrt(x + 1.0)),
           shown=(lambda z, x: div(1.0, sqrt(x * x - 1.0)),),
           latex=r"\operatorname{{arcosh}} {0}", array="xp.acosh({0})",
           domain=((1.1, 4.0),), analytic=True)
atanh = op("atanh", ieee.atanh, lambda z, x: recip(one_minus_square(x)),
           shown=(lambda z, x: div(1.0, 1.0 - x * x),),
           latex=r"\operatorname{{artanh}} {0}", array="xp.atanh({0})",
           domain=(INSIDE,), analytic=True)
hypot = op("hypot", ieee.hypot, lambda z, x, y: direction(x, y), lambda z, x, y: direction(y, x),
           shown=(lambda z, x, y: div(x, z), lambda z, x, y: div(y, z)),
           latex=r"\operatorname{{hypot}}({0}, {1})", array="xp.hypot({0}, {1})",
           domain=(ANY, POSITIVE), kinks=[((0.0, 0.0), (0.0, 0.0))], row=Hypot)
atan2 = op("atan2", ieee.atan2, lambda z, y, x: dipole(x, y), lambda z, y, x: -dipole(y, x),
           shown=(lambda z, y, x: div(x, x * x + y * y), lambda z, y, x: -div(y, x * x + y * y)),
           latex=r"\operatorname{{atan2}}({0}, {1})", array="xp.atan2({0}, {1})",
           domain=(ANY, POSITIVE), kinks=[((0.0, 0.0), (math.nan, math.nan))])
erf = op("erf", ieee.erf, lambda z, x: TWO_OVER_ROOT_PI * gauss(x),
         latex=r"\operatorname{{erf}}({0})",
         domain=(ANY,))

erfc = op("erfc", ieee.erfc, lambda z, x: -TWO_OVER_ROOT_PI * gauss(x),
          latex=r"\operatorname{{erfc}}({0})",
          domain=(ANY,))
normal_cdf = op("normal_cdf", ieee.normal_cdf, lambda z, x: normal_pdf(x),
                label="Φ", text="Φ({0})", latex=r"\Phi({0})",
                domain=(ANY,))
lgamma = op("lgamma", ieee.lgamma, lambda z, x: digamma(x),
            label="log Γ", text="log Γ({0})", latex=r"\log \Gamma({0})",
            domain=(POSITIVE,))
digamma = op("digamma", ieee.digamma, lambda z, x: higher.digamma(1)(x),
             label="ψ", text="ψ({0})", latex=r"\psi({0})",
             domain=(POSITIVE,))

# --- activations ----------------------------------------------------------------------------------

sigmoid = op("sigmoid", ieee.sigmoid, lambda z, x: 0.25 * sech2(0.5 * x),
             shown=(lambda z, x: z * (1.0 - z),),
             label="σ", text="σ({0})", latex=r"\sigma({0})",
             domain=(ANY,), analytic=True, definition=lambda x: div(1.0, 1.0 + exp(-x)))
logsigmoid = op("logsigmoid", ieee.logsigmoid, lambda z, x: sigmoid(-x),
                shown=(lambda z, x: 1.0 - sigmoid(x),),
                label="log σ", text="log σ({0})", latex=r"\log \sigma({0})",
                domain=(ANY,), analytic=True, definition=lambda x: -softplus(-x))
softplus = op("softplus", ieee.softplus, lambda z, x: sigmoid(x),
              latex=r"\operatorname{{softplus}}({0})",
              domain=(ANY,), analytic=True, definition=lambda x: maximum(x, 0.0) + log1p(exp(-abs(x))))
relu = op("relu", ieee.relu, lambda z, x: step(x),
          label="ReLU", text="ReLU({0})", latex=r"\operatorname{{ReLU}}({0})",
          array="xp.maximum({0}, 0.0)",
          domain=(ANY,), kinks=[((0.0,), (0.0,))], boundary=at_zero, definition=lambda x: maximum(x, 0.0))
leaky_relu = op("leaky_relu", ieee.leaky_relu, lambda z, x, k: leaky_relu_d(x, k), lambda z, x, k: -relu(-x),
                shown=(lambda z, x, k: where(step(x), 1.0, k), lambda z, x, k: minimum(x, 0.0)),
                label="leaky ReLU", text="leaky ReLU({0}, {1})", latex=r"\operatorname{{leaky\,ReLU}}({0}, {1})",
                domain=(ANY, (0.0, 0.5)), kinks=[((0.0, 0.01), (0.01, 0.0))], defaults=(0.01,), row=ShapedOp,
                definition=lambda x, k: where(step(x), x, k * x))
elu = op("elu", ieee.elu, lambda z, x, k: elu_d(x, k), lambda z, x, k: expm1(-relu(-x)),
         shown=(lambda z, x, k: where(step(x), 1.0, k * exp(x)), lambda z, x, k: where(step(x), 0.0, expm1(x))),
         label="ELU", text="ELU({0}, {1})", latex=r"\operatorname{{ELU}}({0}, {1})",
         domain=(ANY, (0.5, 1.5)), kinks=[((0.0, 0.5), (0.5, 0.0)), ((0.0, 1.0), (1.0, 0.0))], defaults=(1.0,), row=ShapedOp,
         definition=lambda x, k: where(step(x), x, k * expm1(x)))
gelu = op("gelu", ieee.gelu, lambda z, x: gelu_d(x),
          shown=(lambda z, x: 0.5 * (1.0 + erf(x / ROOT_2)) + x * (PHI_0 * exp(-0.5 * (x * x))),),
          label="GELU", text="GELU({0})", latex=r"\operatorname{{GELU}}({0})",
          domain=(ANY,), definition=lambda x: x * normal_cdf(x))
silu = op("silu", ieee.silu, lambda z, x: silu_d(x),
          shown=(lambda z, x: sigmoid(x) * (1.0 + x * (1.0 - sigmoid(x))),),
          label="SiLU", text="SiLU({0})", latex=r"\operatorname{{SiLU}}({0})",
          domain=(ANY,), analytic=True, definition=lambda x: x * sigmoid(x))

# --- of two operands ------------------------------------------------------------------------------

logaddexp = op("logaddexp", ieee.logaddexp, lambda z, x, y: share(x, y), lambda z, x, y: share(y, x),
               shown=(lambda z, x, y: sigmoid(x - y), lambda z, x, y: sigmoid(y - x)),
               latex=r"\log(e^{{{0}}} + e^{{{1}}})", array="xp.logaddexp({0}, {1})",
               domain=(ANY, ANY), analytic=True, definition=lambda x, y: maximum(x, y) + log1p(exp(-abs(x - y))))
xlogy = op("xlogy", ieee.xlogy, lambda z, x, y: xlogy_dx(x, y), lambda z, x, y: xlogy_dy(x, y),
           shown=(lambda z, x, y: log(y), lambda z, x, y: div(x, y)),
           text="{0} · log {1}", latex=r"{0} \log {1}", precedence=20,
           domain=(ANY, POSITIVE), kinks=[((0.0, 0.0), (0.0, 0.0))], definition=lambda x, y: x * log(y))
maximum = op("maximum", ieee.maximum, lambda z, x, y: greater(x, y), lambda z, x, y: greater(y, x),
             label="max", text="max({0}, {1})", latex=r"\max({0}, {1})", array="xp.maximum({0}, {1})",
             domain=(ANY, ANY), kinks=[((1.0, 1.0), (0.5, 0.5))], boundary=nowhere)
minimum = op("minimum", ieee.minimum, lambda z, x, y: greater(y, x), lambda z, x, y: greater(x, y),
             label="min", text="min({0}, {1})", latex=r"\min({0}, {1})", array="xp.minimum({0}, {1})",
             domain=(ANY, ANY), kinks=[((1.0, 1.0), (0.5, 0.5))], boundary=nowhere)
where = op("where", ieee.where, lambda z, c, x, y: 0.0, lambda z, c, x, y: where(c, 1.0, 0.0), lambda z, c, x, y: where(c, 0.0, 1.0),
           latex=r"\operatorname{{where}}({0}, {1}, {2})", array="xp.where({0}, {1}, {2})",
           domain=((1.0, 2.0), ANY, ANY), kinks=[((0.0, 1.0, 2.0), (0.0, 0.0, 1.0))], boundary=lambda c, x, y: one_minus_square(sign(c)), jumps=True)
sign = op("sign", ieee.sign, lambda z, x: 0.0,
          latex=r"\operatorname{{sgn}}({0})", array="xp.sign({0})",
          domain=(POSITIVE,), kinks=[((0.0,), (0.0,))], boundary=at_zero, jumps=True)
step = op("step", ieee.step, lambda z, x: 0.0,
          latex=r"\operatorname{{step}}({0})", array="xp.heaviside({0}, 0.0)",
          domain=(POSITIVE,), kinks=[((0.0,), (0.0,))], boundary=at_zero, jumps=True)

floor = op("floor", ieee.floor, lambda z, x: 0.0,
           text="⌊{0}⌋", latex=r"\lfloor {0} \rfloor", array="xp.floor({0})",
           domain=(BETWEEN,), kinks=[((0.0,), (0.0,))], boundary=lambda x: at_zero(x - floor(x)), jumps=True)
ceil = op("ceil", ieee.ceil, lambda z, x: 0.0,
          text="⌈{0}⌉", latex=r"\lceil {0} \rceil", array="xp.ceil({0})",
          domain=(BETWEEN,), kinks=[((0.0,), (0.0,))], boundary=lambda x: at_zero(x - ceil(x)), jumps=True)
round = op("round", ieee.rounded, lambda z, x: 0.0,
           latex=r"\operatorname{{round}}({0})", array="xp.rint({0})",
           domain=((0.6, 1.4),), kinks=[((0.5,), (0.0,))], boundary=lambda x: at_zero(abs(x - round(x)) - 0.5), jumps=True)
trunc = op("trunc", ieee.trunc, lambda z, x: 0.0,
           latex=r"\operatorname{{trunc}}({0})", array="xp.trunc({0})",
           domain=(BETWEEN,), kinks=[((1.0,), (0.0,))], boundary=lambda x: at_zero(x - trunc(x)), jumps=True,
           definition=lambda x: sign(x) * floor(abs(x)))
mod = op("mod", ieee.mod, lambda z, x, y: 1.0, lambda z, x, y: mod_dy(x, y),
         shown=(lambda z, x, y: 1.0, lambda z, x, y: -floordiv(x, y)),
         label="%", array="xp.remainder({0}, {1})",
         domain=((4.2, 4.9), (2.0, 2.05)), kinks=[((6.0, 3.0), (1.0, math.nan))])
floordiv = op("floordiv", ieee.floordiv, lambda z, x, y: 0.0, lambda z, x, y: 0.0,
              label="//", text="⌊{0} / {1}⌋", latex=r"\left\lfloor \frac{{{0}}}{{{1}}} \right\rfloor", array="xp.floor_divide({0}, {1})",
              domain=((4.2, 4.9), (2.0, 2.05)), kinks=[((6.0, 3.0), (0.0, 0.0))], boundary=lambda x, y: at_zero(mod(x, y)), jumps=True)
fmod = op("fmod", ieee.fmod, lambda z, x, y: 1.0, lambda z, x, y: fmod_dy(x, y),
          array="xp.fmod({0}, {1})",
          domain=((4.2, 4.9), (2.0, 2.05)), kinks=[((6.0, 3.0), (1.0, math.nan))])
copysign = op("copysign", ieee.copysign, lambda z, x, y: sign(x) * sign(z), lambda z, x, y: 0.0,
              array="xp.copysign({0}, {1})",
              domain=(POSITIVE, POSITIVE), kinks=[((0.0, 1.0), (0.0, 0.0))], boundary=lambda x, y: at_zero(x) + at_zero(y), jumps=True,
              definition=lambda x, y: abs(x) * div(y, abs(y)))

# --- rows that exist to be the partials of others -------------------------------------------------
# A name in _d, _dd, _dx, _dxy is the derivative of the row before it.

recip = op("recip", ieee.recip, lambda z, x: -(z * z),
           text="1 / {0}", latex=r"\frac{{1}}{{{0}}}", precedence=20,
           domain=(POSITIVE,), analytic=True, definition=lambda x: exp(-log(x)))
over_square = op("over_square", ieee.over_square, lambda z, x, y: over_square(1.0, y), lambda z, x, y: -2.0 * over_cube(x, y),
                 text="{0} / {1}²", latex=r"\frac{{{0}}}{{({1})^2}}", precedence=20,
                 domain=(ANY, POSITIVE), analytic=True, definition=lambda x, y: div(x, y * y))
over_cube = op("over_cube", ieee.over_cube, lambda z, x, y: over_cube(1.0, y), lambda z, x, y: -3.0 * div(over_cube(x, y), y),
               text="{0} / {1}³", latex=r"\frac{{{0}}}{{({1})^3}}", precedence=20,
               domain=(ANY, POSITIVE), analytic=True, definition=lambda x, y: div(x, y * y * y))
one_minus_square = op("one_minus_square", ieee.one_minus_square, lambda z, x: -2.0 * x,
                      text="1 − {0}²", latex="1 - ({0})^2", precedence=10,
                      domain=(ANY,), analytic=True, definition=lambda x: (1.0 - x) * (1.0 + x))
pow_dx = op("pow_dx", ieee.pow_dx, lambda z, x, y: pow_dxx(x, y), lambda z, x, y: pow_dxy(x, y),
            shown=(),
            domain=(POSITIVE, ANY), kinks=[((0.0, 0.0), (0.0, math.inf))], analytic=True, definition=lambda x, y: y * div(pow(x, y), x))
pow_dy = op("pow_dy", ieee.pow_dy, lambda z, x, y: pow_dxy(x, y), lambda z, x, y: pow_dyy(x, y),
            domain=(POSITIVE, ANY), analytic=True, definition=lambda x, y: pow(x, y) * log(x))
pow_dxx = op("pow_dxx", ieee.pow_dxx, lambda z, x, y: higher.power(3, 0)(x, y), lambda z, x, y: higher.power(2, 1)(x, y),
             domain=(POSITIVE, ANY), analytic=True, definition=lambda x, y: y * (y - 1.0) * div(pow(x, y), x * x))
pow_dxy = op("pow_dxy", ieee.pow_dxy, lambda z, x, y: higher.power(2, 1)(x, y), lambda z, x, y: higher.power(1, 2)(x, y),
             domain=(POSITIVE, ANY), analytic=True, definition=lambda x, y: div(pow(x, y), x) + y * log(x) * div(pow(x, y), x))
pow_dyy = op("pow_dyy", ieee.pow_dyy, lambda z, x, y: higher.power(1, 2)(x, y), lambda z, x, y: higher.power(0, 3)(x, y),
             domain=(POSITIVE, ANY), analytic=True, definition=lambda x, y: pow(x, y) * square(log(x)))
normal_pdf = op("normal_pdf", ieee.normal_pdf, lambda z, x: higher.normal_pdf(1)(x),
                label="φ", text="φ({0})", latex=r"\varphi({0})",
                domain=(ANY,))
mod_dy = op("mod_dy", ieee.mod_dy, lambda z, x, y: 0.0, lambda z, x, y: 0.0,
            text="−⌊{0} / {1}⌋", latex=r"-\left\lfloor \frac{{{0}}}{{{1}}} \right\rfloor",
            domain=((4.2, 4.9), (2.0, 2.05)), kinks=[((6.0, 3.0), (0.0, 0.0))], boundary=lambda x, y: at_zero(mod(x, y)), jumps=True)
fmod_dy = op("fmod_dy", ieee.fmod_dy, lambda z, x, y: 0.0, lambda z, x, y: 0.0,
             text="−trunc({0} / {1})", latex=r"-\operatorname{{trunc}}(\frac{{{0}}}{{{1}}})",
             domain=((4.2, 4.9), (2.0, 2.05)), kinks=[((6.0, 3.0), (0.0, 0.0))], boundary=lambda x, y: at_zero(fmod(x, y)), jumps=True)
sech2 = op("sech2", ieee.sech2, lambda z, x: -2.0 * tanh(x) * z,
           text="sech²({0})", latex=r"\operatorname{{sech}}^2({0})",
           domain=(ANY,), analytic=True, definition=lambda x: div(1.0, square(cosh(x))))
cauchy = op("cauchy", ieee.cauchy, lambda z, x: -skew_quadrupole(1.0, x),
            shown=(lambda z, x: -2.0 * x * (z * z),),
            text="1 / (1 + {0}²)", latex=r"\frac{{1}}{{1 + ({0})^2}}", precedence=20,
            domain=(ANY,), analytic=True, definition=lambda x: div(1.0, 1.0 + x * x))
gauss = op("gauss", ieee.gauss, lambda z, x: gauss_d(x),
           shown=(lambda z, x: -2.0 * x * z,),
           text="exp(−{0}²)", latex=r"e^{{-({0})^2}}",
           domain=(ANY,), analytic=True, definition=lambda x: exp(-square(x)))
gauss_d = op("gauss_d", ieee.gauss_d, lambda z, x: higher.gauss(2)(x),
             domain=(ANY,), analytic=True, definition=lambda x: -2.0 * x * gauss(x))
gelu_d = op("gelu_d", ieee.gelu_d, lambda z, x: gelu_dd(x),
            text="GELU′({0})", latex=r"\operatorname{{GELU}}'({0})",
            domain=(ANY,), definition=lambda x: normal_cdf(x) + x * normal_pdf(x))
gelu_dd = op("gelu_dd", ieee.gelu_dd, lambda z, x: higher.gelu(3)(x),
             text="GELU″({0})", latex=r"\operatorname{{GELU}}''({0})",
             domain=(ANY,), definition=lambda x: normal_pdf(x) * (2.0 - x * x))
silu_d = op("silu_d", ieee.silu_d, lambda z, x: silu_dd(x),
            text="SiLU′({0})", latex=r"\operatorname{{SiLU}}'({0})",
            domain=(ANY,), analytic=True, definition=lambda x: sigmoid(x) + x * sigmoid(x) * sigmoid(-x))
silu_dd = op("silu_dd", ieee.silu_dd, lambda z, x: higher.silu(3)(x),
             text="SiLU″({0})", latex=r"\operatorname{{SiLU}}''({0})",
             domain=(ANY,), analytic=True,
             definition=lambda x: 2.0 * sigmoid(x) * sigmoid(-x) - x * sigmoid(x) * sigmoid(-x) * tanh(0.5 * x))
leaky_relu_d = op("leaky_relu_d", ieee.leaky_relu_d, lambda z, x, k: 0.0, lambda z, x, k: step(-x),
                  text="leaky ReLU′({0}, {1})", latex=r"\operatorname{{leaky\,ReLU}}'({0}, {1})",
                  domain=(ANY, (0.0, 0.5)), kinks=[((0.0, 0.01), (0.0, 0.0))], boundary=lambda x, k: one_minus_square(sign(x)), jumps=True,
                  definition=lambda x, k: where(step(x), 1.0, k))
elu_d = op("elu_d", ieee.elu_d, lambda z, x, k: elu_dd(x, k), lambda z, x, k: elu_dd(x, 1.0),
           text="ELU′({0}, {1})", latex=r"\operatorname{{ELU}}'({0}, {1})",
           domain=(ANY, (0.5, 1.5)), kinks=[((0.0, 1.0), (0.0, 0.0))], definition=lambda x, k: where(step(x), 1.0, k * exp(x)))
elu_dd = op("elu_dd", ieee.elu_dd, lambda z, x, k: z, lambda z, x, k: elu_dd(x, 1.0),
            text="ELU″({0}, {1})", latex=r"\operatorname{{ELU}}''({0}, {1})",
            domain=(ANY, (0.5, 1.5)), kinks=[((0.0, 1.0), (0.0, 0.0))], definition=lambda x, k: where(step(x), 0.0, k * exp(x)))
direction = op("direction", ieee.direction, lambda z, x, y: hypot_dxx(x, y), lambda z, x, y: hypot_dxy(x, y),
               shown=(lambda z, x, y: div(1.0 - z * z, hypot(x, y)), lambda z, x, y: -div(z * direction(y, x), hypot(x, y))),
               domain=(ANY, POSITIVE), kinks=[((0.0, 0.0), (math.nan, math.nan))], definition=lambda x, y: div(x, hypot(x, y)))
hypot_dxx = op("hypot_dxx", ieee.hypot_dxx, lambda z, x, y: higher.distance(3, 0)(x, y), lambda z, x, y: higher.distance(2, 1)(x, y),
               domain=(ANY, POSITIVE), kinks=[((0.0, 0.0), (math.nan, math.nan))],
               definition=lambda x, y: div(y * y, hypot(x, y) * (x * x + y * y)))
hypot_dxy = op("hypot_dxy", ieee.hypot_dxy, lambda z, x, y: higher.distance(2, 1)(x, y), lambda z, x, y: higher.distance(1, 2)(x, y),
               domain=(ANY, POSITIVE), kinks=[((0.0, 0.0), (math.nan, math.nan))],
               definition=lambda x, y: -div(x * y, hypot(x, y) * (x * x + y * y)))
dipole = op("dipole", ieee.dipole, lambda z, x, y: -quadrupole(x, y), lambda z, x, y: -skew_quadrupole(x, y),
            domain=(ANY, POSITIVE), kinks=[((0.0, 0.0), (math.nan, math.nan))], definition=lambda x, y: div(x, x * x + y * y))
quadrupole = op("quadrupole", ieee.quadrupole, lambda z, x, y: -2.0 * higher.multipole(3)(x, y),
                lambda z, x, y: -2.0 * higher.multipole(3, skew=True)(x, y),
                domain=(ANY, POSITIVE), kinks=[((0.0, 0.0), (math.nan, math.nan))],
                definition=lambda x, y: div((x - y) * (x + y), square(x * x + y * y)))
skew_quadrupole = op("skew_quadrupole", ieee.skew_quadrupole, lambda z, x, y: -2.0 * higher.multipole(3, skew=True)(x, y),
                     lambda z, x, y: 2.0 * higher.multipole(3)(x, y),
                     domain=(ANY, POSITIVE), kinks=[((0.0, 0.0), (math.nan, math.nan))],
                     definition=lambda x, y: div(2.0 * x * y, square(x * x + y * y)))
share = op("share", ieee.share, lambda z, x, y: share_d(x, y), lambda z, x, y: -share_d(x, y),
           shown=(lambda z, x, y: z * (1.0 - z), lambda z, x, y: -z * (1.0 - z)),
           latex=r"\frac{{e^{{{0}}}}}{{e^{{{0}}} + e^{{{1}}}}}",
           domain=(ANY, ANY), analytic=True, definition=lambda x, y: sigmoid(x - y))
share_d = op("share_d", ieee.share_d, lambda z, x, y: -z * tanh(0.5 * distance(x, y)), lambda z, x, y: z * tanh(0.5 * distance(x, y)),
             domain=(ANY, ANY), analytic=True, definition=lambda x, y: sigmoid(x - y) * sigmoid(y - x))
zero_inside = op("zero_inside", ieee.zero_inside, lambda z, x, y: z, lambda z, x, y: z,
                 domain=(ANY, POSITIVE), definition=lambda x, y: 0.0 * log(y))
xlogy_dx = op("xlogy_dx", ieee.xlogy_dx, lambda z, x, y: zero_inside(x, y), lambda z, x, y: recip(y),
              domain=(ANY, POSITIVE), kinks=[((0.0, 0.0), (0.0, math.inf))], definition=lambda x, y: log(y))
xlogy_dy = op("xlogy_dy", ieee.xlogy_dy, lambda z, x, y: recip(y), lambda z, x, y: -xlogy_dyy(x, y),
              text="{0} / {1}", latex=r"\frac{{{0}}}{{{1}}}", precedence=20,
              domain=(ANY, POSITIVE), kinks=[((0.0, 0.0), (math.inf, math.nan))], definition=lambda x, y: x * recip(y))
xlogy_dyy = op("xlogy_dyy", ieee.xlogy_dyy, lambda z, x, y: recip(y) * recip(y), lambda z, x, y: -2.0 * (z * recip(y)),
               text="{0} / {1}²", latex=r"\frac{{{0}}}{{({1})^2}}", precedence=20,
               domain=(ANY, POSITIVE), kinks=[((0.0, 0.0), (math.inf, math.nan))], definition=lambda x, y: x * square(recip(y)))
greater = op("greater", ieee.greater, lambda z, x, y: 0.0, lambda z, x, y: 0.0,
             text="[{0} > {1}]", latex="[{0} > {1}]", array="xp.heaviside({0} - {1}, 0.5)",
             domain=((2.0, 3.0), (0.0, 1.0)), kinks=[((1.0, 1.0), (0.0, 0.0))], boundary=lambda x, y: one_minus_square(sign(x - y)), jumps=True,
             definition=lambda x, y: 0.5 * (1.0 + sign(x - y)))
equal = op("equal", ieee.equal, lambda z, x, y: 0.0, lambda z, x, y: 0.0,
           text="[{0} = {1}]", latex="[{0} = {1}]", array="xp.where({0} == {1}, 1.0, 0.0)",
           domain=((2.0, 3.0), (0.0, 1.0)), kinks=[((1.0, 1.0), (0.0, 0.0))], boundary=lambda x, y: one_minus_square(sign(x - y)), jumps=True,
           definition=lambda x, y: 1.0 - abs(sign(x - y)))
# fmt: on


# --- of any number of operands --------------------------------------------------------------------


class Affine(NaryOp):
    """w₁x₁ + … + wₙxₙ + b as one row; its operands are w₁, x₁, …, wₙ, xₙ, b."""

    __slots__ = ()

    def __call__(self, w: Iterable[Any], x: Iterable[Any], b: Any = 0.0) -> Any:
        """w₁x₁ + … + wₙxₙ + b (slides 5 and 18).

        Raises:
            ValueError: the weights and the inputs differ in number, or there are none.
        """
        weights, inputs = tuple(w), tuple(x)
        if len(weights) != len(inputs) or not weights:
            raise ValueError(
                f"ops.affine: {len(weights)} weight(s) and {len(inputs)} input(s); "
                "give one weight for each input, and at least one of them"
            )
        pairs = zip(weights, inputs, strict=True)
        return self.apply((*[operand for pair in pairs for operand in pair], b))


def _cofactor(i: int, z: Any, operands: Sequence[Any]) -> Any:
    """∂z/∂operand i of affine: a weight's is its input, an input's its weight, the bias's 1."""
    if i == len(operands) - 1:
        return 1.0
    return operands[i - 1 if i % 2 else i + 1]


class Max(NaryOp):
    """The largest of any number of operands."""

    __slots__ = ()

    def __call__(self, values: Iterable[Any], *more: Any) -> Any:
        """The largest element of ``values``, or of the operands where there are several."""
        return super().__call__((values, *more) if more else values)

    def at(self, z: Any, operands: Sequence[Any]) -> Callable[[int], Any]:
        """The partials as a function of the place: who is equal to the largest is counted once."""
        if type(z) is float:
            equals = [float(x == z) for x in operands]
            return lambda i: ieee.div(equals[i], math.fsum(equals))
        ties = [equal(x, z) for x in operands]
        count = sum(ties)
        return lambda i: div(ties[i], count)


def _share_of_max(i: int, z: Any, operands: Sequence[Any]) -> Any:
    """∂z/∂operand i of max: 1 for the largest; k equal ones get 1/k each (least norm)."""
    return div(equal(operands[i], z), sum([equal(x, z) for x in operands]))


# fmt: off
sum = op("sum", ieee.sum_of, lambda i, z, xs: 1.0, row=NaryOp,
         label="Σ", text="Σ({0})", latex=r"\sum({0})", array="xp.sum({0})",
         domain=(ANY,), analytic=True)
max = op("max", ieee.max_of, _share_of_max, row=Max,
         text="max({0})", latex=r"\max({0})", array="xp.max({0})",
         domain=(ANY,), kinks=[((1.0, 1.0), (0.5, 0.5))], boundary=nowhere)
affine = op("affine", ieee.affine_of, _cofactor, row=Affine,
            label="Σ wx + b", array="xp.dot({0})",
            domain=(ANY,), analytic=True)
# fmt: on

for _row in TABLE.values():
    _row.partials = _row.rules  # now that every row that they name is made


def take(values: Sequence[Any], index: Any) -> Any:
    """``values[index]``: the only indexing that a compiled function can follow.

    Args:
        values: a list or tuple, Values or numbers.
        index: an integer from 0 to len(values) - 1, a class label or a token, say.

    Raises:
        TypeError: the index is not an integer.
        IndexError: it is outside the list; negative ones too, since a label of -1 is a mistake.

    >>> take([10.0, 20.0, 30.0], 1)
    20.0
    """
    hook = getattr(type(index), "_take_from", None)
    if hook is not None:
        return hook(index, values)
    if not hasattr(index, "__index__") or isinstance(index, bool):
        remedy = "convert it with int(...)" if is_real(index) else "pass a Python int"
        raise TypeError(f"ops.take: the index is {type(index).__name__} {shown(index)}; {remedy}")
    place = index.__index__()
    if not 0 <= place < len(values):
        raise IndexError(f"ops.take: index {place} is outside 0 to {len(values) - 1}")
    return values[place]


# --- of lists, made of rows -----------------------------------------------------------------------


def _listed(values: Iterable[Any], name: str) -> list[Any]:
    listed = list(values) if hasattr(values, "__iter__") else None
    if not listed:
        raise ValueError(f"ops.{name}: no values given; it takes a list of at least one")
    return listed


def prod(values: Iterable[Any]) -> Any:
    """The product of all values; with zeros among them its derivatives are right to any order.

    >>> prod([2.0, 3.0, 4.0])
    24.0
    """
    first, *others = _listed(values, "prod")
    for x in others:
        first = mul(first, x)
    return first


def mean(values: Iterable[Any]) -> Any:
    """The mean of all values: their sum, rounded once, over their number.

    >>> mean([1.0, 3.0, 4.0])
    2.6666666666666665
    """
    listed = _listed(values, "mean")
    return div(sum(listed), float(len(listed)))


def dot(a: Iterable[Any], b: Iterable[Any]) -> Any:
    """a₁b₁ + … + aₙbₙ, one node that is accurate like :data:`affine`.

    >>> dot([1.0, 2.0], [3.0, 4.0])
    11.0
    """
    return affine(a, b)


def logsumexp(values: Iterable[Any]) -> Any:
    """log Σ eˣ: the logaddexp of neighbours, of those again, and so on.

    >>> f"{logsumexp([1000.0, 1000.0]):.6f}"
    '1000.693147'
    """
    level = _listed(values, "logsumexp")
    while len(level) > 1:
        joined = [logaddexp(x, y) for x, y in zip(level[::2], level[1::2], strict=False)]
        level = joined + level[len(joined) * 2 :]
    return level[0]


def softmax(values: Iterable[Any]) -> list[Any]:
    """eˣ / Σ eˣ for each value: its share beside the logsumexp of the others.

    Written so that the derivatives of a probability next to 1 keep their digits.

    >>> softmax([0.0, 0.0])
    [0.5, 0.5]
    """
    listed = _listed(values, "softmax")
    before, after = listed[:1], listed[-1:]
    for x, y in zip(listed[1:], listed[-2::-1], strict=True):
        before.append(logaddexp(before[-1], x))
        after.append(logaddexp(y, after[-1]))
    if len(listed) == 1:
        return [div(exp(listed[0] * 0.0), 1.0)]
    after.reverse()
    last = len(listed) - 1
    others = [
        after[1] if i == 0 else before[-2] if i == last else logaddexp(before[i - 1], after[i + 1])
        for i in range(len(listed))
    ]
    return [share(x, other) for x, other in zip(listed, others, strict=True)]


def norm(values: Iterable[Any]) -> Any:
    """√(x₁² + … + xₙ²) without overflow; at 0 its derivatives are 0, the subgradient of least norm.

    Of more than two values of which two are infinite, derivatives of second order are nan.

    >>> norm([3.0, 4.0])
    5.0
    """
    listed = _listed(values, "norm")
    if all(getattr(x, "_legible", True) for x in listed):  # from the largest on: no inner 0 of 0s
        listed.sort(key=_size, reverse=True)
        if len(listed) > 2 and 0.0 < _size(listed[0]) < SUBNORMAL:  # a partial sum loses digits
            return mul(norm([mul(x, 1.0 / SCALE) for x in listed]), SCALE)
    total, *others = listed
    for x in others:
        total = hypot(total, x)
    return total if others else abs(total)


def _size(x: Any) -> float:
    return builtins.abs(x._data if hasattr(x, "_data") else x)


SUBNORMAL, SCALE = 2.0**-1022, 2.0**-1000


def clip(x: Any, low: Any = None, high: Any = None) -> Any:
    """x, but no less than ``low`` and no more than ``high``; None for no bound.

    What is not chosen receives nothing; at a tie both receive half, as in maximum and minimum.

    >>> clip(5.0, 0.0, 2.0)
    2.0
    """
    if low is not None:
        x = maximum(x, low)
    return x if high is None else minimum(x, high)
