"""Each view reads like a sentence: who may, what is asked, what is shown."""
