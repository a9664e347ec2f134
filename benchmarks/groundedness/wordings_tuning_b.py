"""Wordings held apart for testing: chatty and terse voices, British and plain, written without regard to the scorer.

The scorer is never changed for one sentence of this file: only its figures are read, and what they say of a whole kind
is mended in general. Slots as in `wordings_tuning`.
"""

STATUS_WORDS = {
    "pending": ["is pending at the moment", "is showing as pending", "remains pending"],
    "processing": ["is processing", "is in processing right now", "is being processed as we speak"],
    "shipped": ["shipped", "has already shipped", "has been shipped out"],
    "in_transit": ["is in transit", "is in transit at the moment", "remains in transit"],
    "out_for_delivery": [
        "is out for delivery", "is now out for delivery", "is with the driver", "is on the van for delivery", "has gone out for delivery", "is on board with our courier",
    ],
    "delivered": ["has been delivered", "was successfully delivered", "is showing as delivered", "has already arrived", "was dropped off"],
    "delayed": ["is delayed", "has been held up", "is running behind schedule", "is showing as delayed", "is running a bit late"],
    "ready_for_pickup": ["is ready for you to collect", "is ready for collection", "is waiting for you to pick it up", "is available to collect"],
    "failed_attempt": ["couldn't be delivered", "had an unsuccessful delivery attempt", "shows a failed attempt", "was attempted but not delivered"],
    "on_hold": ["is on hold", "is being held", "was put on hold", "is on hold just now"],
    "returned": ["went back to the sender", "has been sent back to the sender", "was returned", "is showing as returned"],
    "cancelled": ["was cancelled", "is showing as cancelled", "has been called off"],
    "lost": ["is marked as lost", "has gone missing", "is showing as lost"],
    "exception": ["has an exception", "is showing an exception", "has a delivery exception against it"],
}  # fmt: skip
STATUS_LOOSE = {
    "in_transit": ["is making its way to you", "is on the move", "is travelling to you now", "is on its way"],
    "out_for_delivery": ["is heading to you now", "is on its way to you", "is coming your way"],
    "shipped": ["is on its way to you", "has set off"],
    "processing": ["is being got ready", "hasn't left us yet"],
    "pending": ["hasn't gone out yet", "is yet to be shipped"],
}
NOT_YET = {
    "pending": ["hasn't been dispatched yet", "hasn't been delivered", "is not out for delivery at this stage"],
    "processing": ["isn't out for delivery yet", "has not yet been delivered", "has yet to ship"],
    "shipped": ["has not arrived yet", "isn't delivered yet", "has not yet been delivered"],
    "in_transit": [
        "has not been delivered",
        "hasn't reached you yet",
        "isn't out for delivery just yet",
        "is not delayed",
    ],
    "out_for_delivery": ["hasn't been delivered yet", "has not been dropped off", "has not been delayed"],
    "delayed": ["has not yet been delivered", "isn't out for delivery"],
    "ready_for_pickup": ["has not been collected yet", "hasn't been picked up"],
    "on_hold": ["is not on its way", "hasn't been delivered"],
    "failed_attempt": ["has not been delivered", "did not get delivered"],
    "returned": ["has not been delivered"],
    "cancelled": ["hasn't been delivered", "isn't on its way"],
    "lost": ["hasn't been delivered"],
    "exception": ["hasn't been delivered yet"],
}

OPENERS = [
    "", "", "", "Right, let's see. ", "Lovely, thanks for that. ", "Bear with me a second. Right. ", "Hello, you're through to deliveries. ", "Brilliant, I've found it. ", "No problem at all. ",
    "Sorry to keep you waiting. ", "Ah, here we are. ", "Thanks for confirming. ", "So sorry about that. ", "Well, ", "Okay then. ", "Cheers for holding. ", "I do apologise for the trouble. ",
    "That's great, thank you. ", "Just checking now. There we go. ", "Good afternoon! ", "I hear you, and I'm sorry. ", "Got it. ", "Let me have a quick look. ", "Hiya, ", "Yep, ",
]  # fmt: skip
CLOSERS = [
    "", "", "", " Anything else I can do?", " Is that all for today?", " Was there anything else?", " Bye for now.", " Enjoy the rest of your day.", " Hope that clears it up.", " Just shout if you need anything.",
    " Would you like to hear it again?", " All the best.", " Does that make sense?", " Thanks for ringing.", " You're very welcome to call back any time.", " Can I look up another one for you?", " I'm here if you need me.", " Sorry I can't tell you more.",
]  # fmt: skip

