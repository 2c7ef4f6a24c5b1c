"""THE table of operations: one row each, and everything else reads it.

Vocabulary: see :mod:`autograd_mini.rows`. In a partial, ``z`` is the output and ``x``, ``y`` are
the operands; division is written ``div`` because it must not raise. Partials are free of branches
(``step``, ``sign`` and ``where`` are rows) so that they run on whole batches. Rows that exist to be
partials of others, ``sech2`` say, stand in :mod:`autograd_mini.partials`, functions of lists in
:mod:`autograd_mini.lists`. To add an operation, add a row here; no other file changes.

Every row is a function of Values or floats:

>>> tanh(0.5)
0.46211715726000974
>>> affine([2.0, 3.0], [1.0, 10.0], 0.5)
32.5
"""

from __future__ import annotations

import builtins
import math

from autograd_mini import higher, ieee, lists, partials
from autograd_mini.lists import *
from autograd_mini.partials import *
from autograd_mini.rows import *

# fmt: off
__all__ = [
    "CONSTANT", "LEAF", "TABLE", "Kink", "NaryOp", "Op", "affine", "clip", "dot", "logsumexp",
    "mean", "norm", "op", "prod", "row_named", "softmax", "take",
]

INSIDE = (-0.95, 0.95)
BETWEEN = (0.1, 0.9)
LN_2, LN_10 = math.log(2.0), math.log(10.0)
ONE_OVER_LN_2, ONE_OVER_LN_10, ONE_THIRD = 1.4426950408889634, 0.4342944819032518, 1.0 / 3.0
ROOT_2 = math.sqrt(2.0)
PHI_0 = 0.3989422804014327  # 1 / √(2π)
TWO_OVER_ROOT_PI = 1.1283791670955126

# --- arithmetic -----------------------------------------------------------------------------------
add = op("add", ieee.add, lambda z, x, y: 1.0, lambda z, x, y: 1.0,
         label="+", text="{0} + {1}", latex="{0} + {1}", array="{0} + {1}", precedence=10,
         domain=(ANY, ANY))
sub = op("sub", ieee.sub, lambda z, x, y: 1.0, lambda z, x, y: -1.0,
         label="−", text="{0} − {1}", latex="{0} - {1}", array="{0} - {1}", precedence=10,
         domain=(ANY, ANY))
mul = op("mul", ieee.mul, lambda z, x, y: y, lambda z, x, y: x,
         label="×", text="{0} · {1}", latex=r"{0} \cdot {1}", array="{0} * {1}", precedence=20,
         domain=(ANY, ANY))
div = op("div", ieee.div, lambda z, x, y: div(1.0, y), lambda z, x, y: -over_square(x, y),
         shown=(lambda z, x, y: div(1.0, y), lambda z, x, y: -div(x, y * y)),
         label="÷", text="{0} / {1}", latex=r"\frac{{{0}}}{{{1}}}", array="{0} / {1}",
         precedence=20, domain=(ANY, POSITIVE))
neg = op("neg", ieee.neg, lambda z, x: -1.0,
         label="−", text="−{0}", latex="-{0}", array="-{0}", precedence=25, domain=(ANY,))
pow = op("pow", ieee.pow, lambda z, x, y: pow_dx(x, y), lambda z, x, y: pow_dy(x, y),
         shown=(lambda z, x, y: y * pow(x, y - 1.0), lambda z, x, y: z * log(x)),
         label="^", text="{0} ^ {1}", latex="{0}^{{{1}}}", array="{0} ** {1}", precedence=30,
         domain=(POSITIVE, ANY), kinks=[((0.0, 0.0), (0.0, 0.0))])
abs = op("abs", builtins.abs, lambda z, x: sign(x),
         label="|·|", text="|{0}|", latex=r"\left|{0}\right|", domain=(ANY,),
         kinks=[((0.0,), (0.0,))])

# --- powers, exponentials, logarithms -------------------------------------------------------------
sqrt = op("sqrt", ieee.sqrt, lambda z, x: 0.5 * recip(z),
          shown=(lambda z, x: div(1.0, 2.0 * z),),
          label="√", text="√({0})", latex=r"\sqrt{{{0}}}", domain=(POSITIVE,))
