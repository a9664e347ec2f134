"""Wordings held apart for testing: a polished automated assistant, written after the scorer was tuned on the others.

The scorer is never changed for one sentence of this file: only its figures are read, and what they say of a whole kind
is mended in general. Slots as in `wordings_tuning`.
"""

STATUS_WORDS = {
    "pending": ["is currently pending", "has a status of pending", "is listed as pending", "is in a pending state"],
    "processing": ["is presently being processed", "is listed as processing", "is in the processing stage"],
    "shipped": ["has now been shipped", "is listed as shipped", "has officially shipped"],
    "in_transit": [
        "is presently in transit",
        "is listed as in transit",
        "has a status of in transit",
        "continues to be in transit",
    ],
    "out_for_delivery": [
        "is out for delivery right now",
        "is listed as out for delivery",
        "is on the truck for delivery",
        "is currently with the delivery driver",
        "has a status of out for delivery",
        "is on the vehicle for delivery",
    ],
    "delivered": [
        "has already been delivered",
        "is listed as delivered",
        "shows a status of delivered",
        "has been delivered successfully",
        "has been dropped off already",
    ],
    "delayed": [
        "is experiencing a delay",
        "is listed as delayed",
        "has been delayed",
        "is running behind",
        "has a status of delayed",
    ],
    "ready_for_pickup": [
        "is ready to be collected",
        "is listed as ready for pickup",
        "can now be picked up",
        "is waiting to be picked up",
    ],
    "failed_attempt": [
        "had an unsuccessful attempt",
        "shows a failed delivery attempt",
        "was not able to be delivered",
        "is listed as a failed attempt",
    ],
    "on_hold": ["is presently on hold", "is listed as on hold", "has been put on hold", "is being kept on hold"],
    "returned": [
        "has been returned",
        "is listed as returned",
        "was sent back to the sender",
        "has gone back to the sender",
    ],
    "cancelled": ["has been canceled", "is listed as cancelled", "shows as canceled"],
    "lost": ["is listed as lost", "has been marked as lost", "is considered lost"],
    "exception": ["shows a delivery exception", "is listed with an exception", "has encountered a delivery exception"],
}
STATUS_LOOSE = {
    "in_transit": [
        "is on its way",
        "is moving through the network",
        "is en route to you",
        "is currently making its way to you",
    ],
    "out_for_delivery": ["is on its way to you right now", "is headed your way"],
    "shipped": ["is on its way", "is now on the way"],
    "processing": ["is being prepared", "has not shipped yet"],
    "pending": ["has not been dispatched yet", "is still waiting to be shipped"],
}
NOT_YET = {
    "pending": ["has not shipped at this point", "has not been delivered so far", "is not yet in transit"],
    "processing": ["has not been shipped yet", "has not been delivered at this point"],
    "shipped": ["has not been delivered so far", "is not out for delivery yet"],
    "in_transit": [
        "has not been delivered at this time",
        "has not yet arrived",
        "is not yet out for delivery",
        "is not showing as delayed",
    ],
    "out_for_delivery": ["has not been delivered at this time", "has not arrived yet", "is not marked as delivered"],
    "delayed": ["has not been delivered at this point", "is not out for delivery at the moment"],
    "ready_for_pickup": ["has not been picked up", "has not been collected yet"],
    "on_hold": ["is not currently in transit", "has not been delivered"],
    "failed_attempt": ["was not delivered", "has not been successfully delivered"],
    "returned": ["was not delivered", "is not out for delivery"],
    "cancelled": ["has not been delivered", "is not in transit"],
    "lost": ["has not been delivered"],
    "exception": ["has not been delivered at this time"],
}

