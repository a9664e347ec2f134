"""Words of talk and feeling that state nothing by themselves: what somebody makes of a thing, and how a call goes."""

from typing import Final

FEELINGS: Final = """
whilst thru tho alas btw fwiw tbh ergo hereby elsewhere
weird strange odd oddly funny silly ridiculous crazy wild peculiar curious mysterious puzzling puzzled baffled baffling
stumped confusing confused confuse disappointing disappointed disappoint disappointment unfortunate shame pity bummer
sucks stinks stink tough rough hard harder easy easier tricky frustrate impatient anxious eager excited exciting stress
stressed sad sadder cross glad hate hated hates dread dreadful awful terrible horrible rotten lousy grim
empathise empathize sympathise sympathize sympathy empathy sincere sincerest heartfelt appreciation gratitude
apologetic ashamed embarrassed embarrassing mortified humble disheartening discouraging reassuring upset
whatsoever correspond corresponds corresponding disclose disclosed disclosing returning
unique ambiguous vague unclear exact literal general generic blunt brief briefly quick quicker
determine determining deduce infer distinguish recognising recognizing
clue inkling notion hunch sense guesswork
double decide decided deciding accuracy freshest fresher newer stood
retry retrying recheck rechecked reread redo
sec secs tick jiffy mo heartbeat
relay relayed relaying supply supplied supplying carries breakdown overview snapshot bullet bullets
clarity insight comprehensive straightforward
accommodate accommodating gotten bother bothering bothersome pester pestering nag moan grumble rant
typo typos mumble mumbled mumbling garbled static echo echoing crackling accent
"""
