"""The tier "jax": the array program under ``jax.jit``."""