OPENERS = [
    "", "", "", "Thanks for providing that. ", "I was able to pull that up. ", "I've located the record. ", "Thank you for your patience while I checked. ", "Okay, I have the details right here. ",
    "I see. ", "Understood. ", "Welcome back! ", "Hello, this is the delivery assistant. ", "I'm so sorry for any confusion. ", "Absolutely, I'd be happy to check. ", "All right, here is what I found. ", "Great question. ",
    "I realize waiting is never fun. ", "Thank you for verifying that. ", "One moment while I look. Thanks for waiting. ", "No worries at all. ", "Let me give you the latest. ", "I know you've been waiting. ", "I apologize for the wait. ", "My apologies. ", "Glad you called. ", "Okay, got it, thank you. ",
]  # fmt: skip
CLOSERS = [
    "", "", "", " Is there something else I can assist you with?", " Feel free to call us again.", " Would you like any other details?", " Have a wonderful evening!", " Thank you for choosing us.", " Please don't hesitate to reach out.", " Let me know how else I can help.",
    " Do you have another tracking number for me to check?", " Would that be all?", " I appreciate your understanding.", " Goodbye, and take care.", " Wishing you a great week.", " Should I go over that one more time?", " Can I clarify anything?", " That's everything I have on it.",
]  # fmt: skip

