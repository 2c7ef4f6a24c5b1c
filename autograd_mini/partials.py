"""Rows that exist to be the partials of others, and what their rules share.

A formula that is good once can cancel when it is differentiated again: tanh′ as 1 − tanh² has no
digits left far out, and ``sech2`` has all of them. A name in _d, _dd, _dx, _dxy is the derivative
of the row before it. Rules name the rows of :mod:`autograd_mini.ops`, which is made after this
file and gives it its rows.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from autograd_mini import higher, ieee
from autograd_mini.rows import ANY, POSITIVE, Op, op

if TYPE_CHECKING:
    from typing import Any

    # the rows of ops
    abs = cosh = div = exp = fmod = hypot = log = mod = normal_cdf = pow = sigmoid = sign = Op()
    square = step = tanh = where = Op()


def at_zero(x: object) -> Any:
    """1 where x is 0, nan where it is nan, else 0."""
    return one_minus_square(sign(x))


def distance(x: Any, y: Any) -> Any:
    """x − y, 0 also where both are the same infinity; beside an infinite x any number will do."""
    return where(equal(x - x, 0.0), x - y, 0.0)


def nowhere(*operands: object) -> float:
    """The boundary of a row whose partials at a tie are neither 0 nor 1."""
    return 0.0


# fmt: off

recip = op("recip", ieee.recip, lambda z, x: -(z * z),
           text="1 / {0}", latex=r"\frac{{1}}{{{0}}}", precedence=20, domain=(POSITIVE,),
           definition=lambda x: exp(-log(x)))
over_square = op("over_square", ieee.over_square, lambda z, x, y: over_square(1.0, y),
                 lambda z, x, y: -2.0 * over_cube(x, y),
                 text="{0} / {1}²", latex=r"\frac{{{0}}}{{({1})^2}}", precedence=20,
                 domain=(ANY, POSITIVE), definition=lambda x, y: div(x, y * y))
over_cube = op("over_cube", ieee.over_cube, lambda z, x, y: over_cube(1.0, y),
               lambda z, x, y: -3.0 * div(over_cube(x, y), y),
               text="{0} / {1}³", latex=r"\frac{{{0}}}{{({1})^3}}", precedence=20,
               domain=(ANY, POSITIVE), definition=lambda x, y: div(x, y * y * y))
one_minus_square = op("one_minus_square", ieee.one_minus_square, lambda z, x: -2.0 * x,
                      text="1 − {0}²", latex="1 - ({0})^2", precedence=10, domain=(ANY,),
                      definition=lambda x: (1.0 - x) * (1.0 + x))
pow_dx = op("pow_dx", ieee.pow_dx, lambda z, x, y: pow_dxx(x, y), lambda z, x, y: pow_dxy(x, y),
            domain=(POSITIVE, ANY), kinks=[((0.0, 0.0), (0.0, math.inf))],
            definition=lambda x, y: y * div(pow(x, y), x))
pow_dy = op("pow_dy", ieee.pow_dy, lambda z, x, y: pow_dxy(x, y), lambda z, x, y: pow_dyy(x, y),
            domain=(POSITIVE, ANY), definition=lambda x, y: pow(x, y) * log(x))
pow_dxx = op("pow_dxx", ieee.pow_dxx, lambda z, x, y: higher.power(3, 0)(x, y),
             lambda z, x, y: higher.power(2, 1)(x, y),
             domain=(POSITIVE, ANY),
             definition=lambda x, y: y * (y - 1.0) * div(pow(x, y), x * x))
pow_dxy = op("pow_dxy", ieee.pow_dxy, lambda z, x, y: higher.power(2, 1)(x, y),
             lambda z, x, y: higher.power(1, 2)(x, y),
             domain=(POSITIVE, ANY),
             definition=lambda x, y: div(pow(x, y), x) + y * log(x) * div(pow(x, y), x))
pow_dyy = op("pow_dyy", ieee.pow_dyy, lambda z, x, y: higher.power(1, 2)(x, y),
             lambda z, x, y: higher.power(0, 3)(x, y),
             domain=(POSITIVE, ANY),
             definition=lambda x, y: pow(x, y) * square(log(x)))
normal_pdf = op("normal_pdf", ieee.normal_pdf, lambda z, x: higher.normal_pdf(1)(x),
                label="φ", text="φ({0})", latex=r"\varphi({0})", domain=(ANY,),
                note="the density of the normal distribution")
mod_dy = op("mod_dy", ieee.mod_dy, lambda z, x, y: 0.0, lambda z, x, y: 0.0,
            text="−⌊{0} / {1}⌋", latex=r"-\left\lfloor \frac{{{0}}}{{{1}}} \right\rfloor",
            precedence=25, domain=((4.2, 4.9), (2.0, 2.05)), kinks=[((6.0, 3.0), (0.0, 0.0))],
            boundary=lambda x, y: at_zero(mod(x, y)), jumps=True)
fmod_dy = op("fmod_dy", ieee.fmod_dy, lambda z, x, y: 0.0, lambda z, x, y: 0.0,
             text="−trunc({0} / {1})", latex=r"-\operatorname{{trunc}}(\frac{{{0}}}{{{1}}})",
             precedence=25, domain=((4.2, 4.9), (2.0, 2.05)), kinks=[((6.0, 3.0), (0.0, 0.0))],
             boundary=lambda x, y: at_zero(fmod(x, y)), jumps=True)
sech2 = op("sech2", ieee.sech2, lambda z, x: -2.0 * tanh(x) * z,
           text="sech²({0})", latex=r"\operatorname{{sech}}^2({0})", domain=(ANY,),
           definition=lambda x: div(1.0, square(cosh(x))))
cauchy = op("cauchy", ieee.cauchy, lambda z, x: -skew_quadrupole(1.0, x),
            shown=(lambda z, x: -2.0 * x * (z * z),),
            text="1 / (1 + {0}²)", latex=r"\frac{{1}}{{1 + ({0})^2}}", precedence=20, domain=(ANY,),
            definition=lambda x: div(1.0, 1.0 + x * x))
gauss = op("gauss", ieee.gauss, lambda z, x: gauss_d(x),
           shown=(lambda z, x: -2.0 * x * z,),
           text="exp(−{0}²)", latex=r"e^{{-({0})^2}}", domain=(ANY,),
           definition=lambda x: exp(-square(x)))
gauss_d = op("gauss_d", ieee.gauss_d, lambda z, x: higher.gauss(2)(x),
             domain=(ANY,), definition=lambda x: -2.0 * x * gauss(x))
gelu_d = op("gelu_d", ieee.gelu_d, lambda z, x: gelu_dd(x),
            text="GELU′({0})", latex=r"\operatorname{{GELU}}'({0})", domain=(ANY,),
            definition=lambda x: normal_cdf(x) + x * normal_pdf(x))
gelu_dd = op("gelu_dd", ieee.gelu_dd, lambda z, x: higher.gelu(3)(x),
             text="GELU″({0})", latex=r"\operatorname{{GELU}}''({0})", domain=(ANY,),
             definition=lambda x: normal_pdf(x) * (2.0 - x * x))
silu_d = op("silu_d", ieee.silu_d, lambda z, x: silu_dd(x),
            text="SiLU′({0})", latex=r"\operatorname{{SiLU}}'({0})", domain=(ANY,),
            definition=lambda x: sigmoid(x) + x * sigmoid(x) * sigmoid(-x))
silu_dd = op("silu_dd", ieee.silu_dd, lambda z, x: higher.silu(3)(x),
             text="SiLU″({0})", latex=r"\operatorname{{SiLU}}''({0})", domain=(ANY,),
             definition=lambda x: 2.0 * sigmoid(x) * sigmoid(-x) - x * sigmoid(x) * sigmoid(-x) * tanh(0.5 * x))
leaky_relu_d = op("leaky_relu_d", ieee.leaky_relu_d, lambda z, x, k: 0.0, lambda z, x, k: step(-x),
                  text="leaky ReLU′({0}, {1})", latex=r"\operatorname{{leaky\,ReLU}}'({0}, {1})",
                  domain=(ANY, (0.0, 0.5)), kinks=[((0.0, 0.01), (0.0, 0.0))],
                  boundary=lambda x, k: one_minus_square(sign(x)), jumps=True,
                  definition=lambda x, k: where(step(x), 1.0, k))
elu_d = op("elu_d", ieee.elu_d, lambda z, x, k: elu_dd(x, k), lambda z, x, k: elu_dd(x, 1.0),
           text="ELU′({0}, {1})", latex=r"\operatorname{{ELU}}'({0}, {1})",
           domain=(ANY, (0.5, 1.5)), kinks=[((0.0, 1.0), (0.0, 0.0))],
           definition=lambda x, k: where(step(x), 1.0, k * exp(x)))
elu_dd = op("elu_dd", ieee.elu_dd, lambda z, x, k: z, lambda z, x, k: elu_dd(x, 1.0),
            text="ELU″({0}, {1})", latex=r"\operatorname{{ELU}}''({0}, {1})",
            domain=(ANY, (0.5, 1.5)), kinks=[((0.0, 1.0), (0.0, 0.0))],
            definition=lambda x, k: where(step(x), 0.0, k * exp(x)))
direction = op("direction", ieee.direction, lambda z, x, y: hypot_dxx(x, y),
               lambda z, x, y: hypot_dxy(x, y),
               shown=(lambda z, x, y: div(1.0 - z * z, hypot(x, y)), lambda z, x, y: -div(z * direction(y, x), hypot(x, y))),
               domain=(ANY, POSITIVE), kinks=[((0.0, 0.0), (math.nan, math.nan))],
               definition=lambda x, y: div(x, hypot(x, y)))
hypot_dxx = op("hypot_dxx", ieee.hypot_dxx, lambda z, x, y: higher.distance(3, 0)(x, y),
               lambda z, x, y: higher.distance(2, 1)(x, y),
               domain=(ANY, POSITIVE), kinks=[((0.0, 0.0), (math.nan, math.nan))],
               definition=lambda x, y: div(y * y, hypot(x, y) * (x * x + y * y)))
hypot_dxy = op("hypot_dxy", ieee.hypot_dxy, lambda z, x, y: higher.distance(2, 1)(x, y),
               lambda z, x, y: higher.distance(1, 2)(x, y),
               domain=(ANY, POSITIVE), kinks=[((0.0, 0.0), (math.nan, math.nan))],
               definition=lambda x, y: -div(x * y, hypot(x, y) * (x * x + y * y)))
dipole = op("dipole", ieee.dipole, lambda z, x, y: -quadrupole(x, y),
            lambda z, x, y: -skew_quadrupole(x, y),
            domain=(ANY, POSITIVE), kinks=[((0.0, 0.0), (math.nan, math.nan))],
            definition=lambda x, y: div(x, x * x + y * y))
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
           latex=r"\frac{{e^{{{0}}}}}{{e^{{{0}}} + e^{{{1}}}}}", domain=(ANY, ANY),
           definition=lambda x, y: sigmoid(x - y))
share_d = op("share_d", ieee.share_d, lambda z, x, y: -z * tanh(0.5 * distance(x, y)),
             lambda z, x, y: z * tanh(0.5 * distance(x, y)),
             domain=(ANY, ANY),
             definition=lambda x, y: sigmoid(x - y) * sigmoid(y - x))
zero_inside = op("zero_inside", ieee.zero_inside, lambda z, x, y: z, lambda z, x, y: z,
                 domain=(ANY, POSITIVE), definition=lambda x, y: 0.0 * log(y))
xlogy_dx = op("xlogy_dx", ieee.xlogy_dx, lambda z, x, y: zero_inside(x, y),
              lambda z, x, y: recip(y),
              domain=(ANY, POSITIVE), kinks=[((0.0, 0.0), (0.0, math.inf))],
              definition=lambda x, y: log(y))
xlogy_dy = op("xlogy_dy", ieee.xlogy_dy, lambda z, x, y: recip(y), lambda z, x, y: -xlogy_dyy(x, y),
              text="{0} / {1}", latex=r"\frac{{{0}}}{{{1}}}", precedence=20, domain=(ANY, POSITIVE),
              kinks=[((0.0, 0.0), (math.inf, math.nan))], definition=lambda x, y: x * recip(y))
xlogy_dyy = op("xlogy_dyy", ieee.xlogy_dyy, lambda z, x, y: recip(y) * recip(y),
               lambda z, x, y: -2.0 * (z * recip(y)),
               text="{0} / {1}²", latex=r"\frac{{{0}}}{{({1})^2}}", precedence=20,
               domain=(ANY, POSITIVE), kinks=[((0.0, 0.0), (math.inf, math.nan))],
               definition=lambda x, y: x * square(recip(y)))
greater = op("greater", ieee.greater, lambda z, x, y: 0.0, lambda z, x, y: 0.0,
             text="[{0} > {1}]", latex="[{0} > {1}]", note="1 where it is so, else 0; ½ where x = y",
             array="xp.heaviside({0} - {1}, 0.5)",
             domain=((2.0, 3.0), (0.0, 1.0)), kinks=[((1.0, 1.0), (0.0, 0.0))],
             boundary=lambda x, y: one_minus_square(sign(x - y)), jumps=True,
             definition=lambda x, y: 0.5 * (1.0 + sign(x - y)))
equal = op("equal", ieee.equal, lambda z, x, y: 0.0, lambda z, x, y: 0.0,
           text="[{0} = {1}]", latex="[{0} = {1}]", note="1 where it is so, else 0", array="xp.where({0} == {1}, 1.0, 0.0)",
           domain=((2.0, 3.0), (0.0, 1.0)), kinks=[((1.0, 1.0), (0.0, 0.0))],
           boundary=lambda x, y: one_minus_square(sign(x - y)), jumps=True,
           definition=lambda x, y: 1.0 - abs(sign(x - y)))
# fmt: on