exp = op("exp", ieee.exp, lambda z, x: z, latex="e^{{{0}}}", domain=(ANY,))
expm1 = op("expm1", ieee.expm1, lambda z, x: exp(x), domain=(ANY,))
log = op("log", ieee.log, lambda z, x: recip(x),
         shown=(lambda z, x: div(1.0, x),),
         latex=r"\log {0}", domain=(POSITIVE,))
log1p = op("log1p", ieee.log1p, lambda z, x: recip(1.0 + x),
           shown=(lambda z, x: div(1.0, 1.0 + x),),
           domain=((-0.9, 4.0),))
log2 = op("log2", ieee.log2, lambda z, x: xlogy_dy(ONE_OVER_LN_2, x),
          shown=(lambda z, x: div(1.0, x * LN_2),),
          latex=r"\log_2 {0}", domain=(POSITIVE,))
log10 = op("log10", ieee.log10, lambda z, x: xlogy_dy(ONE_OVER_LN_10, x),
           shown=(lambda z, x: div(1.0, x * LN_10),),
           latex=r"\log_{{10}} {0}", domain=(POSITIVE,))
exp2 = op("exp2", ieee.exp2, lambda z, x: higher.exp2(1)(x),
          shown=(lambda z, x: LN_2 * z,),
          text="2 ^ {0}", latex="2^{{{0}}}", precedence=30, domain=(ANY,))
square = op("square", ieee.squared, lambda z, x: 2.0 * x,
            label="²", text="({0})²", latex="({0})^2", domain=(ANY,),
            definition=lambda x: x * x)
cbrt = op("cbrt", ieee.cbrt, lambda z, x: over_square(ONE_THIRD, z),
          shown=(lambda z, x: div(1.0, 3.0 * (z * z)),),
          label="∛", latex=r"\sqrt[3]{{{0}}}", domain=(POSITIVE,), kinks=[((0.0,), (math.inf,))])

# --- circular and hyperbolic functions ------------------------------------------------------------
sin = op("sin", ieee.sin, lambda z, x: cos(x), latex=r"\sin {0}", domain=(ANY,))
cos = op("cos", ieee.cos, lambda z, x: -sin(x), latex=r"\cos {0}", domain=(ANY,))
tan = op("tan", ieee.tan, lambda z, x: 1.0 + z * z,
         latex=r"\tan {0}", domain=((-1.4, 1.4),))
asin = op("asin", ieee.asin, lambda z, x: recip(sqrt(one_minus_square(x))),
          shown=(lambda z, x: div(1.0, sqrt(1.0 - x * x)),),
          latex=r"\arcsin {0}", domain=(INSIDE,))
acos = op("acos", ieee.acos, lambda z, x: -recip(sqrt(one_minus_square(x))),
          shown=(lambda z, x: -div(1.0, sqrt(1.0 - x * x)),),
          latex=r"\arccos {0}", domain=(INSIDE,))
atan = op("atan", ieee.atan, lambda z, x: cauchy(x),
          shown=(lambda z, x: div(1.0, 1.0 + x * x),),
          latex=r"\arctan {0}", domain=(ANY,))
sinh = op("sinh", ieee.sinh, lambda z, x: cosh(x), latex=r"\sinh {0}", domain=(ANY,))
cosh = op("cosh", ieee.cosh, lambda z, x: sinh(x), latex=r"\cosh {0}", domain=(ANY,))
tanh = op("tanh", ieee.tanh, lambda z, x: sech2(x),
          shown=(lambda z, x: 1.0 - z * z,),
          latex=r"\tanh {0}", domain=(ANY,))
asinh = op("asinh", ieee.asinh, lambda z, x: recip(hypot(1.0, x)),
           shown=(lambda z, x: div(1.0, sqrt(1.0 + x * x)),),
           latex=r"\operatorname{{arsinh}} {0}", domain=(ANY,))
