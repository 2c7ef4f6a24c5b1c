# %% [markdown]
# # 14. A small language model, in scalars
#
# Slide 15 of “Intro to Neural Networks”, “adding more layers means we can learn more complicated
# functions”, and what comes after the deck. About fifteen minutes.
#
# A *language model* looks at the tokens so far and says how likely each token is to come next. Ours
# reads given names letter by letter and then writes names of its own. It is the transformer of GPT-2
# in the smallest form that still works, after the published description of A. Karpathy's microGPT:
# one layer, a width of 16, four heads, 4,192 weights. Nothing in it is new to you. There are sums
# $\sum w_i x_i$, an activation, an exponential, a logarithm, and the chain rule takes care of the
# rest: every number is a `Value`.
#
# Whole, it stands in `autograd_mini/lessons/gpt.py`, on three screens.

# %%
import inspect
import math
import random

from autograd_mini import compile, graph, optim
from autograd_mini.lessons import gpt
from autograd_mini.lessons.chart import Chart, Curve
from autograd_mini.lessons.content import Picture
from autograd_mini.lessons.exercises import check

# %% [markdown]
# ## Documents
#
# A document is a name as numbers: a is 0, z is 25, and 26 is the mark that begins and ends it. At
# each position the model sees what stands to the left, and is asked for what comes next.

# %% documents
documents = gpt.documents(random.Random(1))
lengths = [len(name) for name in gpt.NAMES]
print(len(documents), "names, from", min(lengths), "to", max(lengths), "letters")
print("ada is", gpt.tokens("ada"))

# %% [markdown]
# ## Attention
#
# A letter alone says little about the next one. *Attention* lets a position gather from the
# positions before it. Each position has a *query*, a *key* and a *value*, three linear maps of its
# vector; it compares its query with the keys so far, turns the comparisons into shares that sum to 1
# (softmax), and takes the values in these shares. Written with loops:

# %% attention
print(inspect.getsource(gpt.Layer.attention))

# %% [markdown]
# `past.keys` grows by one from position to position, so the lists are ragged: the third position
# compares with three keys. A later position is never looked at. That is all that is *causal* here.
#
# **Question 1.** Why are the scores divided by the root of `size`?
#
# <details><summary>Answer</summary>
#
# A score is a sum of `size` products. If queries and keys have numbers of about 1, the sum is of
# the size √size; softmax of large numbers is nearly 0 or 1 everywhere, and its derivative nearly 0.
# The division keeps the scores near 1 however wide a head is.
#
# </details>
#
# **Fill in 1.** The shares of one position: `scores` are its comparisons with all positions of the
# document, `place` is its own. Return the list of shares of those it may look at (`gpt.softmax`
# makes shares of scores).


# %% fill-causal
def causal(scores, place):
    return ...


check("causal", causal)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# def causal(scores, place):
#     return gpt.softmax(list(scores[: place + 1]))
# ```
#
# </details>
#
# ## One loss, one gradient
#
# The loss of a document is the mean of $-\log p$ over its positions, $p$ being the share that the
# model gave to the token that did come next. A model that knows nothing gives every token the same
# share: $-\log \frac{1}{27} = 3.30$.
#
# **Fill in 2.** The *surprise* at one position: `shares` has a share for each token, `token` is the
# one that came next.


# %% fill-surprise
def surprise(shares, token):
    return ...


check("surprise", surprise)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# def surprise(shares, token):
#     return -math.log(shares[token])
# ```
#
# </details>

# %% loss
model = gpt.GPT(rng=random.Random(0))
document = gpt.tokens("isabella")
loss = model.loss(document)
loss.backward()
print("weights:", len(model.parameters()))
print("loss:", format(loss, ".2f"))
print("numbers in the graph of this one loss:", len(graph.order(loss)))

# %% [markdown]
# Before it has learned anything it writes this:

