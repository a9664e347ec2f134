"""Words that state nothing by themselves: grammar, courtesy, and the names of things every delivery has.

Whatever an agent states about a delivery beyond these words, and beyond what the finders read, must be found in the
facts of its call. So a fabrication is caught without anyone having thought of it: "left with a neighbour" fails on
"left" and "neighbour". A word belongs here only when no sentence made of such words alone can state a fact.
"""

from functools import lru_cache
from typing import Final

from sheriff_core.evaluation.claims.feelings import FEELINGS
from sheriff_core.evaluation.claims.text import word_set

_GRAMMAR = """
a an the this that these those there here it its it's itself he she they them their theirs i i'm i've i'd i'll me my
mine myself
we we're we've we'd we'll us our ours you you're you've you'd you'll your yours yourself who whom whose which what
what's when where
why how and or but so because since if then than as of on in at by for to from with about into onto over under up
down out off per via
after before during until till while though although however too also either neither nor both each every any some
all none most more
much many few less least other others another same such own very quite rather really just only even still yet
already again once ever
be am is are was were been being isn't aren't wasn't weren't do does did done doing don't doesn't didn't have has
had having haven't
hasn't hadn't can cannot can't could couldn't would wouldn't may might must shall should will not no yes yeah yep
nope that's there's
here's he's she's let's who's where's how's one ones something anything nothing everything someone anyone everyone
oh um uh er ah hm hmm mm mhm well okay ok alright right sure now today's
whether else instead plus both within throughout according regarding concerning re towards toward against between among
upon along across around behind through throughout beyond except without besides above below away back maybe's ain't
gonna wanna gotta lemme gimme kinda sorta dunno cos cause y'all
that'll that'd it'd it'll there'd there'll who'd what'd they've they're they'd they'll i'd've couldn't've nothing's
none's somebody somebody's
everything's everybody something's someone's these'll could've would've should've might've needn't mustn't shan't who've
amongst amid beside besides beyond inside-out onto unto versus despite
former latter namely respectively likewise similarly accordingly consequently nonetheless nevertheless regardless
ago old apart aside together alone altogether along forward forwards o s t d ll ve m re
"""
_COURTESY = """
hello hi hey good morning afternoon evening day night dear sir madam ma'am miss mr mrs ms mx mister missus
welcome thanks thank please sorry apologise
apologize apologies apology pardon excuse regret afraid unfortunately appreciate appreciated grateful kind kindly
pleasure glad happy
great perfect excellent wonderful lovely brilliant fantastic awesome nice fine cool absolutely certainly
course indeed
welcome patience patient bear bearing moment second minute seconds moments hold holding wait waiting waited hang
worries worry
inconvenience frustration frustrating frustrated understand understanding understandable understood bye goodbye care
take have
enjoy rest wish best luck cheers dear bless alright anytime always never mind problem-free assist assistance help
helps helped
helping helpful support question questions query queries ask asked asking answer answers answering call calls
calling called
caller callers hear heard hearing listen listening speak speaking say says said saying talk talking tell tells
telling told
repeat repeated repeating slowly slower again spell spelled spelling read reads reading readout share shared sharing
mention
mentioned mentioning explain explained explaining clarify let lets letting know knows knew known knowing want wants
wanted
wanting like liked need needs needed needing get gets getting got give gives given giving gave make makes made
making try tries
tried trying keep keeps keeping kept go goes going went come see sees seeing saw seen look looks looking looked
check checks
checked checking double-check double-checked double-checking find finds finding found pull pulled pulling bring
brought search
searched searching search locate locates located locating retrieve retrieved retrieving identify identified
identifying working passed fits fit follows follow followed confirm confirming verify verified verifying
verification provide provides provided
providing continue proceed happy ready able unable possible impossible allow allowed allows wrap anything's
news bad good nicely quickly real simply simple clear clears cleared clearing clearly clearer exact exactly precise
precisely correct
correctly correction right true accurate accurately honest honestly frankly fair sense point case way thing things
kind part whole further additional additionally extra following first second third last next previous earlier later
latest
new newest recent recently current currently present presently moment time times point point's far  long's hope
hopefully's glad interested concern concerned concerns imagine guess guessing assume assuming think thinking believe
seem seems seemed appear appears appeared apparently look's mean means meant matter matters regard regards
reach reached reaching connect connected connecting transfer transferred transferring colleague colleagues agent
agents human person people
team line assistant virtual automated system's representative specialist operator bot ai name's speaker
start started starting begin
ending end ends ended finish finished finally later anyway anyways basically actually essentially
generally usually simply therefore thus hence meanwhile also moreover furthermore overall otherwise
hiya howdy righto righty rightio alrighty yup yep yeah nah ooh aha ahh whoa wow gosh goodness ta cheers fab
marvellous splendid smashing grand terrific amazing
outstanding sweet dandy okey dokey gotcha understood noted agreed totally truly honestly anyhow listen mate love pal
folks guys everybody friend
obviously clearly evidently naturally sadly luckily fortunately thankfully regrettably admittedly personally
technically strictly meantime nowadays lately
pleased delighted thrilled thankful obliged welcome relieved bothered bother hassle fuss annoying annoyed upsetting
stressful worrying worried troubling
sincerely genuinely deeply terribly awfully incredibly extremely highly hugely warmly greatly fully heartily
completely entirely perfectly wonderfully
digging dig peek glance scroll scrolling click clicking refresh refreshed refreshing browse review reviewing
reviewed consult consulting view viewing viewed spot notice noticed
noticing gather gathered learn learned pull-up tap type skim worked word's audio louder quieter muffled mishear
misheard mistook
shout holler buzz pop hang key keyed advisor adviser advisers advisors service services company helpline hotline
enquiry enquiries inquiry inquiries request requests requested requesting concern's topic subject
spelt digit-by-digit slow fast faster loud chat chatting conversation discuss discussed discussing speech sentence
sentences paragraph phrase helpful useful relevant related necessary important  proper properly
wonder wondering curious sure surely  hope hoping wish wished prefer preferred rather
takes took taken taking use uses used using run runs running ran turn turns turned turning stay stays remain remains
remained become becomes became
hand hands handy cover covered covers wraps wrapping done finished finishing add added adding include includes
included including
today tonight day days evening's morning's week weeks weekend month months year years hour hours minute minutes season
human's patient's folks' y'know ok'd touch base summary summarise summarize sum recap  nutshell
asap mhmm mmhmm yay bravo congrats congratulations holiday's honest transparent open upfront aware unsure uncertain
comfortable comfort peace mind reason reasons why's wherever whoever however
better feel feels feeling enough live idea ideas remember remembered watch watching fun strong especially example
examples experience experienced experiences experiencing
chance total company personal whatever attention respect respectively terms choice choices choose choosing chose
chosen consider considered considering considers
forget forgot forgotten goal practice ways offer offers offered offering respond responded responding responds
response responses etc effect difference
describe described describes describing description descriptions focus individual interesting knowledge particularly
definite suggest suggests suggested suggesting
recommend recommended realize realized realizes realise realised accept accepted advise advised advice convenience
convenient encounter encountered encountering specifically
previously separate separately prior basis active automatic automatically familiar refer refers referred referring
represent represents reflects reveal reveals revealed
inform informed informing instance regularly recognize recognized recognise recognised summary fairly fairness
genuine unlike except explains express expressed
anymore anywhere somehow rarely constantly successful formal actual existing associates continues continued
continuing obtain obtained produce produces produced
generate generates generated presented presents busy hesitate clarification acknowledge acknowledged acknowledging
feedback survey satisfaction valued value utmost
inquire inquired inquiring enquire enquired enquiring assured assuring inconvenienced loyalty assistants
falls fall lands land brings bringing puts putting sits leads stay-tuned whichever whomever wherever herein
terms-wise server servers software technical technically digital voice-assistant reader
figure figures figured topic matters concerning pertaining relating relates relate relevant respect regards
happier gladly kindness gracious courteous polite friendly presence absence
stuff hanging cool totally ma'am sir info scoop deal thing everything's straight
remark remarks comment comments loaded ran running back going supposed booked books
anyway though kinda fine plain plainly simply
"""
_DELIVERY = """
delivery deliveries package packages parcel parcels order orders orders' shipment shipments item items box boxes
mail thing
tracking track tracked tracks number numbers code codes id reference digits digit letter letters character
characters phone telephone
record records recorded recording file files filed system systems database screen account accounts log logged entry
entries
page source list lists listed listing details detail detailed information info data update updates updated updating
status statuses state states stated stating stage statement current progress tracker
date dates day days estimate estimates estimated estimating estimation estimated eta expected expect expects
expecting expectation scheduled schedule
due slated planned projected anticipated forecast set target targeted targeting arrive arrives arriving arrival
delivered deliver delivering window time timeframe timeline timing
issue issues problem problems message messages note notes noted noting text wording word words quote quoted quoting
verbatim
reported report reports flagged flag indicate indicates indicated indicating indication show shows showed shown showing
display displayed displays reflect reflects reflected mark marked marks marking register registered say says
according per
attached associated assigned registered filed entered stored held's pulled logged belong belongs belonging addressed
under name names named customer customers recipient recipients receiver sender's surname
available availability exist exists existing match matches matched matching mismatch result results lookup look-up
came comes coming come show up pops popping popped returned's query
contact contacting reach form forms option options choose
sounds sound sounding catch caught type types typed typing enter entering different similar certain specific particular
whose being possibly's correct  valid invalid
longer fact facts confirmation case content contents' content type kind copy exactly
line lines side end middle beginning front-of-mind hand hands's mine's per se full fully complete completely entire
entirely partial part whole rest remainder remaining
stands standing stand sits sitting sat as-of place's change changes changed unchanged since journey way's
visible visibility access accessing accessible load loads loaded loading officially official currently actively
under against beneath
consignment consignments goods merchandise product products stuff bundle envelope freight cargo thing's ref refs
reference references waybill barcode serial
computer page pages portal dashboard website site online web app monitor history line lines field column sheet
register ledger profile tab
pencilled penciled pencil slotted timetabled earmarked foreseen calendar diary predicted provisional provisionally
tentative tentatively approximate approximately approx
roughly anticipate anticipated anticipates expects expectations intended intends projection projecting projects
supposed meant aiming aim aims
assigned holds held-under located places stage point step standing situation picture state condition position state's
tells telling reads reading goes going lists noting noted notes stating marked-as labelled labeled label titled
entitled headed heading
latest newest most-recent original originally initial initially first-hand present-day today's
owner owners owned destined intended addressee named naming call-name forename surname initials
trackable traced tracing query queried queries
tied linked connected belongs booked booking purchase purchased purchases bought future past later ahead
"""
_WORDS = (_GRAMMAR + _COURTESY + FEELINGS + _DELIVERY).split()
SAFE_WORDS: Final = frozenset(word for word in _WORDS if not word.endswith("'s") or word in _GRAMMAR.split())

