"""Explanations: where each field of a record was read, why, and how sure that is."""

from __future__ import annotations

from dataclasses import replace

from crawler.documents import parse
from crawler.explain import DOUBTFUL, Explanation, FieldReason, explain
from crawler.reading import read_document

URL = "https://lagoon.example/groups/tide"


def explained(body: str, kind: str, content_type: str = "text/html") -> list[Explanation]:
    document = parse(body.encode(), content_type, URL)
    found = explain(document, read_document(document, url=URL))
    return [explanation for explanation in found if explanation.kind == kind]


def reason(explanation: Explanation, name: str) -> FieldReason:
    return next(field for field in explanation.fields if field.name == name)


def test_a_field_that_stands_in_its_line() -> None:
    [event] = explained(
        "<h1>Tide Group</h1>\n<h2>Events</h2>\n<ul>\n<li>12-14 July 2027 Tide talk Lima, Peru</li>\n</ul>",
        "event",
    )
    [passage] = event.passages
    assert (passage.place, passage.kind) == (4, "list item")
    assert passage.text == "12-14 July 2027 Tide talk Lima, Peru"
    assert reason(event, "title").why == "stands in the block"
    assert reason(event, "starts_on").why == "stands in the block as “12-14 July 2027”"
    assert (reason(event, "city").confidence, reason(event, "city").doubtful) == (1.0, False)
    assert (reason(event, "venue").why, reason(event, "venue").confidence) == ("not shown", None)


def test_a_cell_of_a_table_is_named_by_its_column() -> None:
    [event] = explained(
        "<h1>Tide Group</h1><h2>Events</h2><table><tr><th>When</th><th>Event</th><th>Where</th></tr>"
        "<tr><td>12 July 2027</td><td>Tide talk</td><td>Lima, Peru</td></tr></table>",
        "event",
    )
    whys = [reason(event, name).why for name in ("starts_on", "title", "city")]
    assert whys == ["table column “When”", "table column “Event”", "table column “Where”"]


def test_a_year_from_the_heading_is_told_as_that() -> None:
    found = explained(
        "<h1>Tide Group</h1><h2>Events</h2><h3>2027</h3>"
        "<ul><li>12 July: Tide talk, Lima, Peru</li><li>3 August: Ebb forum, Lima, Peru</li></ul>",
        "event",
    )
    assert "the year 2027 in the heading above" in reason(found[0], "starts_on").why


def test_a_link_and_a_role_in_the_heading_above() -> None:
    [contact] = explained(
        "<h1>Tide Group</h1><h2>Contacts</h2><h3>Chair</h3><p>Ana Ruiz (Ms)<br>Harbour Secretariat<br>"
        "<a href='mailto:ana@quay.example'>Email</a></p>",
        "contact",
    )
    assert reason(contact, "email").why.startswith("is a link's target in the block")
    assert reason(contact, "role").why == "stands in the block of the heading above, “Chair”"
    assert "heading" in {passage.kind for passage in contact.passages}


def test_a_protected_address_is_unknown_and_not_absent() -> None:
    [contact] = explained(
        "<h1>Tide Group</h1><h2>Contacts</h2><p>Ana Ruiz (Ms)<br>Chair<br>"
        "Email: <a href='/cdn-cgi/l/email-protection'>[email protected]</a></p>",
        "contact",
    )
    assert reason(contact, "email").why == "the page protects the address"
    assert reason(contact, "phone").why == "not shown"


def test_what_was_inferred_names_its_rule() -> None:
    document = parse(
        b"<h1>Tide Group</h1><h2>Events</h2><ul><li>12 July 2027 Tide talk Lima, Peru</li></ul>",
        "text/html",
        URL,
    )
    reading = read_document(document)
    [read] = reading.events
    inferring = replace(read, inferred={"city": "usual-city"}, confidence=0.7)
    found = explain(document, replace(reading, events=(inferring,)))
    city = reason(next(one for one in found if one.kind == "event"), "city")
    assert (city.why, city.confidence) == ("inferred by rule usual-city", 0.56)
    assert city.doubtful == (DOUBTFUL > 0.56)


def test_what_is_put_together_from_a_sentence_is_marked_doubtful() -> None:
    found = explained(
        "<h1>Tide Group</h1><p>The 57th and 58th Tide meetings will be held in Peru and Chile, respectively.</p>",
        "event",
    )
    first = next(event for event in found if event.label.startswith("57th"))
    title = reason(first, "title")
    assert title.why == "put together from words of the block"
    assert title.doubtful
    assert not reason(first, "economy").doubtful


def test_lines_of_a_text_file_are_told_apart() -> None:
    text = "Tide Group\n\nEvents\n\n12 Jul 2027 Tide talk Lima, Peru\n3 Aug 2027 Ebb forum Ha Noi, Viet Nam\n"
    found = explained(text, "event", "text/plain")
    assert [event.place for event in found] == [5, 6]
    assert [event.passages[0].text for event in found] == text.splitlines()[4:]


def test_a_kind_that_selectors_read_says_so() -> None:
    document = parse(
        b"<h1>Tide Group</h1><h2>Events</h2><ul><li>12 July 2027 Tide talk Lima, Peru</li></ul>",
        "text/html",
        URL,
    )
    found = explain(document, read_document(document), selected=("event",))
    [event] = [explanation for explanation in found if explanation.kind == "event"]
    assert reason(event, "title").why == "by the profile's selector; stands in the block"


def test_every_record_of_a_page_is_explained_as_plain_data() -> None:
    body = b"<h1>Tide Group (TG)</h1><h2>Events</h2><ul><li>12 July 2027 Tide talk Lima, Peru</li></ul>"
    document = parse(body, "text/html", URL)
    reading = read_document(document)
    found = explain(document, reading)
    assert [explanation.label for explanation in found] == [record.label for record in reading.records()]
    said = found[1].to_json()
    assert said["fields"][0] == {
        "name": "title",
        "value": "Tide talk",
        "why": "stands in the block",
        "confidence": 1.0,
        "doubtful": False,
    }
