# %% [markdown]
# # 8. Cost functions
#
# Slides 23 to 25 and 32 of “Intro to Neural Networks”. About ten minutes.
#
# Training needs one number that says how wrong the network is. The *loss* is the error of one
# example, the *cost* is that of all of them.

# %%
import math

from autograd_mini import Value, losses
from autograd_mini.lessons import cost, descent
from autograd_mini.lessons.exercises import check

# %% [markdown]
# ## Loss and cost (slide 23)

# %% computing
cost.computing(predictions=(0.6, 0.8, 0.3), targets=(1.0, 1.0, 0.0))

# %% [markdown]
# **Question 1.** Which example has the largest loss, and why?
#
# <details><summary>Answer</summary>
#
# The first: the answer should be 1 and the network says 0.6. The second is nearer to its 1; the third
# says 0.3 where 0 is right.
#
# </details>

# %% [markdown]
# ## Examples of cost functions (slide 24)

# %% examples
examples = cost.examples(predictions=(2.5, 0.0, 2.0), targets=(3.0, -0.5, 2.0))
examples

# %%
examples.pictures[1]

# %% [markdown]
# **Fill in 1.** Write the *binary cross-entropy* $L(ŷ, y) = -y \log ŷ - (1 - y) \log(1 - ŷ)$. Here
# `p` is the prediction $ŷ$.


# %% fill-binary-cross-entropy
def loss(p, y):
    return ...


check("binary-cross-entropy", loss)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# def loss(p, y):
#     return -y * math.log(p) - (1 - y) * math.log(1 - p)
# ```
#
# At $ŷ = 0$ or $ŷ = 1$ this raises an error, because log 0 does not exist. The engine's
# `losses.binary_cross_entropy` counts $0 · \log 0$ as 0.
#
# </details>

# %% [markdown]
# **Fill in 2.** Write the cost of slide 23: the sum of the losses of all examples.


# %% fill-cost
def total_cost(predictions, targets):
    return ...


check("cost", total_cost)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# def total_cost(predictions, targets):
#     return sum(loss(p, y) for p, y in zip(predictions, targets))
# ```
#
# </details>

# %% [markdown]
# **Fill in 3.** Write $∂L/∂ŷ$ of the binary cross-entropy. The engine's answer, for comparison:

# %%
p = Value(0.8, "ŷ")
L = losses.binary_cross_entropy(p, 1.0)
L.backward()
print(f"L = {L.data:.4f}, ∂L/∂ŷ = {p.grad:.4f} at ŷ = 0.8, y = 1")


# %% fill-slope-of-the-loss
def slope_of_loss(p, y):
    return ...


check("slope-of-the-loss", slope_of_loss)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# def slope_of_loss(p, y):
#     return -y / p + (1 - y) / (1 - p)
# ```
#
# </details>

# %%
examples.pictures[0]

# %% [markdown]
# ## The cost as a landscape (slide 25)
#
# The predictions depend on the parameters, so the cost does too. Seen from the side of one parameter
# $θ$ it is a valley.

# %% valley
valley = cost.valley(theta=-0.5)
valley

# %%
valley.pictures[0]

# %% [markdown]
# **Question 2.** At $θ = 2$, has the slope the same sign? Guess, then change `theta`.
#
# <details><summary>Answer</summary>
#
# No: there the valley rises to the right, so the slope is positive. In between lies the minimum,
# where it is 0.
#
# </details>

# %% [markdown]
# ## The cost, revisited (slide 32)
#
# Later the deck writes the same sum once more, now with the index of the example, and from $i = 1$.

# %% cost-again
again = descent.cost_again(predictions=(0.6, 0.8, 0.3), targets=(1.0, 1.0, 0.0))
again

# %%
again.pictures[0]

# %% [markdown]
# **Question 3.** All examples are used twice. What becomes of the sum of the losses, of their mean,
# and of the best $θ$?
#
# <details><summary>Answer</summary>
#
# The sum doubles, the mean stays, and the best $θ$ is the same for both: a factor does not move a
# minimum. But it makes the slopes twice as steep, so with a sum the learning rate must fit the number
# of examples.
#
# </details>
#
# Next: [the worked example](09_worked_example.ipynb).