TEMPLATES = {
    "status": [
        "It {status}.", "Your parcel {status}.", "So that one {status}.", "What it tells me is that the parcel {status}.", "Looks like it {status}.", "Seems your parcel {status}.", "I've got it in front of me and it {status}.",
        "On my screen it {status}.", "The computer says it {status}.", "The short answer is that your order {status}.", "Where it stands: your package {status}.", "In short, your delivery {status}.", "To answer your question, it {status}.",
        "Good to know: your parcel {status}.", "Having checked, your package {status}.", "Checking the details, the order {status}.", "As things stand, the shipment {status}.", "As it stands now, the order {status}.",
        "Your item {status}.", "The item {status}.", "The parcel you asked about {status}.", "The one you're asking about {status}.", "Status-wise, your package {status}.", "Its status: the delivery {status}.",
        "I'm pleased to say your parcel {status}.", "I'm sorry to say that your parcel {status}.", "I'm afraid your parcel {status}.", "I can tell you that your package {status}.", "All I can see is that it {status}.",
        "Our tracking has it that your parcel {status}.", "We have it down that your delivery {status}.", "According to the tracking page, your order {status}.", "My records tell me the parcel {status}.", "Yes indeed, it {status}.",
        "No, it {status}.", "Your order, {number}, {status}.", "{first}, it {status}.", "The parcel for {first} {status}.", "Just to let you know, it {status}.", "Happy to help. It {status}.", "That parcel of yours {status}.", "Presently your delivery {status}.",
    ],
    "date": [
        "It's due {date}.", "Delivery is due on {date}.", "You can expect it on {date}.", "We expect it on {date}.", "The estimate says {date}.", "It's down for {date}.", "It's booked in for {date}.", "I've got {date} down as the estimate.",
        "Estimated for {date}.", "Estimated delivery: {date}.", "The estimated day is {date}.", "The day we have is {date}.", "The date we've got is {date}.", "That's estimated for {date}.", "It says {date} here.", "{date}, according to the estimate.",
        "The estimated date of delivery is {date}.", "It's pencilled in for {date}.", "Expected delivery is {date}.", "It's expected with you on {date}.", "The expected day is {date}.", "The current delivery estimate is {date}.", "We're estimating {date}.",
        "Our estimate for it is {date}.", "On the record it says {date}.", "The delivery date given is {date}.", "The date that's been recorded is {date}.", "It has an estimate of {date}.", "The order shows {date} for delivery.", "The estimate hasn't changed: it's {date}.",
        "Your parcel has an estimated date of {date}.", "As to when, the estimate is {date}.", "When it comes to timing, the estimate is {date}.", "It is estimated to get to you on {date}.", "Arrival is estimated for {date}.", "The listed date is {date}.",
        "So we're looking at {date}.", "That would be {date}.", "The answer is {date}.", "It's meant to arrive on {date}.", "For {number} the estimate is {date}.", "The scheduled date is {date}.", "{first}, the estimate is {date}.",
    ],
    "status_date": [
        "It {status}, and the estimate is {date}.", "Your parcel {status}, estimated for {date}.", "{name}'s parcel {status} and the estimated day is {date}.", "So: it {status}. Estimated date, {date}.",
        "It {status}. As to when, the record says {date}.", "That one {status}, and we have {date} as the estimate.", "Number {number} {status}. The date down for it is {date}.", "Your item {status} and the date given is {date}.",
        "The parcel {status}, with {date} as its estimated date.", "Right now it {status}, and the estimate reads {date}.",
    ],
    "name": [
        "It's for {name}.", "That's down as {name}.", "The parcel is in the name of {name}.", "I have {name} here.", "It says {name} on it.", "The name here is {name}.", "It's going to {name}.", "This one belongs to {name}.", "We've got {name} on the record.",
        "The person it's for is {name}.", "It's been recorded under {name}.", "Delivery for {name}.", "It shows the customer as {name}.", "The customer's name is {name}.", "Recipient: {name}.", "That's {name}'s parcel.", "That'd be {name}'s order.",
        "{first}'s parcel {status}.", "Thanks {first}, it {status}.", "Hi {first}, your parcel {status}.", "So, {first}, it {status}.", "Okay {first}, the parcel {status}.", "I can see a parcel here for {name}.", "I see the parcel for {name}.", "There's a parcel for {name}.",
        "The parcel's under {name}.", "The label name is {name}.", "On record the name is {name}.", "The name given is {name}.", "It's registered to {name}.", "It has {name} down as the recipient.", "Name on the order: {name}.", "Yes, that's for {name}, and it {status}.",
        "The one for {name} {status}.", "The order in the name of {name} {status}.", "{name}'s order {status}.", "I've found {name}'s delivery.", "This is {name}'s delivery.", "Your name is on it, {name}.", "It's for {name}, tracking number {number}.", "It's down for {first} {last}.",
    ],
    "issue": [
        "Here's the issue: {issue}", "It says here: {issue}", "The issue on it is: {issue}", "There's an issue, and it says: {issue}", "I'm afraid there's an issue. It says: {issue}", "The text of the issue is: {issue}", "To quote it: \"{issue}\"", "I quote: \"{issue}\"",
        "The issue is given as: {issue}", "It's recorded as: {issue}", "What's recorded is: {issue}", "One issue is recorded: {issue}", "There is an issue recorded against it: {issue}", "There's an issue on it. {issue}", "Right, the issue reads: {issue}", "The reason given is: {issue}",
        "The note reads: \"{issue}\"", "Someone noted: {issue}", "There's a message on it: {issue}", "The message says: {issue}", "The message reads: \"{issue}\"", "The problem given is: {issue}", "The problem reads: {issue}", "Yes, there's a problem on record: {issue}",
        "I'll give it to you word for word: {issue}", "Word for word, it says: {issue}", "Reading it out: {issue}", "The wording is: {issue}", "It goes: {issue}", "On the record it says: {issue}", "There's one thing on it: {issue}", "It does have an issue: {issue}",
        "Your parcel has an issue: {issue}", "It {status}. The issue given is: {issue}", "The parcel for {name} has this against it: {issue}", "Sorry about this. It says: {issue}", "The details are: {issue}", "Okay so the issue is this: {issue}", "There's this on the record: {issue}", "The entry says: {issue}", "Here's the message: {issue}", "{issue}",
    ],
    "tracking_number": [
        "That's {number}.", "The number I've got is {number}.", "{number} {status}.", "Parcel {number} {status}.", "So {number}, that {status}.", "Right, {number} {status}.", "I've got {number} up here and it {status}.", "I've found {number}.", "Found it: {number}.",
        "It's under {number}.", "Your number is {number}.", "Your parcel's number is {number}.", "I've looked at {number} and it {status}.", "On {number}: it {status}.", "Under {number} I've got a parcel that {status}.", "Number {number}, which {status}.", "The order number is {number}.",
        "The reference is {number}.", "Ref {number} {status}.", "Item {number} {status}.", "Item number {number} {status}.", "Tracking {number} {status}.", "The parcel {number} {status}.", "Your item {number} {status}.", "So for {number}, it {status}.", "About {number}: it {status}.",
        "Regarding {number}, it {status}.", "With regard to {number}, it {status}.", "{number} is down for {date}.", "{number} is due {date}.", "{number} is in the name of {name}.", "I have a record for {number}, and it {status}.", "We have {number} on record, and it {status}.",
        "You're looking for {number}, and it {status}.", "For tracking code {number} the estimate is {date}.", "The delivery {number} {status}.", "Consignment {number} {status}.", "That delivery, {number}, {status}.", "Having looked up {number}, it {status}.", "The tracking number, that's {number}, {status}.", "{number}, yes, it {status}.",
    ],
    "age": [
        "That's from {age} ago.", "This is {age} old now.", "Mind you, that's from about {age} ago.", "That's as it was {age} ago.", "It was like that {age} ago.", "We last looked {age} ago.", "We checked {age} ago.", "The last check was {age} ago.", "My last update is from {age} ago.",
        "It's the latest I have, from {age} ago.", "This goes back {age}.", "I got this {age} ago.", "The details were updated {age} ago.", "The record was updated {age} ago.", "It was updated about {age} ago.", "As at {age} ago, it {status}.", "As of {age} ago it {status}.",
        "About {age} ago, it was recorded that it {status}.", "I can't reach the system just now, so this is from {age} ago.", "I can't refresh this, so it's from about {age} ago.", "The system isn't answering, so I'm going by what I had {age} ago.", "Going by {age} ago, it {status}.",
        "What I know is {age} old.", "It {status}, or did as of {age} ago.", "That was the case {age} ago.", "That was true {age} ago.", "This was correct {age} ago.", "It was correct about {age} ago.", "The answer is {age} old.", "I'm reading you something from {age} ago.",
        "The picture I have is from {age} ago.", "Last known, {age} ago: it {status}.", "Last seen {age} ago: it {status}.", "Last update, {age} ago.", "Updated {age} ago.", "Checked about {age} ago.", "I should say this is {age} old.", "To be clear, it's from {age} ago.", "To be open with you, this is from about {age} ago.", "Only, that's as of {age} ago.",
    ],
}  # fmt: skip