TEMPLATES = {
    "status": [
        "I can see that the package {status}.", "Based on our records, your package {status}.", "Our latest records indicate that your package {status}.", "The delivery associated with that number {status}.", "At this time, your delivery {status}.",
        "Your shipment currently shows that it {status}.", "The tracking system reports that your package {status}.", "I've checked the system, and your order {status}.", "It seems that your shipment {status}.", "What I'm seeing is that the delivery {status}.",
        "After checking, I can tell you that it {status}.", "As of this moment, the package {status}.", "Here is the update: your package {status}.", "The most recent status is that your order {status}.", "Your delivery status is as follows: the package {status}.",
        "I'm happy to report that your package {status}.", "I regret to inform you that your package {status}.", "Good news! Your package {status}.", "Just to confirm, your package {status}.", "To give you an update, your delivery {status}.",
        "The information in our database says your parcel {status}.", "I'm looking at your order now, and it {status}.", "Your order, tracking number {number}, {status}.", "Thanks, {first}. I see that your package {status}.", "The order you're inquiring about {status}.",
        "The shipment in question {status}.", "That particular package {status}.", "With respect to your delivery, it {status}.", "In terms of status, your order {status}.", "So, the status of your package is that it {status}.", "From our side, the order {status}.",
        "On our end, it looks like the package {status}.", "Everything I have says the package {status}.", "Currently, it {status}.", "Your most recent order {status}.", "I do see that your package {status}.", "It does look like your delivery {status}.",
        "The update on your parcel is that it {status}.", "Yes, I can confirm it {status}.", "My system is telling me that it {status}.", "The details here state that the delivery {status}.", "Okay, it turns out your package {status}.",
    ],
    "date": [
        "The package has an estimated delivery date of {date}.", "Delivery is currently expected on {date}.", "It is currently estimated to be delivered on {date}.", "You can look for it on {date}.", "We anticipate delivery on {date}.", "The anticipated delivery date is {date}.",
        "The projected arrival date is {date}.", "Its estimated arrival date is {date}.", "The estimated time of arrival is {date}.", "According to the system, the delivery date is {date}.", "Based on the latest information, it is expected on {date}.", "The delivery is scheduled to take place on {date}.",
        "Your shipment should arrive on {date}, according to the estimate.", "It is anticipated to arrive on {date}.", "I'm seeing {date} as the expected date.", "The system lists {date} as the estimated delivery date.", "The estimated delivery date listed is {date}.", "Our records have {date} for the delivery date.",
        "The expected arrival for this package is {date}.", "It is currently slated to arrive on {date}.", "The delivery estimate we have on file is {date}.", "For your order, the estimated date is {date}.", "The estimate currently stands at {date}.", "The date associated with this delivery is {date}.",
        "You have an estimated delivery date of {date}.", "Expect it on {date}.", "This package is due to be delivered on {date}.", "It's projected for {date}.", "The target delivery date is {date}.", "The expected day of arrival is {date}.", "The tracking record estimates delivery on {date}.",
        "It's marked for delivery on {date}.", "We currently have it estimated for {date}.", "The date provided is {date}.", "I have {date} listed as the estimate.", "The latest estimate puts it at {date}.", "The estimated delivery day on the record is {date}.", "{first}, your estimated delivery date is {date}.",
        "Tracking number {number} has an estimated date of {date}.", "The shipment's estimated date of arrival is {date}.", "As far as timing goes, the estimate is {date}.", "It is listed with a delivery date of {date}.",
    ],
    "status_date": [
        "Your package {status}, with an expected delivery date of {date}.", "I see that it {status} and that the estimated delivery date is {date}.", "The shipment {status}. Its estimated arrival is {date}.", "Your order {status}, and we have an estimated date of {date} on file.",
        "It currently {status}; the delivery estimate is {date}.", "{first}, the package {status}, and the estimate shows {date}.", "For tracking number {number}: it {status}, and the expected date is {date}.", "The delivery for {name} {status}, and its estimated date is {date}.",
        "The record shows two things: it {status}, and the estimate is {date}.", "To summarize, your package {status}, and the date on record is {date}.",
    ],
    "name": [
        "The package is addressed to {name}.", "I see that the recipient is {name}.", "The name associated with this order is {name}.", "This delivery is registered under {name}.", "The recipient listed is {name}.", "The customer listed on this order is {name}.", "I have this delivery listed for {name}.",
        "The name on the account is {name}.", "I'm showing the name {name}.", "Our system has the recipient as {name}.", "This one is listed under the name {name}.", "It appears to be for {name}.", "The order was placed under the name {name}, and it {status}.", "The shipment is for {name}.",
        "The tracking number belongs to {name}.", "The package belonging to {name} {status}.", "The delivery to {name} {status}.", "{name}'s shipment {status}.", "Thank you, {name}. Your package {status}.", "Hi {name}, your package {status}.", "Certainly, {first}. It {status}.",
        "I appreciate that, {first}. The package {status}.", "So {name} is the name on the order.", "The recipient on file is {name}.", "The customer's name on file is {name}.", "Your order is under {name}.", "It is listed for {name}, and the estimate is {date}.",
        "The record for {name} says that it {status}.", "I located the delivery for {name}.", "I located an order for {name}.", "That shipment is under {name}'s name.", "We show {name} as the recipient.", "I can confirm the name is {name}.", "The name we have is {name}.", "The delivery record lists {name}.",
        "The person listed is {name}.", "As for the name, it says {name}.", "It's registered to the customer {name}.", "This is the order for {name}.", "The parcel destined for {name} {status}.", "The package intended for {name} {status}.", "You should see the name {name} on it.",
    ],
    "issue": [
        "There is an issue recorded for this delivery. It states: {issue}", "The issue noted on the delivery is: {issue}", "The system has the following issue on file: {issue}", "I see the following issue: {issue}", "There is one issue on file, which reads: {issue}", "The recorded issue is as follows: {issue}",
        "According to the record, the issue is: \"{issue}\"", "The record states: \"{issue}\"", "The issue message on this delivery reads: {issue}", "Unfortunately, an issue has been reported. It says: {issue}", "The reported issue is: {issue}", "Here is the exact message: {issue}", "The exact wording is: \"{issue}\"",
        "I do have an issue on record: {issue}", "Yes, there is a recorded issue. {issue}", "The issue listed for this package is: {issue}", "There's an issue on file for {name}: {issue}", "For tracking number {number}, the recorded issue is: {issue}", "Your package {status}, and the issue on record is: {issue}",
        "I'm sorry to say there's an issue. The record reads: {issue}", "The message attached to the delivery is: {issue}", "The following was recorded: {issue}", "This is what was noted: {issue}", "This is exactly what the record says: {issue}", "The delivery note states: {issue}", "It has been recorded that: {issue}",
        "The problem on file is: {issue}", "The problem listed is: {issue}", "There's a problem with the delivery. It reads: {issue}", "The details of the issue are: {issue}", "I can read the issue to you. It says: {issue}", "The description says: {issue}", "The issue description is: {issue}", "Issue on record: {issue}",
        "Let me read that for you: {issue}", "As recorded, the issue is: {issue}", "The issue we have is: {issue}", "What's on file is: {issue}", "The system message says: {issue}", "The reason on record is: {issue}", "There is an issue, and I quote: \"{issue}\"", "{issue}",
    ],
    "tracking_number": [
        "The tracking number I have is {number}.", "I've found the delivery under {number}.", "I located tracking number {number}.", "The delivery with tracking number {number} {status}.", "Your tracking number, {number}, shows that it {status}.", "The package under {number} {status}.", "I'm looking at {number}, which {status}.",
        "For the number {number}, I see that the package {status}.", "Tracking number {number} shows that the delivery {status}.", "The shipment with number {number} {status}.", "The status for {number} is that it {status}.", "I pulled up tracking number {number}, and it {status}.", "Regarding tracking number {number}, it {status}.",
        "The record under {number} says it {status}.", "Your delivery, {number}, {status}.", "That is tracking number {number}, and it {status}.", "I have tracking number {number} on file.", "The package you asked about, {number}, {status}.", "The number on this delivery is {number}.", "The tracking number for this order is {number}.",
        "This delivery's tracking number is {number}.", "The order with tracking number {number} {status}.", "I checked {number} for you. It {status}.", "I was able to find {number}. It {status}.", "We have {number} in our system, and it {status}.", "{number} is currently in our records, and it {status}.", "As for {number}, the package {status}.",
        "According to our system, {number} {status}.", "Concerning {number}, it {status}.", "{number} has an estimated delivery date of {date}.", "The expected date for {number} is {date}.", "Tracking number {number} is for {name}.", "The name under {number} is {name}.", "I see a delivery for {number}. It {status}.",
        "Okay, tracking number {number}. It {status}.", "That number, {number}, {status}.", "Your package number is {number}.", "The tracking ID {number} {status}.", "Tracking ID {number} has an estimate of {date}.", "The result for {number} is that it {status}.", "I'm showing {number} as your tracking number.",
    ],
    "age": [
        "This information is from about {age} ago.", "Please be aware that this is from {age} ago.", "Keep in mind this was as of {age} ago.", "The information I have was last updated {age} ago.", "I'm unable to get a live update, so this is from about {age} ago.", "Our system is slow at the moment, so what I have is from {age} ago.",
        "I can only tell you what we had {age} ago.", "The status was last checked {age} ago.", "The record was last refreshed {age} ago.", "As of around {age} ago, the package {status}.", "As of {age} ago, the record shows it {status}.", "This reflects the status as of {age} ago.", "The status I gave you is {age} old.",
        "The information is roughly {age} old.", "What I'm telling you is about {age} old.", "That status is from approximately {age} ago.", "The last confirmed status, from {age} ago, is that it {status}.", "My last information, about {age} ago, says it {status}.", "It {status}, according to information from {age} ago.", "This update is from {age} ago.",
        "The latest update I can see is from {age} ago.", "Note that the record is about {age} old.", "To be transparent, this is information from {age} ago.", "In fairness, that is {age} old information.", "The system last refreshed {age} ago.", "The last successful check was {age} ago.", "I'm giving you information from {age} ago.",
        "These are the details as of {age} ago.", "That is the status as of about {age} ago.", "That's accurate as of {age} ago.", "It was accurate as of about {age} ago.", "This was verified {age} ago.", "The status was verified about {age} ago.", "It's based on information from {age} ago.", "This is based on a check from about {age} ago.",
        "Since I can't refresh it, this is as of {age} ago.", "I can't access live information, so this is {age} old.", "What we have on file dates from {age} ago.", "For reference, that's as of {age} ago.", "Your package {status}, and that is as of {age} ago.", "The entry is about {age} old.",
    ],
}  # fmt: skip