acosh = op("acosh", ieee.acosh, lambda z, x: recip(sqrt(x - 1.0)) * recip(sqrt(x + 1.0)),
           shown=(lambda z, x: div(1.0, sqrt(x * x - 1.0)),),
           latex=r"\operatorname{{arcosh}} {0}", domain=((1.1, 4.0),))
atanh = op("atanh", ieee.atanh, lambda z, x: recip(one_minus_square(x)),
           shown=(lambda z, x: div(1.0, 1.0 - x * x),),
           latex=r"\operatorname{{artanh}} {0}", domain=(INSIDE,))
hypot = op("hypot", ieee.hypot, lambda z, x, y: direction(x, y), lambda z, x, y: direction(y, x),
           shown=(lambda z, x, y: div(x, z), lambda z, x, y: div(y, z)),
           domain=(ANY, POSITIVE), kinks=[((0.0, 0.0), (0.0, 0.0))], row=Hypot)
atan2 = op("atan2", ieee.atan2, lambda z, y, x: dipole(x, y), lambda z, y, x: -dipole(y, x),
           shown=(lambda z, y, x: div(x, x * x + y * y), lambda z, y, x: -div(y, x * x + y * y)),
           domain=(ANY, POSITIVE), kinks=[((0.0, 0.0), (math.nan, math.nan))])
erf = op("erf", ieee.erf, lambda z, x: TWO_OVER_ROOT_PI * gauss(x), domain=(ANY,))
erfc = op("erfc", ieee.erfc, lambda z, x: -TWO_OVER_ROOT_PI * gauss(x), domain=(ANY,))
normal_cdf = op("normal_cdf", ieee.normal_cdf, lambda z, x: normal_pdf(x),
                label="Φ", text="Φ({0})", latex=r"\Phi({0})", domain=(ANY,), note="the share of the normal distribution below x")
lgamma = op("lgamma", ieee.lgamma, lambda z, x: digamma(x),
            label="log Γ", text="log Γ({0})", latex=r"\log \Gamma({0})", domain=(POSITIVE,))
digamma = op("digamma", ieee.digamma, lambda z, x: higher.digamma(1)(x),
             label="ψ", text="ψ({0})", latex=r"\psi({0})", domain=(POSITIVE,), note="the derivative of log Γ(x)")

# --- activations ----------------------------------------------------------------------------------
sigmoid = op("sigmoid", ieee.sigmoid, lambda z, x: 0.25 * sech2(0.5 * x),
             shown=(lambda z, x: z * (1.0 - z),),
             label="σ", text="σ({0})", latex=r"\sigma({0})", domain=(ANY,),
             definition=lambda x: div(1.0, 1.0 + exp(-x)))
logsigmoid = op("logsigmoid", ieee.logsigmoid, lambda z, x: sigmoid(-x),
                shown=(lambda z, x: 1.0 - sigmoid(x),),
                label="log σ", text="log σ({0})", latex=r"\log \sigma({0})", domain=(ANY,),
                definition=lambda x: -softplus(-x))
softplus = op("softplus", ieee.softplus, lambda z, x: sigmoid(x),
              domain=(ANY,),
              definition=lambda x: maximum(x, 0.0) + log1p(exp(-abs(x))))
relu = op("relu", ieee.relu, lambda z, x: step(x),
          label="ReLU", text="ReLU({0})", latex=r"\operatorname{{ReLU}}({0})",
          array="xp.maximum({0}, 0.0)", domain=(ANY,), kinks=[((0.0,), (0.0,))], boundary=at_zero,
          definition=lambda x: maximum(x, 0.0))
leaky_relu = op("leaky_relu", ieee.leaky_relu, lambda z, x, k: leaky_relu_d(x, k),
                lambda z, x, k: -relu(-x),
                shown=(lambda z, x, k: where(step(x), 1.0, k), lambda z, x, k: minimum(x, 0.0)),
                label="leaky ReLU", text="leaky ReLU({0}, {1})",
                latex=r"\operatorname{{leaky\,ReLU}}({0}, {1})", domain=(ANY, (0.0, 0.5)),
                kinks=[((0.0, 0.01), (0.01, 0.0))], defaults=(0.01,), row=ShapedOp,
                definition=lambda x, k: where(step(x), x, k * x))
