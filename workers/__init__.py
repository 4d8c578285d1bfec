"""The worker pool: its queue, its progress streams, its jobs, their sandbox, and the Qlib engine."""
