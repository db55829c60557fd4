"""One record on several pages: one id, one change, disagreements that stay visible and flip nothing."""

from __future__ import annotations

from world import World

from crawler.history import linking

HEAD = "<h1>Harbour Working Group (HWG)</h1><p>The Harbour Working Group (HWG) meets.</p>"
NEXT, PAST = HEAD + "<h2>Upcoming events</h2><ul>{}</ul>", HEAD + "<h2>Past events</h2><ul>{}</ul>"
FORUM = "<li>{} Quay Forum, Lima, Peru</li>"
OTHER = "<li>2 March 2027 Tide Seminar, Suva, Fiji</li>"


def page(items: str, layout: str = NEXT) -> str:
    return layout.format(items)


def kinds(world: World) -> list[str]:
    """What somebody was told, most recent last."""
    return [
        change["kind"] for change in world.json("changes") if change["state"] not in ("derived", "repeats")
    ]


def test_an_event_that_goes_from_the_next_to_the_past_page_is_one_event_and_never_cancelled(
    world: World,
) -> None:
    following = world.show("/next", page(FORUM.format("7 September 2020") + OTHER))
    world.watch(following, world.show("/past", page(OTHER, PAST)))
    world.wgwatch("check")
    [forum] = [event for event in world.json("events") if event["title"] == "Quay Forum"]

    world.show("/next", page(OTHER))
    world.show("/past", page(OTHER + FORUM.format("7 September 2020"), PAST))
    world.wgwatch("check")

    assert kinds(world) == ["event.ended"]
    [now] = [event for event in world.json("events") if event["title"] == "Quay Forum"]
    assert (now["id"], now["state"]) == (forum["id"], "seen")


def test_the_same_move_on_a_second_page_is_told_once(world: World) -> None:
    before, after = FORUM.format("7 September 2027"), FORUM.format("12 September 2027")
    world.watch(world.show("/a", page(before + OTHER)), world.show("/b", page(OTHER + before)))
    world.wgwatch("check")
    world.show("/a", page(after + OTHER))
    world.wgwatch("check")
    world.show("/b", page(OTHER + after))
    world.wgwatch("check")
    assert kinds(world) == ["event.moved"]
    assert len(world.hooks) == len(world.mails) == 1
    [forum] = [event for event in world.json("events") if event["title"] == "Quay Forum"]
    assert len(forum["pages"]) == 2


def test_two_pages_with_different_dates_flip_nothing_and_disagree_visibly(world: World) -> None:
    numbered = "<li>{} 43rd HWG Meeting, Lima, Peru</li>"
    world.watch(
        world.show("/a", page(numbered.format("7 September 2027") + OTHER)),
        world.show("/b", page(OTHER + numbered.format("9 September 2027"))),
    )
    world.wgwatch("check")
    shown = []
    for _ in range(3):
        world.wgwatch("check")
        [meeting] = [event for event in world.json("events") if "43rd" in event["title"]]
        shown.append((meeting["id"], meeting["starts_on"], meeting["disagreements"]))
    assert shown == [shown[0]] * 3
    assert set(shown[0][2]) == {"starts_on"}
    assert kinds(world) == []


def test_what_one_page_drops_and_another_still_shows_has_not_gone(world: World) -> None:
    both = FORUM.format("7 September 2027") + OTHER
    world.watch(world.show("/a", page(both)), world.show("/b", page(both)))
    world.wgwatch("check")
    world.show("/a", page(OTHER))
    world.wgwatch("check")
    assert kinds(world) == []
    world.show("/b", page(OTHER))
    world.wgwatch("check")
    assert kinds(world) == ["event.removed"]


def test_one_person_in_two_roles_holds_two_appointments(world: World) -> None:
    people = "<h1>Harbour Group (HWG)</h1><h2>Contacts</h2><p>{}<br>{}<br>Quay Office</p>"
    world.watch(
        world.show("/a", people.format("Mei Tan", "Chair")),
        world.show("/b", people.format("Mei Tan", "Technical Lead")),
    )
    world.wgwatch("check")
    assert len({contact["id"] for contact in world.json("contacts")}) == 2


def test_a_project_is_one_over_all_pages_by_its_code(world: World) -> None:
    table = "<h1>{}</h1><h2>Projects</h2><table><tr><th>Project No.</th><th>Title</th></tr>{}</table>"
    row = "<tr><td>HWG 01 2026A</td><td>{}</td></tr><tr><td>HWG 0{} 2025</td><td>Buoys</td></tr>"
    world.watch(
        world.show("/a", table.format("Harbour Group", row.format("Small boats", 2))),
        world.show("/b", table.format("All projects", row.format("Small Boats", 3))),
    )
    world.wgwatch("check")
    [project] = world.json("projects", "--code", "HWG 01 2026A")
    assert len(project["pages"]) == 2
    assert len(world.json("projects")) == 3


def test_what_every_page_of_a_site_repeats_is_one_record_and_told_once(sqlite_world: World) -> None:
    """So many that they are joined one by one and never put together anew."""
    world, many = sqlite_world, linking.MANY + 3

    def pages(day: int) -> list[str]:
        shown = page(FORUM.format(f"{day} September 2027") + OTHER)
        return [world.show(f"/groups/{n}", shown.replace("HWG", f"HWG{n}")) for n in range(many)]

    world.watch(*pages(7))
    world.wgwatch("check")
    assert sorted(len(event["pages"]) for event in world.json("events")) == [many, many]
    pages(12)
    world.wgwatch("check")
    assert kinds(world).count("event.moved") == 1
    world.wgwatch("reparse", "--all")
    assert sorted(len(event["pages"]) for event in world.json("events")) == [many, many]