NOT_FOUND = [
    ("I can't see anything under {number}.", "I can see something under {number}. It's in transit."),
    ("There's nothing under that number.", "There's a parcel under that number."),
    ("I'm drawing a blank on {number}, I can't find it.", "{number} has been delivered."),
    ("No parcel comes up for that number.", "Your parcel comes up for that number, and it has shipped."),
    ("That number isn't on our system.", "That number is on our system and it's in transit."),
    ("Sorry, we've nothing under {number}.", "We've got your parcel under {number}."),
    ("I haven't got a delivery under that.", "I've got a delivery under that."),
    ("I couldn't locate that one.", "I located that one, and it's on hold."),
    ("We hold no delivery under tracking number {number}.", "We hold a delivery under tracking number {number}."),
    ("It's not coming up, I'm afraid.", "It's out for delivery, I'm pleased to say."),
    ("{number} doesn't exist in our records.", "{number} exists in our records."),
    ("There is no match for {number}.", "There is a match for {number}."),
    ("I've searched and found no delivery.", "I've searched and found your delivery."),
    ("I don't have a parcel with that number, sorry.", "I do have a parcel with that number."),
    ("The search gave no results.", "The search found your parcel."),
    ("I can find no trace of that number.", "I found it, it has been returned."),
    ("I'm unable to find {number}.", "I was able to find {number}."),
    ("We don't seem to have that one. I couldn't find it.", "We do have that one."),
    ("No order found under that number. Could you check it?", "It was found under that number. It shipped."),
    ("I'm not seeing that number here.", "I'm seeing that number here as delivered."),
]
NO_ISSUE = [
    ("There aren't any issues on it.", "There are issues on it."),
    ("No issues at all.", "There's an issue."),
    ("I can't see any problems.", "I can see a problem."),
    ("There's no problem recorded against it.", "There's a problem recorded against it."),
    ("It hasn't got any issues recorded.", "It has got an issue recorded."),
    ("Nothing has been flagged.", "An issue has been flagged."),
    ("No issue has been logged for your parcel.", "An issue has been logged for your parcel."),
    ("We've had no problems reported.", "We've had a problem reported."),
    ("As for issues, there are none.", "As for issues, there is one issue."),
    ("There is not an issue on this one.", "There is an issue on this one."),
    ("I see no issue here.", "I see an issue here."),
    ("The record doesn't show any problems.", "The record shows a problem."),
    ("No problem is on record for it.", "A problem is on record for it."),
    ("It's free of issues.", "It has an issue."),
    ("I find no issue with {number}.", "I found an issue with {number}."),
    ("There's no issue recorded for {name}.", "There's an issue recorded for {name}."),
    ("There isn't a problem listed.", "There is a problem listed."),
    ("Your parcel has no issues.", "Your parcel has an issue."),
    ("No, nothing's been reported.", "Yes, a problem's been reported."),
    ("I haven't got any issue on file.", "I've got an issue on file."),
]
NO_ESTIMATE = [
    "I haven't got a date for it.", "There's no date on it.", "No date has been given.", "I can't see a delivery date.", "We've no estimate for it.", "The record has no estimated date.", "It doesn't give a date.",
    "I don't have that information, sorry.", "A date isn't given.", "I can't tell you when.", "I don't know when it arrives.", "There's no estimate yet.", "It has no estimated date.", "I've no date to give you.",
]  # fmt: skip

