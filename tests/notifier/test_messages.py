"""What a mail says, and that no page can make it say something else."""

from __future__ import annotations

import textwrap
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default

import pytest

from config.errors import PermanentDeliveryError
from notifier.messages import compose
from notifier.schema import TYPES


def text_of(message: EmailMessage) -> str:
    return _part(message, "plain")


def html_of(message: EmailMessage) -> str:
    return _part(message, "html")


def _part(message: EmailMessage, kind: str) -> str:
    """As a receiver reads it: through the bytes on the wire."""
    received = message_from_bytes(message.as_bytes(policy=SMTP), policy=default)
    body = received.get_body((kind,))
    assert body is not None
    return body.get_content().replace("\r\n", "\n")


def shows(message: EmailMessage, block: str) -> bool:
    """The lines stand in the text part as they are written, spaces and all."""
    return textwrap.dedent(block).strip("\n") in text_of(message)


def test_whole_text_of_an_alert(change, mail):
    text = text_of(compose(mail(change("role.changed"), change("event.moved"), change("text.changed"))))
    assert text == textwrap.dedent("""\
        Tide Working Group (TIDE)
        Last seen in the old form   23 Sep 2016
        First seen in the new form  5 Oct 2023
        Nobody read the page in between: the changes happened some time in these seven years.

        CONTACTS
          Programme Director  was  Ngaio PARATA (Ms), Harbour Secretariat, np@harbour.example
                              now  Obadiah Crane (Mr), no e-mail shown

        EVENTS
          43rd Tide Meeting
            Date  was  7–9 Sep 2016
                  now  12–14 Sep 2016

        TEXT
          Description
            Boats carry [20 per cent to 50 per cent] -> [40 percent to 60 percent] of it.
            new  The next meeting is in Indonesia.
            gone A list follows.

        Page today   https://harbour-forum.example/groups/tide
        SHA-256 old  aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
        SHA-256 new  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb

        --\x20
        You get this because of the subscription “newsroom”, on pages of harbour-forum.
        Days and times are those of Asia/Singapore.
        To stop, write to webwatch@trade.example with the subject "unsubscribe newsroom".
        """)


def test_headers_of_an_alert(change, mail):
    message = compose(mail(change("role.changed"), change("event.moved")))
    assert message["From"] == "wgwatch <webwatch@trade.example>"
    assert message["To"] == "anna@paper.example"
    assert message["Subject"] == (
        "TIDE: new Programme Director (Obadiah Crane); 43rd Tide Meeting moved to 12 Sep 2016"
    )
    assert message["Date"] == "Thu, 05 Oct 2023 01:18:00 +0000"
    assert message["Message-ID"] == "<dlv_1@trade.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] == "<mailto:webwatch@trade.example?subject=unsubscribe%20newsroom>"
    assert "List-Unsubscribe-Post" not in message
    assert message.get_content_type() == "multipart/alternative"


def test_every_attempt_has_the_same_bytes(change, mail):
    assert (
        compose(mail(change("text.changed"))).as_bytes() == compose(mail(change("text.changed"))).as_bytes()
    )


def test_alerts_of_a_page_are_one_thread(change, mail):
    first = compose(mail(change("event.moved"), delivery_id="dlv_1"))
    second = compose(mail(change("role.changed"), delivery_id="dlv_2"))
    other = compose(mail(change("event.moved", page="https://harbour-forum.example/groups/reef")))
    assert first["References"] == second["References"] != other["References"]
    assert first["Message-ID"] != second["Message-ID"]


def test_a_contact_that_comes_without_a_role_gets_none(change, mail):
    assert shows(
        compose(mail(change("contact.removed"), change("contact.added"))),
        """
        CONTACTS
          Programme Director  gone Ngaio PARATA (Ms), Harbour Secretariat, np@harbour.example
          Contact             new  Sven OLAFSEN (Mr), Ministry of Trade, e-mail protected on the page
                                   (unknown)
                              The page gives no role for Sven OLAFSEN.
        """,
    )


def test_a_protected_e_mail_is_unknown_and_not_removed(change, mail):
    told = change("contact.modified")
    told["record"]["after"]["email_protected"] = True
    assert shows(
        compose(mail(told)),
        """
        CONTACTS
          Obadiah Crane, Programme Director
            E-mail  was  np@harbour.example
                    now  protected on the page (unknown)
        """,
    )


def test_a_section_gone_cancels_nothing_and_says_so_once(change, mail):
    news = change("section.gone", section={"key": "news", "title": "News"}, fields={"records": [1, None]})
    assert shows(
        compose(mail(change("section.gone"), news)),
        """
        THE PAGE ITSELF
          Section  “Events” (18 entries) is no longer on the page.
          Section  “News” (1 entry) is no longer on the page.
                   This is a change of the page, not of what it lists: no meeting or project was
                   cancelled.
        """,
    )


