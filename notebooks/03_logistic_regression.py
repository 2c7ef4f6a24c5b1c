# %% [markdown]
# # 3. Logistic regression
#
# Slides 7 to 10 of “Intro to Neural Networks”. About ten minutes.
#
# Can we afford the house, yes or no? A line gives any number; a probability lies between 0 and 1.
# Logistic regression gets there in three steps: combination, activation, difference from the data.

# %%
import math

from autograd_mini import Value
from autograd_mini.lessons import logistic
from autograd_mini.lessons.exercises import check

# %% [markdown]
# ## Step 1: a linear combination (slide 7)

# %% combination
logistic.combination(w=(0.8, -0.5), x=(1.5, 2.0), b=0.3)

# %% [markdown]
# ## Step 2: an activation (slide 8)
#
# The *sigmoid* $σ(z) = 1 / (1 + e^{-z})$ squeezes $z$ between 0 and 1.

# %% activation
activated = logistic.activation(w=(0.8, -0.5), x=(1.5, 2.0), b=0.3)
activated

# %%
activated.pictures[0]

# %%
activated.pictures[1]

# %% [markdown]
# **Question 1.** Which $z$ gives exactly one half? Which gives 0.99?
#
# <details><summary>Answer</summary>
#
# $z = 0$, because $1/(1 + e^0) = 1/2$. For 0.99, $e^{-z} = 1/0.99 - 1 = 0.0101$, so $z = 4.595$:
# the sigmoid is nearly at its end before $z$ is 5.
#
# </details>

# %% [markdown]
# **Fill in 1.** Write the sigmoid with `math.exp`.


# %% fill-sigmoid
def sigmoid(z):
    return ...


check("sigmoid", sigmoid)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# def sigmoid(z):
#     return 1 / (1 + math.exp(-z))
# ```
#
# For a $z$ far below 0 this overflows: `math.exp(1000)` is an error. The engine's own
# `Value.sigmoid()` is written so that it does not.
#
# </details>

# %% [markdown]
# **Fill in 2.** Put both steps together: weights, inputs and bias in, $ŷ$ out.


# %% fill-logistic-regression
def logistic_regression(w, x, b):
    z = ...
    return z


check("logistic-regression", logistic_regression)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# def logistic_regression(w, x, b):
#     z = sum(w_k * x_k for w_k, x_k in zip(w, x)) + b
#     return 1 / (1 + math.exp(-z))
# ```
#
# </details>

# %% [markdown]
# ## Step 3: the difference from the data (slide 9)
#
# The slide writes $L(a, y) = y - a$, a difference with a sign. It tells how far off the model is,
# but it cannot be minimised, as you will see.

# %% [markdown]
# **Fill in 3.** For $w = (0.8, -0.5)$, $x = (1.5, 2)$, $b = 0.3$ and $y = 1$, compute the slide's
# difference $y - a$ (you may use your function from above).

# %% fill-difference
difference = ...

check("difference", difference)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# difference = 1.0 - logistic_regression((0.8, -0.5), (1.5, 2.0), 0.3)
# ```
#
# On paper: $z = 1.2 - 1 + 0.3 = 0.5$, $a = σ(0.5) = 0.6225$, and $1 - 0.6225 = 0.3775$.
#
# </details>

# %% [markdown]
# Now the lesson, with the derivatives of the difference and of two losses (the column $∂/∂a$):

# %% difference
logistic.difference(w=(0.8, -0.5), x=(1.5, 2.0), b=0.3, y=1.0)

# %% [markdown]
# **Question 2.** Two examples have the differences $y - a = 0.3$ and $y - a = -0.3$. What is their
# sum, and what does it hide?
#
# <details><summary>Answer</summary>
#
# 0, as if the model were right. It is wrong twice, and the signs cancel. The squared error adds up
# $0.09 + 0.09$ instead.
#
# </details>

# %% [markdown]
# The same steps with Values, so that the derivatives come along:

# %%
w1, w2, b = Value(0.8, "w₁"), Value(-0.5, "w₂"), Value(0.3, "b")
z = w1 * 1.5 + w2 * 2.0 + b
a = z.sigmoid()
a.backward()
print(f"z = {z.data:.4f}, a = {a.data:.4f}")
print(f"∂a/∂w₁ = {w1.grad:.4f}, ∂a/∂w₂ = {w2.grad:.4f}, ∂a/∂b = {b.grad:.4f}")

# %% [markdown]
# ## Can we afford the house? (slide 10)
#
# The price of slide 6 and what we can spend go in; how affordable the house is comes out.

# %% afford
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
# **Question 3.** Both weights are doubled, to 0.04 and −0.04. Which budgets now get a “yes”?
#
# <details><summary>Answer</summary>
#
# The same as before: $ŷ > ½$ where $z > 0$, and doubling $z$ does not change its sign. The answers
# become surer: they lie nearer to 0 and 1. Try `logistic.afford(w=(0.04, -0.04))`.
#
# </details>
#
# Next: [several logistic regressions, and one on top of them](04_regressions_to_network.ipynb).
