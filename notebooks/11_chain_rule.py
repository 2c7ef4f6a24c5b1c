# %% [markdown]
# # 11. The chain rule and back-propagation
#
# Slide 38 of “Intro to Neural Networks”. About ten minutes.
#
# Where does a gradient come from? From a product of factors, one for each step between the weight
# and the cost.

# %%
import math

from autograd_mini import Value, draw, explain, walk
from autograd_mini.lessons import chain_rule, classroom
from autograd_mini.lessons.exercises import check

# %% [markdown]
# ## One input (slide 38)
#
# $\frac{d}{dx} f(g(x)) = f'(g(x)) · g'(x)$.

# %% simple
simple = chain_rule.simple(x=0.8)
simple

# %%
simple.pictures[0]

# %% [markdown]
# **Fill in 1.** Write $\frac{d}{dx} \tanh(x^2)$. The derivative of $\tanh u$ is $1 - \tanh^2 u$.


# %% fill-chain
def derivative(x):
    return ...


check("chain", derivative)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# def derivative(x):
#     return (1 - math.tanh(x**2) ** 2) * 2 * x
# ```
#
# </details>

# %% [markdown]
# ## A walk, forward and back
#
# One neuron and its loss: $J = -\log σ(wx + b)$, for $y = 1$. Run the cells, then move the slider
# (or click into the picture and use the arrow keys); before they are run, only the list of all steps
# is shown. Forward, each box gets its number; backward, each step multiplies
# the gradient that comes in by one local derivative.

# %%
w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(-0.5, "b")
wx = w * x
z = wx + b
a = z.sigmoid()
log_a = a.log()
J = -log_a
wx.label, z.label, a.label, log_a.label, J.label = "wx", "z", "a", "log a", "J"

# %% walk
steps = walk(J, title="One neuron, forward and back")
steps

# %% [markdown]
# Where no scripts run (on GitHub, on paper), here are three of the steps back: through the logarithm,
# through the sigmoid, and to the weight.

# %% strip
steps.strip([9, 10, 13])

# %% [markdown]
# The same as one line, every factor in symbols and in numbers:

# %% explain
explained = explain(J, wrt=w)
print(explained.text)

# %% [markdown]
# **Question 1.** Which two factors become $a - 1$ when they are multiplied?
#
# <details><summary>Answer</summary>
#
# $∂J/∂a = -1/a$ and $∂a/∂z = a(1 - a)$: their product is $-(1 - a) = a - 1$. In general, the
# cross-entropy after a sigmoid has $∂J/∂z = a - y$. (Here lies what is left of slide 9's difference,
# with the sign turned.)
#
# </details>

# %% [markdown]
# ## $∂J/∂W^{[2]}$: three factors (slide 38)
#
# The network of the worked example, one example with $y = 1$, so $J = -\log a^{[2]}$. From the cost
# back to the weight $w_{1k}$ of the output neuron there are three steps:
#
# $$\frac{∂J}{∂a^{[2]}} = -\frac{1}{a^{[2]}}, \qquad
# \frac{∂a^{[2]}}{∂z^{[2]}} = a^{[2]} (1 - a^{[2]}), \qquad
# \frac{∂z^{[2]}}{∂w_{1k}^{[2]}} = a_k^{[1]}$$
#
# **Fill in 2.** Compute the four numbers of $∂J/∂W^{[2]}$, each a product of three factors. `y_hat` is
# $a^{[2]}$, and `a1` is the list of the hidden activations $a_k^{[1]}$.

# %%
model = classroom.network()
prediction = model([0.4, 2.0, 17.0])
cost = classroom.loss(prediction, 1.0)
cost.label = "J"
_, hidden, _ = classroom.layer_sums(prediction)
y_hat, a1 = prediction.data, [a_j.data for a_j in hidden]
y_hat, a1

# %% fill-gradient-of-W2
gradient = ...

check("gradient-of-W2", gradient)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# gradient = [(-1 / y_hat) * y_hat * (1 - y_hat) * a_j for a_j in a1]
# ```
#
# </details>

# %% output-layer
output = chain_rule.output_layer(y=1.0)
output

# %% [markdown]
# As the slide writes it, the whole row $W^{[2]}$ at once:

# %% matrices-of-W2
explain(cost, wrt=model.layers[1].W)

# %% [markdown]
# ## $∂J/∂W^{[1]}$: five factors (slide 38)
#
# The first two factors stay. Then the way leads through the weight that carries the hidden neuron to
# the output, through the slope of its activation, and to the input that the weight multiplies:
#
# $$\frac{∂z^{[2]}}{∂a_1^{[1]}} = w_{11}^{[2]} = 0.265, \qquad
# \frac{∂a_1^{[1]}}{∂z_1^{[1]}} = 1, \qquad
# \frac{∂z_1^{[1]}}{∂w_{11}^{[1]}} = x_1 = 0.4$$
#
# (The slope is 1 because this neuron's ReLU is on its rising side.)
#
# **Fill in 3.** Compute $∂J/∂w_{11}^{[1]}$, the derivative of the first weight of the first hidden
# neuron, as a product of five numbers.

# %% fill-gradient-of-one-weight
dJ_dw11 = ...

check("gradient-of-one-weight", dJ_dw11)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# dJ_dw11 = (-1 / y_hat) * y_hat * (1 - y_hat) * 0.265 * 1 * 0.4
# ```
#
# </details>

# %% hidden-layer
chain_rule.hidden_layer(y=1.0)

# %% [markdown]
# The slide multiplies matrices. `explain` takes the layer's whole $W$ and writes them down:

# %% matrices-of-W1
explain(cost, wrt=model.layers[0].W)

# %% [markdown]
# **Question 2.** The five factors of $∂J/∂w_{11}^{[1]}$ and of $∂J/∂w_{12}^{[1]}$ differ in one
# place. Which? What does back-propagation gain from that?
#
# <details><summary>Answer</summary>
#
# In the last factor, the input: 0.4 and 2. The first four are shared. Back-propagation computes their
# product once, $∂J/∂z_1^{[1]}$, and multiplies it by each input. That is why one pass back finds all
# gradients.
#
# </details>

# %% [markdown]
# All gradients at once, as `backward()` leaves them in the graph. The way back to $w_{11}^{[1]}$ is
# marked; its factors stand on its arrows. (The last three arrows are the parts of the loss; xlogy is
# $y \log ŷ$. The other way, through $1 - y = 0$, contributes nothing.)

# %% path
cost.backward()
ways = explain(cost, wrt=model.layers[0].W[0][0]).paths
draw(cost, path=ways[0], hide=["biases"], clusters=False)

# %% [markdown]
# **Question 3.** Slide 38 defines $J$ as a sum over examples. What is $∂J/∂W$ for three examples?
#
# <details><summary>Answer</summary>
#
# The sum of the three products of factors, one for each example: the derivative of a sum is the sum
# of the derivatives.
#
# </details>
#
# Next: [how to check a derivative](12_checking_derivatives.ipynb) without any rule of calculus.
