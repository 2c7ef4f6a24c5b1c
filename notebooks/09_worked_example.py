# %% [markdown]
# # 9. The worked example
#
# Slides 26 to 29 of “Intro to Neural Networks”. About ten minutes.
#
# Is it worth going to class? One example goes through the 3-4-1 network, number by number, to a
# prediction, a loss and a decision.

# %%
import math

from autograd_mini import Value
from autograd_mini.lessons import classroom, worked
from autograd_mini.lessons.exercises import check

# %% [markdown]
# ## The first hidden neuron (slide 26)
#
# The slide gives the inputs and this neuron's weights and bias:
# $0.5 · 0.4 + 0.1 · 2 + 0.0058 · 17 + 0.2$.
#
# **Fill in 1.** Compute the sum with four digits.

# %% fill-first-sum
z1 = ...

check("first-sum", z1)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# z1 = 0.5 * 0.4 + 0.1 * 2 + 0.0058 * 17 + 0.2
# ```
#
# </details>

# %% first-neuron
first = worked.first_neuron(x=(0.4, 2.0, 17.0))
first

# %%
first.pictures[0]

# %% [markdown]
# **Question 1.** Raise the first weight from 0.5 to 0.6, or the third from 0.0058 to 0.1058. Which
# changes $z$ more?
#
# <details><summary>Answer</summary>
#
# The third, by $0.1 · 17 = 1.7$; the first by $0.1 · 0.4 = 0.04$. The gradients in the picture say
# the same: 17 and 0.4.
#
# </details>

# %% [markdown]
# ## Into the output neuron (slide 27)
#
# The slide leaves the other neurons open. Ours are chosen so that the computed $ŷ$ is what slide 28
# prints. Below are the sums $z$ of the four hidden neurons, and the weights and the bias of the output
# neuron.
#
# **Fill in 2.** Compute $z_1^{[2]}$: first ReLU, $a_j = \max(0, z_j)$, then
# $w_1 a_1 + w_2 a_2 + w_3 a_3 + w_4 a_4 + b$.

# %%
_, _, sums = classroom.layer_sums(classroom.network()([0.4, 2.0, 17.0]))
z = [round(z_j.data, 6) for z_j in sums]
weights, bias = classroom.PARAMETERS.output
print("z =", z)
print("weights =", weights, " bias =", bias)

# %% fill-output-sum
z2 = ...

check("output-sum", z2)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# z2 = sum(w_j * max(0, z_j) for w_j, z_j in zip(weights, z)) + bias
# ```
#
# </details>

# %% [markdown]
# Term by term, as on the slide, from the activations:

# %% output-sum
output = worked.output_sum(x=(0.4, 2.0, 17.0))
output

# %%
output.pictures[0]

# %% [markdown]
# ## Prediction and loss (slide 28)

# %% [markdown]
# The sigmoid of that sum is $ŷ = 0.45$. It turned out that $y = 1$, and the loss is
# $L(ŷ, y) = -y \log ŷ - (1 - y) \log(1 - ŷ)$.
#
# **Fill in 3.** Compute the loss for $ŷ = 0.45$ and $y = 1$.

# %% fill-loss-of-the-example
L = ...

check("loss-of-the-example", L)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# L = -math.log(0.45)
# ```
#
# With $y = 1$ the second term, $(1 - y) \log(1 - ŷ)$, is 0.
#
# </details>

# %% prediction-and-loss
loss = worked.prediction_and_loss(x=(0.4, 2.0, 17.0), y=1.0)
loss

# %%
loss.pictures[0]

# %% [markdown]
# **Question 2.** What would the loss be for $ŷ = 0.99$, and what for $ŷ = 0.01$?
#
# <details><summary>Answer</summary>
#
# $-\log 0.99 = 0.01$ and $-\log 0.01 = 4.6$. To be sure and right costs almost nothing, to be sure
# and wrong costs much.
#
# </details>

# %% [markdown]
# ## Go or skip? (slide 29)

# %% decision
worked.decision(y=1.0, threshold=0.5)

# %% [markdown]
# **Question 3.** Would a threshold of 0.4 have led to the right decision? Would it be better in
# general?
#
# <details><summary>Answer</summary>
#
# For this example yes: $0.45 > 0.4$. In general nobody can tell from one example: a lower threshold
# means going to class more often, also when nothing is covered. The threshold is chosen by what the
# two mistakes cost. Training does not move it; it changes $ŷ$.
#
# </details>

# %%
y_hat = classroom.network()([0.4, 2.0, 17.0])
if y_hat > 0.5:
    print("go to class")
else:
    print(f"skip: ŷ = {y_hat.data:.2f}")

# %% [markdown]
# Next: [gradient descent](10_gradient_descent.ipynb), which mends the mistake.