NOT_FOUND = [
    (
        "I was unable to find a delivery with the tracking number {number}.",
        "I was able to find a delivery with the tracking number {number}.",
    ),
    ("I'm not able to locate that tracking number.", "I'm able to locate that tracking number, and it is in transit."),
    ("I wasn't able to find anything for {number}.", "I was able to find your package for {number}."),
    ("There doesn't appear to be a delivery under that number.", "There appears to be a delivery under that number."),
    ("Our records don't show a delivery for {number}.", "Our records show a delivery for {number}."),
    ("I don't see that number in our system.", "I see that number in our system, and it is delayed."),
    (
        "That tracking number doesn't appear in our records.",
        "That tracking number appears in our records as delivered.",
    ),
    ("Unfortunately, no delivery matches {number}.", "Fortunately, a delivery matches {number}."),
    ("I couldn't find any record of that delivery.", "I found a record of that delivery."),
    ("We don't have any record for tracking number {number}.", "We have a record for tracking number {number}."),
    ("I'm sorry, but that number isn't in our system.", "That number is in our system."),
    ("My search didn't return a delivery for that number.", "My search returned a delivery for that number."),
    ("No results were found for tracking number {number}.", "Your order was found for tracking number {number}."),
    (
        "It doesn't look like there's a delivery under that number.",
        "It looks like there's a delivery under that number.",
    ),
    ("I have not found a delivery with that number.", "I have found a delivery with that number."),
    ("No package is on file for {number}.", "A package is on file for {number}."),
    ("I can't locate an order matching that number.", "I can locate an order matching that number."),
    ("There is no package associated with {number}.", "There is a package associated with {number}."),
    ("Nothing is showing for that tracking number.", "Your package is showing for that tracking number."),
    ("I could not locate it. Could you double-check the number?", "I could locate it. It has shipped."),
]
NO_ISSUE = [
    ("There are no issues on file for this delivery.", "There are issues on file for this delivery."),
    ("I don't see any issues recorded for your package.", "I see issues recorded for your package."),
    ("No issue has been recorded for this delivery.", "An issue has been recorded for this delivery."),
    ("Our records do not indicate any issue.", "Our records indicate an issue."),
    ("There are currently no reported issues.", "There is currently a reported issue."),
    ("I'm not seeing any problems with this order.", "I'm seeing a problem with this order."),
    ("There have been no issues reported.", "There has been an issue reported."),
    ("I have no record of any issue with {number}.", "I have a record of an issue with {number}."),
    ("This order doesn't have any recorded problems.", "This order has a recorded problem."),
    ("The system shows no problems for {name}.", "The system shows a problem for {name}."),
    (
        "There is no recorded issue for tracking number {number}.",
        "There is a recorded issue for tracking number {number}.",
    ),
    ("I can confirm there is no issue on record.", "I can confirm there is an issue on record."),
    ("Everything I see shows no issue on it.", "Everything I see shows an issue on it."),
    ("No, there isn't an issue listed.", "Yes, there is an issue listed."),
    ("I checked for issues and found none.", "I checked for issues and found one issue."),
    ("There's no issue to report.", "There's an issue to report."),
    ("Your delivery does not have an issue.", "Your delivery does have an issue."),
    ("I did not find any problems.", "I did find a problem."),
    ("No problems are on file.", "Problems are on file."),
    ("We have not recorded an issue.", "We have recorded an issue."),
]
NO_ESTIMATE = [
    "I don't see an estimated delivery date.", "An estimated date has not been provided.", "There is no estimate available at this time.", "The record does not include a delivery date.", "I don't have a delivery estimate for you.", "No delivery date is listed.", "There isn't a date on file.",
    "The estimated date is missing.", "We do not have an ETA.", "I wasn't able to find an estimated date.", "It doesn't list an estimated arrival.", "No ETA is available.", "The estimate has not been recorded.", "I have no estimated arrival on record.",
]  # fmt: skip