def test_a_redesign_cancels_nothing(change, mail):
    assert shows(
        compose(mail(change("page.redesigned"))),
        """
        THE PAGE ITSELF
          Page             The page was redesigned.
          No longer shown  Events and News
          New sections     Join us
                           This is a change of the page, not of what it lists: no meeting or project was
                           cancelled.
        """,
    )


def test_a_contacts_section_gone_takes_nobody_with_it(change, mail):
    gone = change("section.gone", section={"key": "contacts", "title": "Contacts"})
    assert "nobody is told as having left" in text_of(compose(mail(gone)))


def test_a_blocked_page_says_why_and_since_when(change, mail):
    assert shows(
        compose(mail(change("page.blocked"))),
        """
        THE PAGE ITSELF
          Page    The site does not let us read the page. Its last good state is kept.
          Reason  a challenge page
          Since   5 Oct 2023 09:17
        """,
    )
    assert "cancelled" not in text_of(compose(mail(change("page.blocked"))))


def test_the_pages_own_date_keeps_its_precision(change, mail):
    assert shows(
        compose(mail(change("group.modified"))),
        """
        THE GROUP
          Page's own date  was  25 Jul 2016
                           now  Sep 2023
        """,
    )


def test_what_is_inferred_is_marked_with_its_rule(change, mail):
    told = change("event.added")
    told["record"]["after"]["inferred"] = {"economy": "economy-of-city"}
    assert "Lima, Peru (inferred: economy-of-city)" in text_of(compose(mail(told)))


def test_a_meeting_known_from_a_sentence_is_marked(change, mail):
    told = change("event.added")
    told["record"]["after"] |= {"read_from": "prose", "starts_on": None, "ends_on": None}
    text = " ".join(text_of(compose(mail(told))).split())
    assert "43rd Tide Meeting, date not given, Lima, Peru, from the text" in text


def test_looks_close_together_are_told_to_the_minute_in_the_readers_zone(change, mail):
    text = text_of(compose(mail(change("event.moved", last_seen_before="2023-10-04T19:00:00Z"))))
    assert "old form   5 Oct 2023 03:00" in text
    assert "new form  5 Oct 2023 09:17" in text
    assert "Nobody read" not in text


def test_two_pages_of_one_mail_stand_apart(change, mail):
    reef = {"group": "REEF", "group_name": "Reef Working Group"}
    message = compose(
        mail(
            change("event.moved"),
            change("role.changed", page="https://harbour-forum.example/reef", **reef),
        )
    )
    text = text_of(message)
    assert (
        text.index("Tide Working Group (TIDE)")
        < text.index("EVENTS")
        < text.index("Reef Working Group (REEF)")
    )
    assert message["Subject"].startswith("REEF: new Programme") or message["Subject"].startswith("TIDE: 43rd")
    assert "REEF: new Programme Director (Obadiah Crane)" in message["Subject"]


def test_a_digest_puts_the_important_first(change, mail):
    message = compose(mail(change("group.modified"), change("role.changed"), digest=True))
    assert message["Subject"] == (
        "Digest of 5 Oct 2023: TIDE: new Programme Director (Obadiah Crane); page dated Sep 2023"
    )
    assert text_of(message).startswith(
        "IMPORTANT\n  TIDE  a summary of role.changed\n\nALSO\n  TIDE  a summary of group.modified\n\n"
    )


def test_an_empty_digest_says_so_and_why_it_came(mail):
    message = compose(mail(digest=True, reasons=("weekly",)))
    assert message["Subject"] == "Digest of 5 Oct 2023: nothing new"
    text = text_of(message)
    assert text.startswith("Nothing new.\n\n")
    assert "because of the subscription “weekly”." in text
    assert "Nothing new." in html_of(message)


def test_what_was_doubtful_is_settled_in_the_same_conversation(change, mail):
    first = compose(mail(change("section.gone", state="held"), delivery_id="msg_1"))
    settled = {"at": "2023-10-05T02:22:00Z", "reason": "a later look shows the page whole again"}
    said = {"follows": "msg_1", "settled": settled}
    for state, mark in (("confirmed", "Confirmed: "), ("withdrawn", "Withdrawn: ")):
        follow_up = compose(mail(change("section.gone", state=state, **said), delivery_id="msg_2"))
        assert follow_up["Subject"] == f"{mark}TIDE: Events section gone"
        assert follow_up["In-Reply-To"] == first["Message-ID"]
        assert follow_up["References"].split() == [first["References"], first["Message-ID"]]
        assert "5 Oct 2023 10:22: a later look shows the page whole again." in text_of(follow_up)


