"""Race and place together: comparisons cut into the parts of a mix, adjusted, split and followed."""
