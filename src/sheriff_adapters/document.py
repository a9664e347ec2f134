"""A delivery document of Sanity, in the shape editors leave it, read into the domain's `Delivery`.

Shared by every adapter that meets such documents (`sanity`, `dataset`); it imports none of them.
"""

import math
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from sheriff_core.delivery import Delivery
from sheriff_core.phrases import PHONE_ON_ORDER
from sheriff_core.redaction import redact_known_phones
from sheriff_core.speakable import MAX_READ, speakable
from sheriff_core.visible import visible

# Documents under these prefixes are unpublished work (https://www.sanity.io/docs/drafts): an editor's draft, or a
# version inside a content release. They are never told to a caller, whatever perspective they were read with.
UNPUBLISHED_PREFIXES = ("drafts.", "versions.")

# The largest whole number that JSON written by JavaScript carries without loss (Number.MAX_SAFE_INTEGER).
_LARGEST_EXACT = 2**53 - 1


class DocumentError(ValueError):
    """A document that is no delivery as we know it. Names the fields at fault, never their values."""


def is_published(document_id: str) -> bool:
    """Whether a document of this id is public, not a draft and not a version in a release."""
    return not document_id.startswith(UNPUBLISHED_PREFIXES)


def _stated(value: object) -> object:
    """A text without a visible character states nothing: it is told like an absent one."""
    return None if isinstance(value, str) and not visible(value) else value


def _digits(value: object) -> object:
    """A number where the schema of the CMS has one instead of a text ("100017" typed as number) becomes its digits."""
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST_EXACT:
        return str(value)
    return _stated(value)


Text = Annotated[str | None, BeforeValidator(_stated)]
TextOrNumber = Annotated[str | None, BeforeValidator(_digits)]


class DeliveryDocument(BaseModel):
    """The fields of a delivery that sheriff reads; each may be null or absent, others are ignored."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    document_id: str = Field(alias="_id", min_length=1)
    revision: str | None = Field(default=None, alias="_rev")
    updated_at: str | None = Field(default=None, alias="_updatedAt")
    tracking_number: TextOrNumber = Field(default=None, alias="trackingNumber")
    status: Text = None
    customer_name: Text = Field(default=None, alias="customerName")
    customer_phone: TextOrNumber = Field(default=None, alias="customerPhone")
    estimated_delivery: Text = Field(default=None, alias="estimatedDelivery")
    issue_message: Text = Field(default=None, alias="issueMessage")


def _without(phone: str | None, text: str | None, instead: str = PHONE_ON_ORDER) -> str | None:
    """`text` with the customer's own number by its name: it is never spoken (docs/reference/sentences.md)."""
    if text is None or phone is None:
        return text
    left = redact_known_phones(text, (phone,), instead)
    # Markup that parts a number in the text parts nothing once the text is spoken.
    spoken = speakable(left[:MAX_READ])
    heard = redact_known_phones(spoken, (phone,), instead)
    return left if heard == spoken else heard + left[MAX_READ:]


def read_delivery(document: Mapping[str, Any]) -> Delivery | None:
    """The delivery in `document`; None when it has no tracking number, so that nobody can ask for it.

    Raises `DocumentError` for a field of a wrong shape (a list where a text belongs), naming each such field.
    """
    try:
        read = DeliveryDocument.model_validate(document)
    except ValidationError as error:
        # The values stay out: they may be a customer's name or telephone number. `from None` for the same reason.
        fields = sorted({str(problem["loc"][0]) for problem in error.errors(include_input=False, include_url=False)})
        raise DocumentError(f"wrong shape of {', '.join(fields)}") from None
    if read.tracking_number is None:
        return None
    phone = read.customer_phone
    return Delivery(
        tracking_number=read.tracking_number,
        status=_without(phone, read.status),
        # Nobody is called "the phone number on the order": a number beside the name is left out.
        customer_name=_without(phone, read.customer_name, instead=""),
        customer_phone=phone,
        estimated_delivery=_without(phone, read.estimated_delivery),
        issue_message=_without(phone, read.issue_message),
        document_id=read.document_id,
        revision=read.revision,
        updated_at=read.updated_at,
    )