def test_a_mail_that_is_unconfirmed_in_part_says_so(change, mail):
    message = compose(mail(change("section.gone", state="held"), change("event.moved")))
    assert message["Subject"].startswith("[unconfirmed in part] TIDE: ")


def test_a_sample_is_marked_as_a_test(change, mail):
    message = compose(mail(change("event.moved", test=True)))
    assert message["Subject"] == "[test] TIDE: 43rd Tide Meeting moved to 12 Sep 2016"
    assert text_of(message).startswith("This is a test: nothing of it has happened.")
    assert "This is a test" in html_of(message)


def test_a_flood_is_counted_and_only_the_most_important_shown(change, mail):
    added = [
        change("event.added", id=f"chg_{n}", record=_event(f"Meeting {n}"), importance=0.5) for n in range(31)
    ]
    message = compose(mail(*added, change("role.changed")))
    text = text_of(message)
    assert "32 changes: 1 role changed and 31 new events. The 10 most important:" in text
    assert "Obadiah Crane" in text
    assert text.count("New  Meeting") == 9
    assert len(text_of(compose(mail(*added[:30]))).split("New  Meeting")) == 31


def test_an_alert_about_very_many_pages_tells_the_rest_in_a_line_each(change, mail):
    pages = [
        change(
            "event.moved",
            page=f"https://harbour-forum.example/{n}",
            summary=f"Meeting {n} moved to 2016-09-12",
        )
        for n in range(23)
    ]
    message = compose(mail(*pages))
    assert text_of(message).count("Page today") == 20
    assert shows(
        message,
        """
        ALSO CHANGED
          TIDE  Meeting 20 moved to 12 Sep 2016
          TIDE  Meeting 21 moved to 12 Sep 2016
          TIDE  Meeting 22 moved to 12 Sep 2016
        """,
    )
    assert "Meeting 22 moved to 12 Sep 2016" in html_of(message)


def _event(title: str) -> dict[str, object]:
    return {"id": title, "kind": "event", "label": title, "before": None, "after": {"title": title}}


def test_dates_are_written_in_the_language_asked_for(change, mail):
    message = compose(mail(change("event.moved"), change("group.modified"), language="zh"))
    assert message["Subject"] == "TIDE: 43rd Tide Meeting moved to 2016年9月12日; page dated 2023年9月"
    assert "now  2016年9月12日至14日" in text_of(message)
    assert "now  2023年9月\n" in text_of(message)
    assert "First seen in the new form  2023年10月5日" in text_of(message)


def test_a_title_from_right_to_left_turns_nothing_around_it(change, mail):
    told = change("event.added")
    told["record"]["after"]["title"] = told["record"]["label"] = "مؤتمر الموانئ"
    message = compose(mail(told))
    assert "\u2068مؤتمر الموانئ\u2069, 7–9 Sep 2016" in text_of(message)
    assert message["Subject"] == "TIDE: new event \u2068مؤتمر الموانئ\u2069"


def test_a_host_in_letters_that_look_like_others_is_shown_as_it_is_looked_up(change, mail):
    text = text_of(compose(mail(change("event.moved", page="https://h\u0430rbour.example/tide"))))
    assert "https://xn--hrbour-3nf.example/tide" in text


def test_unconfirmed_news_is_marked_in_subject_and_text(change, mail):
    message = compose(mail(change("section.gone", state="held")))
    assert message["Subject"] == "[unconfirmed] TIDE: Events section gone"
    assert "Not confirmed yet" in text_of(message)
    assert "Not confirmed yet" in html_of(message)


def test_without_a_public_address_there_is_no_link_to_ourselves(change, mail):
    message = compose(mail(change("event.moved")))
    assert text_of(message).count("http") == 1
    assert html_of(message).count("http") == 1
    assert "https://harbour-forum.example/groups/tide" in html_of(message)


def test_with_a_public_address_the_change_is_linked(change, mail):
    message = compose(mail(change("event.moved"), public_url="https://watch.example/"))
    assert "https://watch.example/changes/chg_event_moved" in text_of(message)
    assert 'href="https://watch.example/changes/chg_event_moved"' in html_of(message)
    for address in (f"captures/{'a' * 64}", f"captures/{'b' * 64}", "changes/chg_event_moved/proof.zip"):
        assert f"https://watch.example/{address}" in text_of(message)
        assert f'href="https://watch.example/{address}"' in html_of(message)


def test_one_click_unsubscribing_where_somebody_serves_it(change, mail):
    message = compose(mail(change("event.moved"), unsubscribe_url="https://watch.example/u/1"))
    assert message["List-Unsubscribe"].startswith(
        "<https://watch.example/u/1>, <mailto:webwatch@trade.example"
    )
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_html_marks_the_words_that_differ(change, mail):
    html = html_of(compose(mail(change("text.changed"))))
    assert ">20 per cent to 50 per cent</del> <ins" in html
    assert ">40 percent to 60 percent</ins> of it." in html


