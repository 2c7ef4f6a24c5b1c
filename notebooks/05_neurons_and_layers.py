# %% [markdown]
# # 5. Neurons and layers
#
# Slides 14 to 18 of “Intro to Neural Networks”. About ten minutes.
#
# A network is made of layers, a layer of neurons, and a neuron of two steps: an affine function and
# an activation.

# %%
from autograd_mini import Value, nn, ops
from autograd_mini.lessons import classroom, shallow
from autograd_mini.lessons.exercises import check

# %% [markdown]
# ## Layers (slides 14 and 15)
#
# The *input layer* is the example itself. Each *hidden layer* is built from the layer before it, and
# the *output layer* from the last hidden layer.

# %% [markdown]
# **Fill in 1.** A network has 3 inputs, 4 hidden neurons and 1 output. How many weights has it in
# all, and how many biases?

# %% fill-weights-and-biases
weights, biases = ..., ...

check("weights-and-biases", [weights, biases])

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# weights, biases = 3 * 4 + 4 * 1, 4 + 1
# ```
#
# </details>

# %% layers
shallow.layers(nin=3, nouts=(4, 1), deeper=(4, 4, 1))

# %% [markdown]
# **Question 1.** Slide 15 says that more layers can learn more complicated functions. What is the
# price?
#
# <details><summary>Answer</summary>
#
# More parameters to find, so more computation and usually more data. Change `deeper` in the cell
# above to see how the number grows. (And more layers help only with activations between them that
# are not linear: [the next notebook](06_activation_functions.ipynb).)
#
# </details>

# %% [markdown]
# ## A neuron (slide 16)
#
# First the affine function gathers and weights the features, $z = w_1 a_1 + ⋯ + w_n a_n + b$. Then
# the activation decides how much of it is passed on, $a = g(z)$. Here $g$ is *ReLU*: 0 below 0, and
# $z$ itself above.

# %% neuron
neuron = shallow.neuron(w=(0.8, -0.5), a=(1.5, 2.0), b=0.3, lower=-1.0)
neuron

# %% [markdown]
# ## Where are the weights in this diagram?
#
# In the picture of slide 16 a circle is a neuron and a line leads from one to the next. **Each line
# is one weight**: the wider, the larger its size; dashed orange where it is negative.

# %%
neuron.pictures[0]

# %% [markdown]
# In the expanded picture each weight has a box of its own, so that its gradient can be shown in it:

# %%
neuron.pictures[1]

# %% [markdown]
# **Fill in 2.** Write the neuron: affine function, then ReLU.


# %% fill-neuron
def relu_neuron(w, a, b):
    z = ...
    return z


check("neuron", relu_neuron)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# def relu_neuron(w, a, b):
#     z = sum(w_k * a_k for w_k, a_k in zip(w, a)) + b
#     return max(0, z)
# ```
#
# </details>

# %% [markdown]
# **Fill in 3.** The slide calls the activation a *significance threshold*. For $w = (0.8, -0.5)$ and
# $a = (1.5, 2)$: below which bias does nothing pass?

# %% fill-threshold
bias = ...

check("threshold", bias)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# bias = -(0.8 * 1.5 - 0.5 * 2.0)
# ```
#
# It is the bias for which $z = 0$.
#
# </details>

# %% [markdown]
# With the engine the affine function is one operation, `ops.affine(w, x, b)`, and a layer is a list of
# neurons:

# %%
w, b = [Value(0.8, "w₁"), Value(-0.5, "w₂")], Value(0.3, "b")
a = ops.affine(w, [1.5, 2.0], b).relu()
print("written out:", round(a.data, 4))

layer = nn.Layer(3, 4, activation="relu")
print(
    "a layer of", len(layer.neurons), "neurons;", layer.neurons[0].w[0].label, "is a weight of it"
)

# %% [markdown]
# ## Three steps to training (slide 17)
#
# Push an example forward, compute the cost, push the derivative of the error back and change each
# weight a little. This is one round, on the network of the next slide.

# %% three-steps
shallow.three_steps(y=1.0, alpha=0.01)

# %% [markdown]
# **Question 2.** Of all 21 parameters, why is it this one that is steepest?
#
# <details><summary>Answer</summary>
#
# Its derivative is a product: $(ŷ - y)$, then $w_{13}^{[2]}$, through which the error comes back to
# the third hidden neuron, then the input that it multiplies, 17 (days until the midterm). The other
# inputs are 0.4 and 2, so only the four weights of that input come into question. One of them
# belongs to a silent neuron, and of the other three $|w_{13}^{[2]}| = 0.8$ is the largest factor on
# the way back (0.265 and 0.36 are the others). Features that differ so much in size are better
# scaled ([notebook 2](02_linear_regression.ipynb)).
#
# </details>

# %% [markdown]
# ## Is it worth going to class? (slide 18)

# %% going-to-class
going = shallow.going_to_class(x=(0.4, 2.0, 17.0))
going

# %%
going.pictures[0]

# %%
going.pictures[1]

# %% [markdown]
# **Question 3.** In the expanded picture, one hidden neuron has $a = 0$, and its weights have
# gradient 0. Which one, and what does that mean?
#
# <details><summary>Answer</summary>
#
# The fourth. Its $z$ is negative, so ReLU passes nothing on: for this example the neuron is silent,
# and no small change of its weights would change $ŷ$. Another example may wake it.
#
# </details>

# %%
model = classroom.network()
print(
    f"ŷ = {model([0.4, 2.0, 17.0]).data:.4f} for 17 days, {model([0.4, 2.0, 2.0]).data:.4f} for 2"
)

# %% [markdown]
# Next: [activation functions, and why they must be nonlinear](06_activation_functions.ipynb).
