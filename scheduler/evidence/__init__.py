"""Evidence for a programme's director and for accreditation: figures about all, and nothing about anybody."""
