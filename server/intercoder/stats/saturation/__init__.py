"""Saturation: what documents brought, what the next may bring, rules, declarations."""
