# %% [markdown]
# # 4. From one logistic regression to a network
#
# Slides 11 to 13 of “Intro to Neural Networks”. About ten minutes.
#
# One logistic regression answers one question about its inputs. Put several side by side, and one
# more on top of their answers: that is a neural network.

# %%
from autograd_mini import nn, ops
from autograd_mini.lessons import networks
from autograd_mini.lessons.exercises import check

# %% [markdown]
# ## One, expanded and compact (slide 11)
#
# The same regression in two pictures. *Expanded*, every product, sum and function is a box of its
# own. *Compact*, the whole regression is one box, and the weights stand on its arrows.

# %% single
single = networks.single(w=(0.8, -0.5), x=(1.5, 2.0), b=0.3)
single

# %%
single.pictures[0]

# %%
single.pictures[1]

# %% [markdown]
# **Question 1.** What does the compact picture leave out?
#
# <details><summary>Answer</summary>
#
# The steps between the inputs and $a$: the products $w_k x_k$ and their sum. They are computed all
# the same, and the derivatives go through each of them. Both pictures show one function.
#
# </details>

# %% [markdown]
# ## Several, side by side (slide 12)
#
# All read the same inputs; each has weights and a bias of its own.

# %% several
several = networks.several(
    units=(((0.8, -0.5), 0.3), ((-1.0, 0.6), 0.1), ((0.4, 0.7), -1.2)),
    x=(1.5, 2.0),
)
several

# %%
several.pictures[0]

# %% [markdown]
# **Question 2.** Two of the regressions start with the same weights and the same bias, and both are
# trained on the same data. What do you expect?
#
# <details><summary>Answer</summary>
#
# They compute the same, get the same derivatives, and stay equal for ever: one of them is wasted.
# That is why weights begin as random numbers.
#
# </details>

# %% [markdown]
# ## One more on their outputs (slide 13)

# %% stacked
stacked = networks.stacked(top=((1.2, -0.8, 0.5), -0.2), x=(1.5, 2.0))
stacked

# %%
stacked.pictures[0]

# %% [markdown]
# With a circle for each regression and a line for each weight it looks like the networks one sees
# everywhere:

# %%
stacked.pictures[1]

# %% [markdown]
# **Fill in 1.** How many parameters (weights and biases) has this network: three regressions on two
# inputs, and one on their three outputs?

# %% fill-parameters-of-the-stack
parameters = ...

check("parameters-of-the-stack", parameters)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# parameters = 3 * (2 + 1) + (3 + 1)
# ```
#
# </details>

# %% [markdown]
# **Fill in 2.** Write the whole network. A unit is a pair: its weights and its bias. The function
# `regression` does one of them.


# %%
def regression(w, b, x):
    z = sum(w_k * x_k for w_k, x_k in zip(w, x, strict=True)) + b
    return ops.sigmoid(z)


# %% fill-stack
def network(x, units, top):
    outputs = [... for w, b in units]
    return ...


check("stack", network)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# def network(x, units, top):
#     outputs = [regression(w, b, x) for w, b in units]
#     return regression(top[0], top[1], outputs)
# ```
#
# </details>

# %% [markdown]
# The engine has this ready too: `nn.MLP(2, [3, 1])` is three neurons on two inputs, and one on them
# (MLP: *multi-layer perceptron*). With $σ$ as its activation it is this very network:

# %%
mlp = nn.MLP(2, [3, 1], activation="sigmoid", output="sigmoid")
numbers = [0.8, -0.5, 0.3, -1.0, 0.6, 0.1, 0.4, 0.7, -1.2, 1.2, -0.8, 0.5, -0.2]
for parameter, number in zip(mlp.parameters(), numbers, strict=True):
    parameter.data = number
print(f"nn.MLP: {mlp([1.5, 2.0]).data:.6f}   the lesson: {stacked['ŷ']:.6f}")

# %% [markdown]
# **Question 3.** What are the three units looking for?
#
# <details><summary>Answer</summary>
#
# Nobody says. Their weights are found by training, so that the last one can answer well. Sometimes
# one can read a meaning into them afterwards; often one cannot.
#
# </details>
