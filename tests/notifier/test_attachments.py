"""What goes with a mail as files."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import SMTP, default

import icalendar

from notifier.messages import compose
from notifier.writing.attachments import LARGEST_DIFFERENCE, MOST_DIFFERENCES, attachments_of


def test_meetings_are_attached_as_a_calendar_and_never_an_alternative(change, mail):
    changes = [change("event.moved"), change("event.removed"), change("role.changed")]
    files = attachments_of(changes, None, None)
    message = compose(mail(*changes, attachments=files))
    received = message_from_bytes(message.as_bytes(policy=SMTP), policy=default)
    assert received.get_content_type() == "multipart/mixed"
    [calendar] = received.iter_attachments()
    assert calendar.get_content_disposition() == "attachment"
    assert calendar.get_filename() == "events.ics"
    assert [part.get_content_type() for part in received.walk()] == [
        *("multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar")
    ]
    [event] = icalendar.Calendar.from_ical(calendar.get_payload(decode=True)).walk("VEVENT")
    assert (str(event["UID"]), str(event["DTSTART"].dt)) == ("evt_1", "2016-09-12")


def test_a_digest_brings_what_comes_up_or_else_the_meetings_that_changed(change):
    event = {"id": "evt_9", "title": "57th", "starts_on": "2023-11-07", "first_seen": "2023-01-01T00:00:00Z"}
    told = {"upcoming": {"dated": [event]}, "heads": {"text": "head\n"}}
    calendar, heads = attachments_of([change("event.moved")], told, None)
    assert b"UID:evt_9" in calendar.content
    assert (heads.name, heads.content) == ("heads.txt", b"head\n")
    [calendar] = attachments_of([change("event.moved")], {"upcoming": None, "heads": {"text": None}}, None)
    assert b"UID:evt_1" in calendar.content


def test_what_is_not_certain_or_no_longer_announced_is_not_for_a_calendar(change):
    told = [change("event.added", state="held"), change("event.removed"), change("text.changed")]
    assert attachments_of(told, None, None) == ()


def test_a_cancelled_meeting_is_cancelled_in_the_calendar(change):
    [calendar] = attachments_of([change("event.cancelled")], None, None)
    assert b"STATUS:CANCELLED" in calendar.content


def test_both_answers_side_by_side_once_for_each_look(change):
    looks = [
        change("text.changed", page=f"https://harbour-forum.example/{n}") for n in range(MOST_DIFFERENCES + 2)
    ]
    asked = []

    def differences(page, before, after):
        asked.append((page, before, after))
        return "<p>both</p>"

    files = attachments_of([*looks, *looks], None, differences)
    assert len(files) == MOST_DIFFERENCES == len(set(asked))
    assert {(file.kind, file.content) for file in files} == {("text/html", b"<p>both</p>")}
    assert len({file.name for file in files}) == MOST_DIFFERENCES


def test_what_cannot_be_shown_or_is_too_large_is_left_out(change):
    assert attachments_of([change("text.changed")], None, lambda *_: None) == ()
    assert attachments_of([change("text.changed")], None, lambda *_: "x" * (LARGEST_DIFFERENCE + 1)) == ()
    without = change("text.changed", evidence={"sha256_before": None, "sha256_after": None})
    assert attachments_of([without], None, lambda *_: "x") == ()


def test_a_hostile_group_names_no_file_outside(change):
    [file] = attachments_of([change("text.changed", group='../..\r\n"<b>')], None, lambda *_: "x")
    assert file.name == "1-b.html"


def test_every_attempt_has_the_same_bytes_with_its_files(change, mail):
    def made() -> bytes:
        files = attachments_of([change("event.moved")], None, lambda *_: "both")
        return compose(mail(change("event.moved"), attachments=files)).as_bytes()

    assert made() == made()