def test_html_loads_nothing_and_fixes_no_colour(change, mail):
    html = html_of(compose(mail(*(change(kind) for kind in TYPES), public_url="https://watch.example")))
    for forbidden in (
        "<img",
        "<link",
        "<script",
        "<style",
        "url(",
        "src=",
        ";color:",
        '"color:',
        "background:#",
    ):
        assert forbidden not in html
    assert '<meta name="color-scheme" content="light dark">' in html


HOSTILE = (
    "<script>alert(1)</script> {{7*7}} {% raw %}\r\nBcc: eve@evil.example\r\n\r\nbody"
    "\u202egnp.exe\x00\x1b[31m\u2028 \ud800 \"'><b>"
)


def test_a_hostile_title_breaks_out_of_nothing(change, mail):
    told = change("event.moved", group=HOSTILE, group_name=HOSTILE, sources=[HOSTILE])
    told["record"] |= {"label": HOSTILE, "id": HOSTILE}
    told["record"]["after"]["title"] = HOSTILE
    added = change("event.added", group=told["group"])
    added["record"]["after"]["title"] = HOSTILE
    text_change = change("text.changed", section={"key": "x", "title": HOSTILE}, sentences=[[None, HOSTILE]])
    message = compose(mail(told, added, text_change))
    received = message_from_bytes(message.as_bytes(policy=SMTP), policy=default)
    assert received["Bcc"] is None
    assert len(received.get_all("Subject")) == 1
    assert "\n" not in received["Subject"]
    assert "<script>" not in html_of(message)
    assert "&lt;script&gt;alert(1)" in html_of(message)
    assert "{{7*7}}" in text_of(message)
    assert "49" not in text_of(message)
    for unseen in "\u202e\x00\x1b\u2028":
        assert unseen not in text_of(message) + html_of(message) + received["Subject"]
    assert "\nBcc" not in text_of(message)


def test_an_address_that_runs_is_no_link(change, mail):
    message = compose(mail(change("event.moved", page="javascript:alert(1)")))
    assert "javascript:" not in html_of(message)
    assert "javascript:" not in text_of(message)


def test_a_huge_page_makes_a_bounded_mail(change, mail):
    sentences = [[f"{n} " + "word " * 5000, f"{n} " + "word " * 5001] for n in range(500)]
    size = len(compose(mail(change("text.changed", sentences=sentences))).as_bytes())
    assert size < 300_000


def test_a_name_full_of_letters_beyond_ascii_arrives_whole(change, mail):
    told = change("role.changed")
    told["record"]["after"]["name"] = "Nguyễn Thị Ánh 東京"
    message = compose(mail(told))
    received = message_from_bytes(message.as_bytes(policy=SMTP), policy=default)
    assert "Nguyễn Thị Ánh 東京" in received["Subject"]
    assert "Nguyễn Thị Ánh 東京" in text_of(message)


def test_long_headers_are_not_mangled(change, mail):
    pages = [f"https://harbour-forum.example/{n}" for n in range(12)]
    message = compose(
        mail(*(change("event.moved", page=page) for page in pages), reasons=("a" * 90, "b" * 90))
    )
    raw = message.as_bytes(policy=SMTP)
    assert b"=?utf-8?q?=3C" not in raw
    received = message_from_bytes(raw, policy=default)
    assert len(received["References"].split()) == 10
    assert "?subject=unsubscribe%20" in received["List-Unsubscribe"]


@pytest.mark.parametrize(
    "recipient", ["", "anna", "anna@paper.example\r\nBcc: eve@evil.example", "@paper.example"]
)
def test_what_is_no_mail_address_is_refused(change, mail, recipient):
    with pytest.raises(PermanentDeliveryError, match="is no mail address"):
        compose(mail(change("event.moved"), recipient=recipient))


@pytest.mark.parametrize("kind", [*TYPES, "weather.changed"])
def test_every_kind_can_be_told_even_with_nothing_but_its_frame(change, mail, kind):
    bare = change(
        kind, record=None, section=None, fields={}, sentences=[], health=None, group=None, group_name=None
    )
    for told in (change(kind), bare):
        message = compose(mail(told))
        assert message["Subject"]
        assert "\n  " in text_of(message) or kind == "text.changed"


def test_an_unknown_kind_is_told_by_its_summary(change, mail):
    message = compose(mail(change("weather.changed", summary="It rains", fields={"wet": [False, True]})))
    assert message["Subject"] == "TIDE: It rains"
    assert shows(
        message,
        """
        OTHER
          weather.changed  It rains
          Wet              was  no
                           now  yes
        """,
    )