# %%
print(", ".join(model.write(random.Random(seed)) for seed in range(6)))

# %% [markdown]
# ## Slow
#
# That one loss is a graph of about forty thousand numbers, and the engine makes a Python object of
# each. Forward, backward and one step of Adam took 92 ms when we measured it (one core, CPython
# 3.11). A thousand steps would take a minute and a half.

# %% eager
adam = optim.Adam(model.parameters(), lr=0.01, betas=(0.85, 0.99))
costs = []
for document in documents[:5]:
    adam.zero_grad()
    loss = model.loss(document)
    loss.backward()
    adam.step()
    costs.append(loss.data)
print([f"{cost:.2f}" for cost in costs])

# %% [markdown]
# ## The same function, compiled
#
# `compile` runs the function once, looks at the graph, and finds what we had in mind: the sums of
# products are matrix products, the loop over the heads is one more axis, and the ragged rows of
# attention are a square with a mask. The program does not grow with the name, the width or the
# number of heads. This is the whole step, forward and backward, for a name of eight letters:

# %% compiled
model = gpt.GPT(rng=random.Random(0))
compiled = compile(model.loss, model.parameters(), backend="numpy")
value, grads = compiled([gpt.tokens("isabella")])
print("loss:", f"{value:.2f}")
print(compiled.source)

# %% [markdown]
# Find them: `W1[...]` looks up a vector for each token. `@ W2.T` gives queries, keys and values at
# once, 48 numbers for each position. `np.where(mask1, ..., -np.inf)` closes the future. `np.exp`
# and the division by the sum are softmax. What begins with `d` is the backward pass, one line for
# each line of the forward pass, in the opposite order.
#
# **Question 2.** Where is $∂L/∂W$ of a linear map, as in the slides' matrix form?
#
# <details><summary>Answer</summary>
#
# In the lines `dW… = dz….reshape(-1, n).T @ …`: the transposed derivatives by the outputs times the
# inputs, summed over all positions and examples. And `dz… @ W…` hands on to what lies below.
#
# </details>
#
# ## A thousand steps
#
# `train` takes the documents as they are, of all lengths. Each length is compiled once; a batch is
# simply the next document. (That is most of the time this cell takes: the thousand steps themselves
# took two thirds of a second, 0.4 ms for a name of eight letters, 220 times as fast as the engine.)

# %% train
adam = optim.Adam(model.parameters(), lr=0.01, betas=(0.85, 0.99))
costs = compiled.train(adam, documents, steps=1000, batch_size=1)
for start in range(0, 1000, 200):
    print(
        f"steps {start + 1} to {start + 200}: mean loss {sum(costs[start : start + 200]) / 200:.2f}"
    )

# %%
chart = Chart(
    "The mean loss of fifty documents falls from 2.8 to about 2.3.",
    "step",
    "loss",
    curves=(Curve([(i + 25.0, sum(costs[i : i + 50]) / 50) for i in range(0, 951, 10)]),),
)
Picture("losses", chart, "The loss, as the mean over fifty documents.")

# %% [markdown]
# ## Names
#
# `write` runs the very same code once more, on floats: each letter is drawn from the shares. A
# *temperature* below 1 makes likely letters likelier.

# %% names
writer = model.floats()
written = [writer.write(random.Random(seed), temperature=0.6) for seed in range(24)]
print(", ".join(written))

# %%
new = [name for name in written if name not in gpt.NAMES]
print(f"{len(new)} of {len(written)} are in no list that it has read")

# %% [markdown]
# **To try.** Write with a temperature of 0.1, and of 2. Train on with `steps=4000`. Train on words
# of another kind: any list of lower-case words of up to fifteen letters will do.
#
# **Question 3.** What would it take to let the model see two positions back only?
#
# <details><summary>Answer</summary>
#
# `for key in past.keys[-3:]`, and the same for the values. It is ordinary Python; the engine and
# the compiler follow.
#
# </details>