ISSUES = [
    "Elevator out of order, stairs refused.", "Invoice missing. Customs holds the goods.", "Recipient unknown at this address", "Bridge closed after an accident", "Phone number of the recipient is wrong", "Parcel opened during inspection.", "Payment on delivery was declined",
    "Truck broke down near exit 12.", "Office closed until Monday", "Package needs a signature from an adult.", "Driver could not read the label", "Hazardous goods: battery not declared.",
]  # fmt: skip
SOFTENERS = ["There may be a small hiccup.", "It's nothing major.", "There seems to be a tiny delay in paperwork.", "It's a very common situation.", "There was a little misunderstanding.", "It's mostly a formality at this point.", "It looks like a simple mix-up.", "They only need one small detail.",
    "There's a minor note on it.", "It could be a temporary thing."]  # fmt: skip
EMBELLISHMENTS = [" and the manager has been informed", " and this has happened before", ", causing a long delay", " even though the driver waited for an hour", " in downtown Dallas", " and a new driver will try again", ", and the contents may be spoiled", " since last week", " because of a computer failure", " and you need to pay for it"]  # fmt: skip

ADDED = {
    "promise": [" I'll personally make sure it arrives.", " You'll definitely have it by then.", " I will notify you as soon as it arrives.", " We'll compensate you for the trouble.", " I've gone ahead and expedited it.", " It should be there any minute.", " It will most likely arrive early.", " You will be receiving a refund.", " I can guarantee it will arrive.", " I've opened a case for you.",
        " Our team will contact you shortly.", " It'll arrive soon.", " We are going to resend it.", " I have requested a redelivery.", " A supervisor will follow up.", " You shouldn't have to wait much longer.", " I assure you it's safe.", " I've added a credit to your account.", " The driver has been instructed to hurry.", " They will attempt it again."],
    "place": [" It's currently in Atlanta.", " It was left by the garage.", " It's at the distribution center.", " It was signed for at the front office.", " It's in the mailroom.", " The package is at a facility in New Jersey.", " It was left with the doorman.", " It's a few miles from your home.", " It departed from Los Angeles.", " It's at your back door.", " It's being held at the airport.", " It was placed in a parcel locker.", " It's on a plane.", " It's in your neighborhood.", " It was left on the steps."],
    "carrier": [" The carrier is FedEx.", " It's being delivered by UPS.", " USPS has the package.", " It was shipped with DHL Express.", " OnTrac is handling it.", " Amazon Logistics is bringing it.", " LaserShip picked it up."],
    "amount": [" There is a $15 charge.", " A fee of nine dollars applies.", " You'll need to pay $4.99.", " It weighs twelve pounds.", " There's a 20 percent surcharge.", " The declared value is two hundred dollars."],
    "count": [" There are two packages in this order.", " This was the third attempt.", " Your order includes four items.", " It comes in 3 boxes.", " There have been two delivery attempts."],
    "time": [" It will arrive between 1 and 3 PM.", " Expect it by 8 o'clock tonight.", " It's arriving this afternoon.", " It will be delivered before 10:30 AM.", " The driver is fifteen minutes away.", " It's scheduled for the morning."],
    "phone": [" You can reach the depot at 404-555-0188.", " Call 1-888-555-0133 for help.", " The driver can be reached at 555-0190.", " Dial (213) 555-0147."],
    "cause": [" This is due to a snowstorm.", " There was a mechanical problem.", " It's because of high volume.", " A labor shortage caused this.", " Customs is backed up.", " The address was incomplete."],
}  # fmt: skip
