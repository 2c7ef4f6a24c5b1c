# %% [markdown]
# # 2. Linear regression
#
# Slides 5 and 6 of “Intro to Neural Networks”. About ten minutes.
#
# The model is a line. Its numbers are set so that it misses the data as little as possible.

# %%
from autograd_mini import Value, losses, nn
from autograd_mini.lessons import learning, regression
from autograd_mini.lessons.exercises import check

# %% [markdown]
# ## One input (slide 5)
#
# $y = mx + b$: the *weight* $m$ says how much the input $x$ counts, the *bias* $b$ where the line
# starts.

# %% one-input
line = regression.one_dimensional(m=2.0, x=3.0, b=1.0)
line

# %% [markdown]
# The same as a graph. Each box is a number, an arrow leads from a number to the result that uses
# it, and the number on the arrow is the *local derivative*: how fast the result changes with that
# number. In a box, `grad` is the derivative of the output $y$ with respect to the box.

# %%
line.pictures[0]

# %% [markdown]
# **Question 1.** You may raise $m$, $x$ or $b$ by 0.1, but only one of them. Which raises $y$ most?
#
# <details><summary>Answer</summary>
#
# $m$. Its derivative is $x = 3$, that of $x$ is $m = 2$, and that of $b$ is 1. The next cell tries
# all three.
#
# </details>

# %%
print(f"m + 0.1: y = {regression.one_dimensional(m=2.1)['y']:.1f}")
print(f"x + 0.1: y = {regression.one_dimensional(x=3.1)['y']:.1f}")
print(f"b + 0.1: y = {regression.one_dimensional(b=1.1)['y']:.1f}")

# %% [markdown]
# **Fill in 1.** For $m = 2$, $x = 3$, $b = 4$: what are $∂y/∂m$, $∂y/∂x$ and $∂y/∂b$?

# %% fill-gradient-of-a-line
dy_dm, dy_dx, dy_db = ..., ..., ...

check("gradient-of-a-line", [dy_dm, dy_dx, dy_db])

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# dy_dm, dy_dx, dy_db = 3, 2, 1
# ```
#
# </details>

# %% [markdown]
# ## Many inputs (slide 5)
#
# A weight for each input, and one bias: $y = w_1 x_1 + ⋯ + w_n x_n + b$.

# %% many-inputs
many = regression.many_dimensional(w=(0.5, -1.0, 2.0), x=(4.0, 3.0, 1.5), b=0.5)
many

# %%
many.pictures[0]

# %% [markdown]
# **Fill in 2.** Write the sum for any number of inputs.


# %% fill-linear-combination
def combination(w, x, b):
    return ...


check("linear-combination", combination)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# def combination(w, x, b):
#     return sum(w_k * x_k for w_k, x_k in zip(w, x)) + b
# ```
#
# </details>

# %% [markdown]
# ## The price of a house (slide 6)
#
# $z = 5w_1 + 3w_2 + 3000w_3 + b$: a house with 5 bedrooms, 3 bathrooms and 3000 square feet. The
# slide gives no weights, so these are ours.

# %% house-price
house = regression.house_price(x=(5, 3, 3000))
house

# %%
house.pictures[0]

# %% [markdown]
# The derivative with respect to a weight is its input. The weight of the square feet therefore has
# a derivative 600 times that of the bedrooms, and one step length cannot suit both. That is why
# features are *scaled* before training:

# %% scaling
regression.scaling(units=(1, 1, 1000))

# %% [markdown]
# **Question 2.** What becomes of the step when the square feet are counted in hundreds instead of
# thousands? Guess, then change `units` to `(1, 1, 100)`.
#
# <details><summary>Answer</summary>
#
# The scaled input is 30, its square 900 rules the sum of squares, and the step overshoots far: the
# error is multiplied by $1 - 2α(1 + 5^2 + 3^2 + 30^2)$, which is −17.7 for $α = 0.01$.
#
# </details>

# %% [markdown]
# ## Finding the line
#
# Slide 3 asks how the parameters are set. Measure how far the line misses the data, then turn $m$
# and $b$ a little against their derivatives, again and again.

# %% fitted-line
fitted = regression.fitted_line(alpha=0.1, steps=200)
fitted

# %%
fitted.pictures[0]

# %% [markdown]
# Here are the first three steps by hand. A *leaf* is a number that was given, not computed, such as $m$ and
# $b$. `backward()` adds to what a leaf's `grad` already holds, so `zero_grad()` comes before it.

# %%
m, b = Value(0.0, "m"), Value(0.0, "b")
for step in range(3):
    cost = losses.mse([m * x + b for x, _ in learning.POINTS], [y for _, y in learning.POINTS])
    m.zero_grad()
    b.zero_grad()
    cost.backward()
    print(f"step {step}: MSE = {cost.data:7.4f}, ∂MSE/∂m = {m.grad:8.4f}, ∂MSE/∂b = {b.grad:8.4f}")
    m.data -= 0.1 * m.grad
    b.data -= 0.1 * b.grad

# %% [markdown]
# **Fill in 3.** What `backward()` finds can be found on paper. Write $∂\text{MSE}/∂m$ for
# $\text{MSE} = \frac1n \sum (m x_i + b - y_i)^2$.


# %% fill-slope-of-m
def slope_of_m(m, b, points):
    return ...


check("slope-of-m", slope_of_m)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# def slope_of_m(m, b, points):
#     return sum(2 * (m * x + b - y) * x for x, y in points) / len(points)
# ```
#
# The derivative of a square $u^2$ is $2u$ times the inner derivative, and $u = mx + b - y$ changes by
# $x$ when $m$ changes by 1.
#
# </details>

# %% [markdown]
# **Question 3.** The engine has the whole model ready: `nn.LinearRegression(3)`. How many parameters
# has it? Run the next cell to see.
#
# <details><summary>Answer</summary>
#
# Four: three weights and one bias.
#
# </details>

# %%
model = nn.LinearRegression(3)
print(len(model.parameters()), "parameters:", *[p.label for p in model.parameters()])

# %% [markdown]
# Next: [logistic regression](03_logistic_regression.ipynb), for questions whose answer is yes or no.
