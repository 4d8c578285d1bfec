"""A second implementation of what a logic flow means: plain pandas and a day loop.

It shares no code with the generator, the engine or Qlib, and reads the market's files by itself, so that agreement
between its trades and the generated code's is evidence for both.
"""