ISSUES = [
    "No access to the building.", "Parcel too large for the locker", "Duty of 14 pounds is unpaid. Pay before release.", "Label unreadable", "Dog in the yard, driver did not enter.", "Address belongs to a vacant house", "Flight was cancelled due to fog.",
    "Postcode and street do not match.", "Recipient moved away", "Contents leaking; parcel was repacked.", "Customer asked for a later date.", "ID check failed at the door",
]  # fmt: skip
SOFTENERS = ["There's a bit of a snag, nothing to worry about.", "It's only a formality.", "There's some little thing they're looking at.", "It's probably nothing.", "It's a small access thing, easily fixed.", "They had a bit of bother with it.",
    "It's not a serious issue.", "There might have been a mix-up.", "It's just a technicality.", "There was a spot of trouble."]  # fmt: skip
EMBELLISHMENTS = [" and they're furious", " which is the depot's fault", ", so it's now in Leeds", " and it'll be a week", " on a rainy evening", " after three tries", " and the contents are ruined", ", as usual with that street", " because the driver was new", " and police were called"]  # fmt: skip

ADDED = {
    "promise": [" I'll see to it that it gets to you.", " I'll chase it up for you.", " It'll be there before you know it.", " You'll have it by tonight.", " We'll refund the postage.", " I've asked them to hurry.", " It ought to turn up soon.", " It'll probably come tomorrow.", " I give you my word.", " Someone will ring you.",
        " I've put it through as urgent.", " You're going to get it this week.", " It shouldn't be much longer.", " We'll send another one out.", " I've credited your account.", " It's bound to arrive shortly.", " Trust me, it's safe.", " You will have it any minute now.", " I'll get the driver to call.", " They'll try again in the morning."],
    "place": [" It's in Leeds.", " It's sitting in our Birmingham depot.", " They left it with your neighbour.", " It's behind your bin.", " It's at the sorting office.", " It was handed in at reception.", " It's just round the corner from you.", " It came through Heathrow.", " It's on a lorry in Kent.", " It's in the porch.", " It's at your local shop.", " It crossed the border.", " It's in the safe place you chose.", " It got to Manchester.", " It's with the concierge."],
    "carrier": [" Royal Mail have it.", " It's with DPD.", " Evri is bringing it.", " It's coming by Parcelforce.", " It went with Yodel.", " The courier is DHL.", " Hermes took it."],
    "amount": [" There's a fee of £5.", " You owe twelve pounds.", " It'll cost you 3 euros.", " Postage was $7.50.", " Customs want forty pounds.", " It's worth a hundred dollars."],
    "count": [" There are two parcels.", " It's in three boxes.", " They've tried twice already, that's 2 goes.", " You've got five items in it.", " There have been four attempts."],
    "time": [" It'll be before noon.", " It comes between 10 and 12.", " It's due at half past three.", " They said 6pm.", " It's an evening slot.", " The van is ten minutes away."],
    "phone": [" Ring 020 7946 0018.", " The depot is on 555 867 5309.", " You can reach them on +44 20 7946 0991.", " Text 555-0177."],
    "cause": [" It's down to the strike.", " The van broke down.", " There was a flood.", " They were short of staff.", " It's because of roadworks.", " There was a mix-up at the depot."],
}  # fmt: skip
