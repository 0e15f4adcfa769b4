"""The scenes of the bank: one function per question, registered under the question's code."""
