# %% [markdown]
# # 10. Gradient descent
#
# Slides 30 to 37 of “Intro to Neural Networks”. About ten minutes.
#
# The cost says how wrong the network is. Its derivatives say which way to turn each parameter so
# that it becomes a little less wrong.

# %%
from autograd_mini import Value, optim, plots
from autograd_mini.lessons import cost, descent, learning, surface
from autograd_mini.lessons.exercises import check

# %% [markdown]
# ## Parameters and hyperparameters (slides 30 and 31)

# %% parameters
descent.parameters_and_hyperparameters(alpha=0.001)

# %% [markdown]
# **Question 1.** Is the number of hidden neurons a parameter? Is the bias of the output neuron?
#
# <details><summary>Answer</summary>
#
# The number of neurons is a hyperparameter: we choose it, and training does not change it. The bias
# is a parameter, as every $W$ and $b$.
#
# </details>

# %% [markdown]
# ## What the slope tells (slide 33)
#
# (Slide 32 repeats the cost; it is in [notebook 8](08_cost_functions.ipynb).)

# %% slope
told = descent.learning_the_weights(theta=-0.5, alpha=0.4)
told

# %%
told.pictures[0]

# %% [markdown]
# **Fill in 1.** At $θ = -0.5$ take one step $θ := θ - α \, ∂J/∂θ$ with $α = 0.3$. The slope is
# `told["∂J/∂θ"]`.

# %% fill-one-step
theta = -0.5
after = ...

check("one-step", after)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# theta = -0.5
# after = theta - 0.3 * told["∂J/∂θ"]
# ```
#
# </details>

# %% [markdown]
# ## Two parameters: the direction of steepest descent (slide 34)
#
# With two parameters the cost is a surface. The path below starts at the hollow point, and every step
# goes against the gradient.

# %% steepest
steepest = surface.steepest(theta0=3.0, theta1=0.0, alpha=0.05, steps=40)
steepest

# %%
steepest.pictures[0]

# %% [markdown]
# Drawn with matplotlib, on a scale of colours, and with the steps as dots:

# %% loss-surface
path = surface.descent_path((3.0, 0.0), alpha=0.05, steps=40, points=learning.POINTS)
ax = plots.loss_surface(
    lambda theta0, theta1: surface.J_at((theta0, theta1), learning.POINTS),
    path=path,
    names=("θ₀", "θ₁"),
    log=True,
)

# %% [markdown]
# **Fill in 2.** Choose the learning rate for this path: 40 steps from the same start should bring the
# cost $J$ below 0.1. Too large and too small are both possible.

# %% fill-learning-rate
alpha = ...

check("learning-rate", alpha)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# alpha = 0.1
# ```
#
# With 0.05 the path is still on its way after 40 steps, with 0.3 each step overshoots and the path
# leaves the valley.
#
# </details>

# %% [markdown]
# ## The slope of each parameter (slide 35)
#
# A network has many parameters, and each has its slope. `backward()` finds all of them in one pass;
# measuring takes two forward passes for each.

# %% each-slope
descent.each_slope(y=1.0)

# %% [markdown]
# ## The rule (slide 36)
#
# $θ_j := θ_j - α \, ∂J/∂θ_j$, step by step.

# %% rule
rule = descent.rule(theta=-0.5, alpha=0.4, steps=8)
rule

# %%
rule.pictures[0]

# %% [markdown]
# **Fill in 3.** Write the loop. `slope_at(theta)` gives the derivative of the cost at `theta`.


# %% fill-descend
def descend(slope_at, theta, alpha, steps):
    for step in range(steps):
        theta = ...
    return theta


check("descend", descend)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# def descend(slope_at, theta, alpha, steps):
#     for step in range(steps):
#         theta = theta - alpha * slope_at(theta)
#     return theta
# ```
#
# </details>

# %% [markdown]
# The engine's form: the optimiser keeps the parameters and the learning rate.

# %%
theta = Value(-0.5, "θ")
optimizer = optim.SGD([theta], lr=0.4)
for step in range(3):
    J = cost.valley_cost(theta, cost.POINTS)
    optimizer.zero_grad()
    J.backward()
    print(f"θ = {theta.data:7.4f}   J = {J.data:.4f}   ∂J/∂θ = {theta.grad:7.4f}")
    optimizer.step()

# %% [markdown]
# **Question 2.** What happens if `optimizer.zero_grad()` is left out? Guess, then try.
#
# <details><summary>Answer</summary>
#
# The gradients of all passes add up, so each step also repeats the earlier ones and goes too far:
# after three steps $θ$ is at 3.14 instead of 0.92; the minimum is at 0.97.
#
# </details>
#
# **Question 3.** Why do the steps become shorter, although $α$ stays?
#
# <details><summary>Answer</summary>
#
# The step is $α$ times the slope, and the slope goes to 0 at the minimum.
#
# </details>

# %% [markdown]
# ## For a whole network (slide 37)

# %% network-descent
trained = descent.network_descent(alpha=0.002, steps=400)
trained

# %%
trained.pictures[0]

# %% [markdown]
# Next: [the chain rule](11_chain_rule.ipynb), by which `backward()` finds all these slopes.
