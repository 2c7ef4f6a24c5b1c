# %% [markdown]
# # 13. Going to class, end to end
#
# Slides 17, 18, 29 and 37 of “Intro to Neural Networks”. About ten minutes.
#
# Everything together: a data set, a 3-4-1 network, its cost, the gradients, many steps, and a test on
# days that it has not seen.

# %%
import random

from autograd_mini import data, losses, nn, optim, plots, training
from autograd_mini.lessons import classroom, shallow
from autograd_mini.lessons.exercises import check

# %% [markdown]
# ## The mistake (slides 18 and 29)
#
# The network of the worked example said skip, and midterm material was covered.

# %%
network = classroom.network()
y_hat = network([0.4, 2.0, 17.0])
print(f"ŷ = {y_hat.data:.2f}:", "go" if y_hat > 0.5 else "skip")
print(f"loss: {classroom.loss(y_hat, 1.0).data:.6f}")

# %% [markdown]
# ## The three steps, repeated (slides 17 and 37)
#
# **Fill in 1.** Take *two* steps of gradient descent on this one example, and give back the numbers
# of all parameters.


# %% fill-training-step
def train(alpha):
    model = classroom.network()
    for step in range(2):
        J = classroom.loss(model([0.4, 2.0, 17.0]), 1.0)  # 1. forward, 2. cost
        ...  # 3. gradients to zero, backward pass, each p.data a little against p.grad
    return ...


check("training-step", train)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# def train(alpha):
#     model = classroom.network()
#     for step in range(2):
#         J = classroom.loss(model([0.4, 2.0, 17.0]), 1.0)
#         model.zero_grad()
#         J.backward()
#         for p in model.parameters():
#             p.data -= alpha * p.grad
#     return [p.data for p in model.parameters()]
# ```
#
# </details>

# %% [markdown]
# ## Data
#
# One example teaches one answer. Here are 200 days, made by a rule with some chance in it; a quarter
# of them is kept for the test.

# %% data
days = data.going_to_class(200, rng=random.Random(0))
print(days)
print("rule:", days.rule)
for x, y in list(days)[:5]:
    print(dict(zip(days.features, x, strict=True)), "→", days.classes[y])

# %% [markdown]
# Days count up to 30 and difficulty up to 1, so the features are *standardised* first: each gets mean
# 0 and standard deviation 1 ([notebook 2](02_linear_regression.ipynb) says why). Mean and deviation
# come from the training days alone.

# %%
train_days, test_days = days.split(0.25, rng=random.Random(1))
train_days, test_days = data.standardised(train_days, test_days)
len(train_days), len(test_days)

# %% [markdown]
# **Question 1.** Why are some days kept for the test?
#
# <details><summary>Answer</summary>
#
# A network can learn its training days by heart. Whether it has found the rule shows only on days
# that it was not trained on.
#
# </details>

# %% [markdown]
# ## Training
#
# The 3-4-1 network with random weights. Each step uses a batch of 15 days, an *epoch* is one round
# through all training days.

# %% training
model = nn.MLP(3, [4, 1], activation="relu", output="sigmoid", rng=random.Random(0))
history = training.fit(
    model,
    train_days,
    loss=losses.binary_cross_entropy,
    optimizer=optim.SGD(model.parameters(), lr=0.3),
    epochs=40,
    batch_size=15,
    rng=random.Random(0),
    validation=test_days,
)
print(f"mean loss: {history.costs[0]:.3f} in the first epoch, {history.costs[-1]:.3f} in the last")

# %%
ax = plots.loss_curve(history)

# %% [markdown]
# **Question 2.** Which of the numbers in that cell are hyperparameters?
#
# <details><summary>Answer</summary>
#
# All of them: the widths, the activation, the learning rate, the epochs, the batch size, and the
# seeds of chance. The parameters are the 21 numbers in `model.parameters()`.
#
# </details>

# %% [markdown]
# ## Does it work?
#
# **Fill in 2.** Write the share of right answers. The network says “go” where $ŷ > 0.5$.


# %% fill-accuracy
def accuracy(predictions, targets):
    right = ...
    return right / len(targets)


check("accuracy", accuracy)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# def accuracy(predictions, targets):
#     right = sum((p > 0.5) == (y == 1) for p, y in zip(predictions, targets))
#     return right / len(targets)
# ```
#
# Slide 29 writes “if y > 0.5”. Asking $y$, the data, would always be right; $ŷ$ is meant.
#
# </details>

# %% accuracy
for name, some in (("training", train_days), ("test", test_days)):
    print(f"{name} days: {training.accuracy(model, some):.0%} right")

go = sum(test_days.Y) / len(test_days)
print(f"the same answer to every test day: {max(go, 1 - go):.0%}")

# %% [markdown]
# **Question 3.** Why not 100 %?
#
# <details><summary>Answer</summary>
#
# The days have chance in them. Even the rule that made them, with the chance left out, is right on
# 87.5 % of these 200 days; nobody can be reliably better than that on new ones.
#
# </details>

# %% [markdown]
# ## Back to the example
#
# One such step on the network of the slides, with all that slide 17 says about it:

# %% three-steps
shallow.three_steps(x=(0.4, 2.0, 17.0), y=1.0, alpha=0.01)

# %% [markdown]
# The same in five lines, and the decision of slide 29 again:

# %%
optimizer = optim.SGD(network.parameters(), lr=0.01)
optimizer.zero_grad()
classroom.loss(network([0.4, 2.0, 17.0]), 1.0).backward()
optimizer.step()
y_hat = network([0.4, 2.0, 17.0])
print(f"ŷ = {y_hat.data:.2f}:", "go" if y_hat > 0.5 else "skip")

# %% [markdown]
# That is the whole deck: a model with parameters, a cost, its gradient by the chain rule, and many
# small steps. Larger networks are made of the same pieces.
