"""How a plan treats different people: who can come to what of it, and shares by what people are."""
