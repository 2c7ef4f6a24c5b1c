# %% [markdown]
# # 6. Activation functions, and why they must be nonlinear
#
# Slides 19 to 21 of “Intro to Neural Networks”. About ten minutes.
#
# An activation function stands between the layers. Without one, all layers together can do no more
# than one of them; with one, they can learn XOR.

# %%
import math
import random

from autograd_mini import Value, data, losses, nn, optim, plots, training
from autograd_mini.lessons import activations, collapse, xor
from autograd_mini.lessons.exercises import check

# %% [markdown]
# ## Sigmoid, tanh, ReLU (slide 19)

# %% activations
functions = activations.activations(z=0.5)
functions

# %%
functions.pictures[0]

# %%
functions.pictures[1]

# %% [markdown]
# **Question 1.** A network has ten layers of sigmoids. In the chain rule each contributes its slope
# as a factor. How large can the product of these ten factors be?
#
# <details><summary>Answer</summary>
#
# The slope of the sigmoid is at most ¼ (at $z = 0$), so the product is at most $(1/4)^{10}$, about one
# millionth: the first layers learn very slowly. ReLU's slope is 1 wherever it is not 0, which is one
# reason why it is used between layers.
#
# </details>

# %% [markdown]
# The engine finds each slope; on paper it can be written with the output.
#
# **Fill in 1.** Write $σ'(z)$. (`sigmoid` is given.)


# %%
def sigmoid(z):
    return 1 / (1 + math.exp(-z))


z = Value(0.5, "z")
a = z.sigmoid()
a.backward()
print("the engine:", z.grad)


# %% fill-slope-of-sigmoid
def slope_of_sigmoid(z):
    return ...


check("slope-of-sigmoid", slope_of_sigmoid)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# def slope_of_sigmoid(z):
#     return sigmoid(z) * (1 - sigmoid(z))
# ```
#
# </details>

# %% [markdown]
# **Fill in 2.** Write $\tanh'(z)$. (`math.tanh` is the function.)


# %% fill-slope-of-tanh
def slope_of_tanh(z):
    return ...


check("slope-of-tanh", slope_of_tanh)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# def slope_of_tanh(z):
#     return 1 - math.tanh(z) ** 2
# ```
#
# </details>

# %% [markdown]
# ## XOR: one line is not enough (slide 20)
#
# XOR is 1 where exactly one of two inputs is 1. A logistic regression says “yes” on one side of a
# straight line. First a case that works.
#
# **Fill in 3.** Choose $w_1, w_2, b$ so that $ŷ = σ(w_1 x_1 + w_2 x_2 + b)$ is above one half only
# for $(1, 1)$. That is AND.

# %% fill-and-line
w1, w2, b = ..., ..., ...

check("and-line", [w1, w2, b])

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# w1, w2, b = 1, 1, -1.5
# ```
#
# Many others are right too.
#
# </details>

# %% [markdown]
# Now XOR. The classifier below is trained for 60 steps; the dashed lines are other attempts.
# With `targets=(0, 0, 0, 1)`, which is AND, it succeeds.

# %% xor-linear
linear = xor.linear_model(targets=(0, 1, 1, 0), seed=0)
linear

# %%
linear.pictures[0]

# %% [markdown]
# ## XOR with two layers
#
# The same four points, three hidden sigmoids, one sigmoid on them.

# %% xor-network
network = xor.two_layers(targets=(0, 1, 1, 0), width=3, seed=0)
network

# %%
network.pictures[0]

# %% [markdown]
# The same with your own hands: a network, the data, an optimiser, and 500 rounds of training. (The
# cost is the mean here, a quarter of the lesson's sum, so $α$ is four times as large.)

# %% train-xor
model = nn.MLP(2, [3, 1], activation="sigmoid", output="sigmoid", rng=random.Random(0))
optimizer = optim.SGD(model.parameters(), lr=4.0)
training.fit(model, data.xor(), losses.binary_cross_entropy, optimizer, epochs=500)
ax = plots.decision_boundary(model, data.xor())

# %% [markdown]
# **Question 2.** How many lines are needed to separate the points of XOR? How many hidden neurons
# are that?
#
# <details><summary>Answer</summary>
#
# Two lines, so two hidden neurons are enough to *draw* it: one for “at least one input is 1” (OR),
# one for “not both” (NAND), and on top their AND. Training does not always find it: try
# `width=2, seed=9`.
#
# </details>

# %% [markdown]
# ## Without an activation (slide 21)
#
# If the activation is left out, the layers collapse into one.

# %% [markdown]
# **Fill in 4.** For $w_1 = 2$, $b_1 = -1$, $w_2 = -1.5$, $b_2 = 0.5$: find $w$ and $b$ of the one
# layer that does the same. (Multiply out $w_2(w_1 x + b_1) + b_2$.)

# %% fill-collapse
w, b = ..., ...

check("collapse", [w, b])

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# w, b = -1.5 * 2, -1.5 * -1 + 0.5
# ```
#
# </details>

# %% collapse
collapsed = collapse.collapse(w1=2.0, b1=-1.0, w2=-1.5, b2=0.5, x=3.0)
collapsed

# %%
collapsed.pictures[0]

# %%
collapsed.pictures[1]

# %% [markdown]
# **Question 3.** Two layers without an activation are trained on XOR. How many answers can they get
# right at most?
#
# <details><summary>Answer</summary>
#
# Three, as any single line. Together they are one layer, and one layer draws one line.
#
# </details>
#
# Next: [forward propagation](07_forward_propagation.ipynb).