elu = op("elu", ieee.elu, lambda z, x, k: elu_d(x, k), lambda z, x, k: expm1(-relu(-x)),
         shown=(lambda z, x, k: where(step(x), 1.0, k * exp(x)), lambda z, x, k: where(step(x), 0.0, expm1(x))),
         label="ELU", text="ELU({0}, {1})", latex=r"\operatorname{{ELU}}({0}, {1})",
         domain=(ANY, (0.5, 1.5)), kinks=[((0.0, 0.5), (0.5, 0.0)), ((0.0, 1.0), (1.0, 0.0))],
         defaults=(1.0,), row=ShapedOp, definition=lambda x, k: where(step(x), x, k * expm1(x)))
gelu = op("gelu", ieee.gelu, lambda z, x: gelu_d(x),
          shown=(lambda z, x: normal_cdf(x) + x * normal_pdf(x),),
          label="GELU", text="GELU({0})", latex=r"\operatorname{{GELU}}({0})", domain=(ANY,),
          definition=lambda x: x * normal_cdf(x))
silu = op("silu", ieee.silu, lambda z, x: silu_d(x),
          shown=(lambda z, x: sigmoid(x) * (1.0 + x * (1.0 - sigmoid(x))),),
          label="SiLU", text="SiLU({0})", latex=r"\operatorname{{SiLU}}({0})", domain=(ANY,),
          definition=lambda x: x * sigmoid(x))

# --- of two operands ------------------------------------------------------------------------------
logaddexp = op("logaddexp", ieee.logaddexp, lambda z, x, y: share(x, y),
               lambda z, x, y: share(y, x),
               shown=(lambda z, x, y: sigmoid(x - y), lambda z, x, y: sigmoid(y - x)),
               latex=r"\log(e^{{{0}}} + e^{{{1}}})", domain=(ANY, ANY),
               definition=lambda x, y: maximum(x, y) + log1p(exp(-abs(x - y))))
xlogy = op("xlogy", ieee.xlogy, lambda z, x, y: xlogy_dx(x, y), lambda z, x, y: xlogy_dy(x, y),
           shown=(lambda z, x, y: log(y), lambda z, x, y: div(x, y)),
           text="{0} · log {1}", latex=r"{0} \log {1}", precedence=20, domain=(ANY, POSITIVE),
           kinks=[((0.0, 0.0), (0.0, 0.0))], definition=lambda x, y: x * log(y))
maximum = op("maximum", ieee.maximum, lambda z, x, y: greater(x, y), lambda z, x, y: greater(y, x),
             label="max", text="max({0}, {1})", latex=r"\max({0}, {1})", domain=(ANY, ANY),
             kinks=[((1.0, 1.0), (0.5, 0.5))], boundary=nowhere)
minimum = op("minimum", ieee.minimum, lambda z, x, y: greater(y, x), lambda z, x, y: greater(x, y),
             label="min", text="min({0}, {1})", latex=r"\min({0}, {1})", domain=(ANY, ANY),
             kinks=[((1.0, 1.0), (0.5, 0.5))], boundary=nowhere)
where = op("where", ieee.where, lambda z, c, x, y: 0.0,
           lambda z, c, x, y: where(c, 1.0, 0.0),
           lambda z, c, x, y: where(c, 0.0, 1.0),
           note="x where c is not 0, else y", domain=((1.0, 2.0), ANY, ANY), kinks=[((0.0, 1.0, 2.0), (0.0, 0.0, 1.0))],
           boundary=lambda c, x, y: one_minus_square(sign(c)), jumps=True)
sign = op("sign", ieee.sign, lambda z, x: 0.0,
          note="1 above 0, −1 below, 0 at 0", latex=r"\operatorname{{sgn}}({0})", domain=(POSITIVE,), kinks=[((0.0,), (0.0,))],
          boundary=at_zero, jumps=True)
