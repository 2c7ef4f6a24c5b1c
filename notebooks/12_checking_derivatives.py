# %% [markdown]
# # 12. Checking a derivative
#
# Slides 35, 36 and 38 of “Intro to Neural Networks”. About ten minutes.
#
# A derivative that was found by rules can be wrong, because a rule was wrong. A second opinion needs
# no rules: move the number a little and see what happens.

# %%
import math

from autograd_mini import Value, finite_difference, gradcheck, ops
from autograd_mini.lessons import chain_rule, classroom, descent, numeric
from autograd_mini.lessons.chart import Chart, Curve, Dots
from autograd_mini.lessons.content import Picture
from autograd_mini.lessons.exercises import check

# %% [markdown]
# ## Two points and a line through them
#
# The slope of $f$ at $x$ is about $\frac{f(x + h) - f(x - h)}{2h}$, the *central difference*.
#
# **Fill in 1.** Write it.


# %% fill-central-difference
def central_difference(f, x, h):
    return ...


check("central-difference", central_difference)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# def central_difference(f, x, h):
#     return (f(x + h) - f(x - h)) / (2 * h)
# ```
#
# </details>

# %% [markdown]
# How good is it? The derivative of $e^x$ at 1 is $e$. Here is the error for smaller and smaller $h$:

# %%
errors = []
for k in range(1, 14):
    error = abs(numeric.slope(math.exp, 1.0, h=10.0**-k) - math.e)
    errors.append((-k, math.log10(error)))
    print(f"h = 1e-{k:02}   error {error:.1e}")

# %%
chart = Chart(
    "The error falls until h is about 1e-5, and rises again below.",
    "log₁₀ h",
    "log₁₀ of the error",
    curves=(Curve(errors),),
    dots=(Dots(errors),),
)
Picture("step-sizes", chart, "The error of the central difference.")

# %% [markdown]
# **Question 1.** Why does the error grow again when $h$ becomes very small?
#
# <details><summary>Answer</summary>
#
# $f(x + h)$ and $f(x - h)$ are then nearly equal, and a computer keeps about 16 digits of each. Their
# difference has few digits left, and dividing by the tiny $2h$ makes that error large.
#
# </details>
#
# **Fill in 2.** Choose an $h$ for which the error is below $10^{-9}$.

# %% fill-step-size
h = ...

check("step-size", h)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# h = 1e-5
# ```
#
# </details>

# %% [markdown]
# ## The slopes of the network (slides 35 and 36)
#
# The partial derivative of the cost with respect to each of the 21 parameters: by `backward()`, and
# measured with the central difference.

# %% each-slope
slopes = descent.each_slope(x=(0.4, 2.0, 17.0), y=1.0)
print("largest disagreement:", slopes["largest disagreement"])

# %% [markdown]
# ## `finite_difference`: an estimate that knows its error
#
# The engine combines several $h$ and says how far off its estimate may be.

# %%
(estimate,) = finite_difference(math.exp, [1.0])
print(f"{estimate.value:.13f}, off by at most {estimate.error:.0e}; the truth is {math.e:.13f}")

# %% [markdown]
# ## `gradcheck`: the table
#
# It compares the engine's derivatives with such estimates.


# %%
def loss(z):
    return -ops.log(ops.sigmoid(z))


gradcheck(loss, [0.5])

# %% [markdown]
# Now a derivative made by hand, with a mistake in it. `gradients=` hands it over:


# %%
def slope_with_a_mistake(z):
    return [ops.sigmoid(z)]  # it should be σ(z) − 1


print(gradcheck(loss, [0.5], gradients=slope_with_a_mistake))

# %% [markdown]
# **Question 2.** Is a derivative right when the check passes at one point?
#
# <details><summary>Answer</summary>
#
# Not certainly. $σ(z)$ and $1 - σ(z)$ agree at $z = 0$: a check there alone would not tell them
# apart. Check at several points, and not only at round ones.
#
# </details>

# %% [markdown]
# At a kink there is no derivative to compare with, and the check says so instead of guessing:

# %%
print(gradcheck(ops.relu, [0.0]))

# %% [markdown]
# ## The factors of slide 38, checked
#
# Three ways to one number: the product of the chain rule's factors, `backward()`, and measured.

# %% compared
print("               product    backward    measured")
for c in chain_rule.compare(classroom.PARAMETERS, classroom.X, y=1.0)[-4:-1]:
    print(f"∂J/∂{c.name}  {c.product:10.7f}  {c.backward:10.7f}  {c.measured:10.7f}")

# %% [markdown]
# **Question 3.** Measuring needs no calculus and no `backward()`. Why is it not used for training?
#
# <details><summary>Answer</summary>
#
# It takes two forward passes for every parameter. A network with a million parameters needs two
# million passes for one step; back-propagation needs one forward and one backward pass.
#
# </details>
#
# Next: [the going-to-class network, trained end to end](13_going_to_class.ipynb).
