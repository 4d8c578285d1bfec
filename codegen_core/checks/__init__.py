"""The five layers of checks, one module each; ``codegen_core.resolve.check_flow`` runs them."""