step = op("step", ieee.step, lambda z, x: 0.0,
          note="1 above 0, else 0", array="xp.heaviside({0}, 0.0)", domain=(POSITIVE,), kinks=[((0.0,), (0.0,))],
          boundary=at_zero, jumps=True)
floor = op("floor", ieee.floor, lambda z, x: 0.0,
           text="⌊{0}⌋", latex=r"\lfloor {0} \rfloor", domain=(BETWEEN,), kinks=[((0.0,), (0.0,))],
           boundary=lambda x: at_zero(x - floor(x)), jumps=True)
ceil = op("ceil", ieee.ceil, lambda z, x: 0.0,
          text="⌈{0}⌉", latex=r"\lceil {0} \rceil", domain=(BETWEEN,), kinks=[((0.0,), (0.0,))],
          boundary=lambda x: at_zero(x - ceil(x)), jumps=True)
round = op("round", ieee.rounded, lambda z, x: 0.0,
           array="xp.rint({0})", domain=((0.6, 1.4),), kinks=[((0.5,), (0.0,))],
           boundary=lambda x: at_zero(abs(x - round(x)) - 0.5), jumps=True)
trunc = op("trunc", ieee.trunc, lambda z, x: 0.0,
           domain=(BETWEEN,), kinks=[((1.0,), (0.0,))], boundary=lambda x: at_zero(x - trunc(x)),
           jumps=True, definition=lambda x: sign(x) * floor(abs(x)))
mod = op("mod", ieee.mod, lambda z, x, y: 1.0, lambda z, x, y: mod_dy(x, y),
         shown=(lambda z, x, y: 1.0, lambda z, x, y: -floordiv(x, y)),
         label="%", array="xp.remainder({0}, {1})", domain=((4.2, 4.9), (2.0, 2.05)),
         kinks=[((6.0, 3.0), (1.0, math.nan))])
floordiv = op("floordiv", ieee.floordiv, lambda z, x, y: 0.0, lambda z, x, y: 0.0,
              label="//", text="⌊{0} / {1}⌋",
              latex=r"\left\lfloor \frac{{{0}}}{{{1}}} \right\rfloor",
              array="xp.floor_divide({0}, {1})", domain=((4.2, 4.9), (2.0, 2.05)),
              kinks=[((6.0, 3.0), (0.0, 0.0))], boundary=lambda x, y: at_zero(mod(x, y)),
              jumps=True)
fmod = op("fmod", ieee.fmod, lambda z, x, y: 1.0, lambda z, x, y: fmod_dy(x, y),
          domain=((4.2, 4.9), (2.0, 2.05)), kinks=[((6.0, 3.0), (1.0, math.nan))])
copysign = op("copysign", ieee.copysign, lambda z, x, y: sign(x) * sign(z), lambda z, x, y: 0.0,
              domain=(POSITIVE, POSITIVE), kinks=[((0.0, 1.0), (0.0, 0.0))],
              boundary=lambda x, y: at_zero(x) + at_zero(y), jumps=True,
              definition=lambda x, y: abs(x) * div(y, abs(y)))

# --- of any number of operands --------------------------------------------------------------------
sum = op("sum", ieee.sum_of, lambda i, z, xs: 1.0,
         label="Σ", text="Σ({0})", latex=r"\sum({0})", domain=(ANY,), row=NaryOp)
max = op("max", ieee.max_of, share_of_max, shown=(where_largest,),
         latex=r"\max({0})", domain=(ANY,), kinks=[((1.0, 1.0), (0.5, 0.5))], boundary=nowhere,
         row=Max)
affine = op("affine", ieee.affine_of, cofactor,
            label="Σ wx + b", array="xp.dot({0})", domain=(ANY,), row=Affine)
# fmt: on

for _row in [row for row in TABLE.values() if row.name in vars(partials) or row.arity is None]:
    TABLE[_row.name] = TABLE.pop(_row.name)  # after those that a reader looks for
for _module in (partials, lists):
    vars(_module).update(TABLE)  # their rules name the rows
for _row in TABLE.values():
    _row.partials = _row.rules  # now that every row that they name is made
