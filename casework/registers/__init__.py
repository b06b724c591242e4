"""Registers: what the school keeps beside its cases. Consents, approvals, advice, observations, data breaches.

Pure: entries are folded from recorded facts, and what is to be recorded is decided from what is asked. What a register
holds is policy data (`casework.procedure.registers`).
"""
