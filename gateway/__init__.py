"""The gateway: Envoy's configuration, the envelope filter, the embedded stack and the demo client."""
