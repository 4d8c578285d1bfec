"""The demo: the main job from end to end, as any REST client would do it."""
