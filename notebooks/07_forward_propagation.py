# %% [markdown]
# # 7. Forward propagation
#
# Slide 22 of “Intro to Neural Networks”. About ten minutes.
#
# A data set has many samples. Each is pushed through all layers, and each layer computes all its
# activations: three loops.

# %%
import random

from autograd_mini import draw, nn
from autograd_mini.lessons import classroom, forward
from autograd_mini.lessons.exercises import check

# %% [markdown]
# ## One layer
#
# $a_j = g(\sum_k w_{jk} a_k + b_j)$. The first index of a weight names the neuron it belongs to, the
# second the activation it multiplies: `W[j][k]`.
#
# **Fill in 1.** Write one layer of ReLU neurons: `W` is a list of rows, one for each neuron, `b` a
# list of biases, `a` the activations of the layer before. Give back the list of the new activations.


# %% fill-layer
def layer(W, b, a):
    new = []
    for j in range(len(W)):
        z = ...
        new.append(z)
    return new


check("layer", layer)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# def layer(W, b, a):
#     new = []
#     for j in range(len(W)):
#         z = sum(W[j][k] * a[k] for k in range(len(a))) + b[j]
#         new.append(max(0, z))
#     return new
# ```
#
# </details>

# %% [markdown]
# **Question 1.** `W` has 4 rows and 3 columns. How many numbers go into the layer, and how many come
# out?
#
# <details><summary>Answer</summary>
#
# 3 go in, one for each column, and 4 come out, one for each row: a row is a neuron.
#
# </details>

# %% [markdown]
# ## The three loops (slide 22)
#
# For each sample $i$, for each layer $l$, for each activation $j$. The lesson runs the loops and the
# engine's `nn.MLP` beside each other.

# %% loops
loops = forward.loops(
    samples=((0.4, 2.0, 17.0), (0.9, 1.0, 3.0), (0.1, 4.0, 30.0)),
    targets=(1.0, 1.0, 0.0),
)
loops

# %% [markdown]
# **Fill in 2.** Write the loops over samples and layers. A layer is given as `(W, b, g)`: weights,
# biases and its activation function. Give back a list with the final activations of each sample.


# %% fill-triple-loop
def forward_propagation(layers, samples):
    results = []
    for sample in samples:
        a = sample
        for W, b, g in layers:
            a = ...
        results.append(a)
    return results


check("triple-loop", forward_propagation)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# def forward_propagation(layers, samples):
#     results = []
#     for sample in samples:
#         a = sample
#         for W, b, g in layers:
#             a = [g(sum(W[j][k] * a[k] for k in range(len(a))) + b[j]) for j in range(len(W))]
#         results.append(a)
#     return results
# ```
#
# </details>

# %% [markdown]
# **Question 2.** Can the samples be done in any order? Can the layers?
#
# <details><summary>Answer</summary>
#
# The samples can: none needs the result of another, and many programs do them all at once. The layers
# cannot: each needs the activations of the one before it.
#
# </details>

# %% [markdown]
# ## The same through `nn.MLP`
#
# An MLP keeps the layers; calling it runs the two inner loops. Here is the network of slide 18 with
# its numbers, and a new one with random numbers.

# %%
model = classroom.network()
for sample in forward.SAMPLES:
    print(sample, "→", round(model(list(sample)).data, 6))

# %%
draw(model([0.4, 2.0, 17.0]), view="network")

# %%
other = nn.MLP(3, [4, 1], activation="relu", output="sigmoid", rng=random.Random(0))
print(
    *[len(layer.neurons) for layer in other.layers], "neurons,", len(other.parameters()), "numbers"
)
print(round(other([0.4, 2.0, 17.0]).data, 6))

# %% [markdown]
# **Question 3.** How many multiplications does one sample need in the 3-4-1 network?
#
# <details><summary>Answer</summary>
#
# One for each weight, $3 · 4 + 4 · 1 = 16$. A data set of a million samples needs 16 million, for
# each step of training: that is why the loops are worth a faster form (`autograd_mini.compile` finds
# the matrix products in them).
#
# </details>
#
# Next: [the cost](08_cost_functions.ipynb), for which the final activations are used.
