"""What a generated file needs beyond its strategy: metrics and a command line."""
