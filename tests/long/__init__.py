"""The long runs of `make test-long`: what `make test` does with tens, done with hundreds."""
