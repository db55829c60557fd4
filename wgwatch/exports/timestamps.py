"""Time stamps by somebody else (RFC 3161): that these bytes were there at that time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from rfc3161_client import HashAlgorithm, PKIStatus, TimestampRequestBuilder, decode_timestamp_response

from config.addresses import shown_url
from wgwatch.imports.asking import Asker, AskError


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time stamp response as it came (DER), and the time that it states."""

    response: bytes
    stated_at: datetime


async def stamp(asker: Asker, url: str, data: bytes) -> Stamp:
    """Have the SHA-256 of `data` stamped; the data itself is not sent.

    The answer is checked to be about this hash and this request. Whether the authority is to be believed is for the
    reader, with its certificate (`openssl ts -verify`). Raises AskError.
    """
    request = TimestampRequestBuilder(data).hash_algorithm(HashAlgorithm.SHA256).build()
    reply = await asker.post(url, request.as_bytes(), "application/timestamp-query")
    if reply.status != 200:
        raise AskError(f"the time stamp authority {shown_url(url)} answered {reply.status}")
    try:
        answer = decode_timestamp_response(reply.body)
        granted = PKIStatus(answer.status) in {PKIStatus.GRANTED, PKIStatus.GRANTED_WITH_MODS}
        if not granted:
            said = "; ".join(answer.status_string)
            raise AskError(f"the time stamp authority {shown_url(url)} refused: {said or answer.status}")
        info = answer.tst_info
    except ValueError as error:
        raise AskError(f"the answer of {shown_url(url)} is no time stamp ({error})") from error
    if info.message_imprint.message != hashlib.sha256(data).digest() or info.nonce != request.nonce:
        raise AskError(f"the time stamp of {shown_url(url)} is about something else")
    return Stamp(reply.body, info.gen_time)
