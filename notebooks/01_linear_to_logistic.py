# ruff: noqa: B018  (a cell shows the value of its last line)

# %% [markdown]
# # From linear to logistic regression
#
# Slides 5 to 10 of “Intro to Neural Networks”. About ten minutes.
#
# Each cell below computes what a slide shows. Change a number, run the cell again, and see what
# else changes. Slides are cited by their place in the deck, counted from 1. The deck came without
# its figures, so the pictures are reconstructed. What the slides leave open and we had to choose is
# marked “Ours”.

# %%
from autograd_mini import Value
from autograd_mini.lessons import logistic, regression

# %% [markdown]
# ## One input (slide 5)
#
# A straight line, $y = mx + b$: the *weight* $m$ says how much the input $x$ counts, the *bias* $b$
# where the line starts.

# %%
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
# $m$. Its derivative is $x = 3$, that of $x$ is $m = 2$, and that of $b$ is 1. Try it: call
# `regression.one_dimensional(m=2.1)` and look at `["y"]`.
#
# </details>

# %%
{
    "m + 0.1": regression.one_dimensional(m=2.1)["y"],
    "x + 0.1": regression.one_dimensional(x=3.1)["y"],
    "b + 0.1": regression.one_dimensional(b=1.1)["y"],
}

# %% [markdown]
# ## The same by hand
#
# The lessons are built from the engine's own pieces, and you can use them yourself. A `Value` is a
# number that remembers how it was computed; `backward()` then finds all derivatives at once.

# %%
m, x, b = Value(2.0, "m"), Value(3.0, "x"), Value(1.0, "b")
y = m * x + b
y.backward()
y.data, m.grad, x.grad, b.grad

# %% [markdown]
# ## Finding the line
#
# Slide 3 asks how the parameters are set. Measure how far the line misses the data (the mean of the
# squared misses), then turn $m$ and $b$ a little against their derivatives, again and again.

# %%
fitted = regression.fitted_line(steps=200)
fitted

# %%
fitted.pictures[0]

# %% [markdown]
# ## Many inputs: the price of a house (slide 6)
#
# $z = 5w_1 + 3w_2 + 3000w_3 + b$: a house with 5 bedrooms, 3 bathrooms and 3000 square feet. The
# slide gives no weights, so these are ours.

# %%
house = regression.house_price(x=(5, 3, 3000))
house

# %%
house.pictures[0]

# %% [markdown]
# The derivative with respect to a weight is its input. The weight of the square feet therefore has
# a derivative 600 times that of the bedrooms, and one step length cannot suit both. That is why
# features are *scaled* before training:

# %%
regression.scaling()

# %% [markdown]
# **Question 2.** What becomes of the step when the square feet are counted in hundreds instead of
# thousands? Guess, then call `regression.scaling(units=(1, 1, 100))`.
#
# <details><summary>Answer</summary>
#
# The scaled input is 30, its square 900 rules the sum of squares, and the step overshoots far: the
# error is multiplied by $1 - 2α(1 + 5^2 + 3^2 + 30^2)$, which is −17.7 for $α = 0.01$.
#
# </details>

# %% [markdown]
# ## Logistic regression, in three steps (slides 7 to 9)
#
# Can we afford a house, yes or no? A line gives any number; a probability lies between 0 and 1.
#
# **Step 1** is linear regression again: a linear combination $z$ of the inputs.

# %%
logistic.combination()

# %% [markdown]
# **Step 2** feeds $z$ through an *activation function*, the sigmoid $σ(z) = 1 / (1 + e^{-z})$. It
# squeezes $z$ between 0 and 1.

# %%
activated = logistic.activation()
activated

# %%
activated.pictures[1]

# %% [markdown]
# **Step 3** compares the output with the data. The slide writes $L(a, y) = y - a$, a difference
# with a sign. It tells how far off the model is, but it cannot be minimised: look at the column
# $∂/∂a$.

# %%
logistic.difference()

# %% [markdown]
# **Question 3.** Two examples have the differences $y - a = 0.3$ and $y - a = -0.3$. What is their
# sum, and what does it hide?
#
# <details><summary>Answer</summary>
#
# 0, as if the model were right. It is wrong twice, and the signs cancel. The squared error adds up
# $0.09 + 0.09$ instead.
#
# </details>

# %% [markdown]
# ## Can we afford the house? (slide 10)
#
# The price of slide 6 and what we can spend go in; how affordable the house is comes out. (The
# slide writes $a = y = σ(z)$; the prediction $ŷ$ is meant, since $y$ is the data.)

# %%
affordable = logistic.afford(budget=510)
affordable

# %%
affordable.pictures[0]

# %%
for budget in (400, 450, 495, 550, 600):
    print(f"{budget} thousand dollars: ŷ = {logistic.afford(budget=budget)['ŷ']:.3f}")

# %% [markdown]
# At a budget equal to the price, $z = 0$ and $ŷ$ is exactly one half.
#
# The next slides put several logistic regressions side by side, and one more on top of their
# outputs. That is a neural network.
