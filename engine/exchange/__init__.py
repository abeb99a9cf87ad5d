"""Networks from other programs and for them: files that are added to the weights, and exports."""