# What a sentence of pure courtesy may not hold, because it tells of something done, given or sworn.
ACTION_WORDS: Final = word_set(
    """
refund refunded refunds refunding reimburse reimbursed reimbursement compensate compensated compensation credit
credited credits voucher vouchers
coupon discount discounts discounted waive waived complimentary gift replace replaced replacement resend resent
reship reshipped reorder
expedite expedited expediting prioritize prioritized prioritise prioritised priority rush rushed escalate escalated
escalating escalation upgrade
upgraded reroute rerouted redirect redirected redirecting redeliver redelivery redelivered reschedule rescheduled
rescheduling arrange arranged arranging cancel
cancelled canceled notify notified notifying alert alerted email emailed emailing text texted texting sms message's
messaged dispatch
dispatched ship shipped send sent sending mail mailed deliver delivered left leave leaving drop dropped signed sign
signature spoke phoned  instructed booked opened filed submit submitted raise raised investigate
investigated investigating investigation guarantee guaranteed guarantees promise promised promises swear assure
assured ensure ensured certify
damaged lost stolen broken driver courier carrier warehouse depot hub facility neighbor neighbour porch locker
mailbox customs
charge charged charges fee fees pay paid payment cost costs price insurance insured claim ticket weather storm snow rain
traffic accident strike holiday
"""
)

# Adverbs say how something is told; these few say how it is.
_TELLING_ADVERBS: Final = word_set(
    """
slightly mildly partly partially badly severely heavily directly nearly early daily weekly monthly hourly family
reply supply assembly july italy likely unlikely firmly safely wrongly illegally poorly physically intentionally
accidentally deliberately repeatedly locally nationally internationally manually urgently lightly permanently
temporarily lonely costly elderly butterfly fly
"""
)
_ENDINGS: Final = ("'s", "s", "es", "ed", "d", "ing")
_MIN_STEM: Final = 4
_MIN_ADVERB: Final = 5


@lru_cache(maxsize=8192)
def is_harmless(word: str) -> bool:
    """Whether a word, or the word it is a form of, states nothing by itself."""
    if word in SAFE_WORDS:
        return True
    if word in ACTION_WORDS or word in _TELLING_ADVERBS:
        return False
    if len(word) > _MIN_ADVERB and word.endswith("ly"):
        return True
    return any(
        word.endswith(ending) and len(word) - len(ending) >= _MIN_STEM and word[: -len(ending)] in SAFE_WORDS
        for ending in _ENDINGS
    )
