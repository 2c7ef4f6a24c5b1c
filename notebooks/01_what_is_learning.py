# %% [markdown]
# # 1. What is learning?
#
# Slides 1 to 4 of “Intro to Neural Networks”. About ten minutes.
#
# Each cell below computes what a slide shows. Change a number, run the cell again (Shift + Enter),
# and see what else changes. Slides are cited by their place in the deck, counted from 1, because
# titles repeat. The deck came without its figures, so the pictures are reconstructed. What the
# slides leave open and we had to choose is marked “Ours”; where a slide says something else than it
# means, a note says so.
#
# Questions have hidden answers: think first, then open them. Some cells are to be filled in: replace
# the `...`, run the cell, and the engine says whether you are right, or what is wrong.

# %%
from autograd_mini import Value, losses
from autograd_mini.lessons import learning
from autograd_mini.lessons.exercises import check

# %% [markdown]
# ## How to read the pictures (slide 1)

# %% reading
small = learning.reading(w=2.0, x=3.0, b=1.0)
small

# %%
small.pictures[0]

# %% [markdown]
# You can build the same yourself. A `Value` is a number that remembers how it was computed, and
# `backward()` finds the derivatives of the last result with respect to all the others.

# %%
w, x, b = Value(2.0, "w"), Value(3.0, "x"), Value(1.0, "b")
z = w * x + b
z.backward()
print("z =", z.data)
print("∂z/∂w =", w.grad, "  ∂z/∂x =", x.grad, "  ∂z/∂b =", b.grad)

# %% [markdown]
# ## What is learning? (slides 2 and 3)
#
# There is a function $f : X → Y$ that we do not know; what we have is some data $D$. Learning means
# to approximate $f$ by a function that we can compute, here by a straight line
# $\hat f(x) = θ_0 + θ_1 x$.

# %% approximation
line = learning.approximation(theta0=1.0, theta1=2.0)
line

# %%
line.pictures[0]

# %% [markdown]
# **Question 1.** $∂\text{MSE}/∂θ_0$ is negative. Should $θ_0$ be larger or smaller? Guess, change
# `theta0` in the cell above, and look at the MSE.
#
# <details><summary>Answer</summary>
#
# Larger. A negative derivative says that the MSE falls when $θ_0$ grows. With `theta0=1.05` it falls
# from 0.075 to 0.0725. With `theta0=1.2` it is higher again: the derivative is about a small change.
#
# </details>

# %% [markdown]
# **Fill in 1.** For another line, $θ_0 = 0.5$ and $θ_1 = 2.5$, compute the *misses* $y - \hat f(x)$ of
# the four data points, from left to right.

# %%
points = learning.POINTS
points

# %% fill-misses
misses = ...

check("misses", misses)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# misses = [y - (0.5 + 2.5 * x) for x, y in points]
# ```
#
# </details>

# %% [markdown]
# **Fill in 2.** The *mean squared error* (MSE) is the mean of the squares of the misses. Write it as
# a function of both parameters and of the data.


# %% fill-mean-squared-error
def mean_squared_error(theta0, theta1, points):
    total = 0.0
    for x, y in points:
        total = total + ...
    return total


check("mean-squared-error", mean_squared_error)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# def mean_squared_error(theta0, theta1, points):
#     total = 0.0
#     for x, y in points:
#         total = total + (y - (theta0 + theta1 * x)) ** 2
#     return total / len(points)
# ```
#
# </details>

# %% [markdown]
# The engine has this cost too, and because it is made of Values, it also gives the derivatives:

# %%
theta0, theta1 = Value(1.0, "θ₀"), Value(2.0, "θ₁")
cost = losses.mse([theta0 + theta1 * x for x, _ in points], [y for _, y in points])
cost.backward()
print(f"MSE = {cost.data:.4f}, ∂MSE/∂θ₀ = {theta0.grad:.4f}, ∂MSE/∂θ₁ = {theta1.grad:.4f}")

# %% [markdown]
# How the parameters are *set*, by walking against these derivatives, is the subject of the next
# notebook and of notebook 10.
#
# ## Data sets (slide 4)
#
# $m$ examples, $n$ features each: the matrix $X$. One label for each example: $Y$.

# %% dataset
data = learning.dataset(prices=(495.0, 330.0, 200.0, 395.0))
data

# %% [markdown]
# **Fill in 3.** How many rows and how many columns has $X$ *as on the slide*?

# %% fill-shape-of-X
rows, columns = ..., ...

check("shape-of-X", [rows, columns])

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# rows, columns = 3, 4
# ```
#
# Three features are the rows, four examples the columns. In code it is the other way round.
#
# </details>

# %% [markdown]
# **Question 2.** Which of these could be a feature of a house, and which must be the label: the year
# it was built, its price, its distance to the next school?
#
# <details><summary>Answer</summary>
#
# That depends on the question. Here the price is what the model should answer, so it is the label,
# and it must not be among the features: the model would only copy it. The other two are features.
# Somebody who wants to guess the year from the price would choose the other way.
#
# </details>
#
# Next: [linear regression](02_linear_regression.ipynb).
