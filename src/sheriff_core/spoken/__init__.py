"""How people say and write numbers: what was heard goes in, the few things it can mean come out, likeliest first.

`tokens` cuts the text, `words` is what is understood, `sentence` says which of the `kinds` each token is and asks
`corrections` whether all of it is one number; `letters`, `cardinals` and `fillers` are the grammar, `readings` weighs
whole sentences.
"""
