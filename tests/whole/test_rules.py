"""New reading rules are not news: the old answer is read by them in silence, then like is compared with like."""

from __future__ import annotations

from world import World, group_page

WATCHLIST = """\
defaults: {{delay: 0 seconds}}
sources:
  - name: harbour
    profile: ./harbour.yaml
    pages: [{pages}]
subscriptions:
  - {{name: all, email: anna@paper.example, tell: [contacts, events, projects, text, page]}}
"""
PROJECT = "<h2>Projects</h2><ul><li>Quay lights (HX/77)</li><li>Tide tables (HX/78)</li></ul>"


def test_a_profile_that_reads_more_tells_nobody_and_hides_no_change(world: World) -> None:
    profile = world.folder / "harbour.yaml"
    profile.write_text("name: harbour\n")
    world.watch(world.show("/group", group_page(7, extra=PROJECT)), text=WATCHLIST)
    world.wgwatch("check")
    assert "HX/77" not in {project["code"] for project in world.json("projects")}

    profile.write_text('name: harbour\ncodes: ["HX/[0-9]+", "HWG [0-9]+ [0-9]{4}[A-Z]?"]\n')
    assert "1 unchanged" in world.wgwatch("check").stdout
    assert {"HX/77", "HX/78"} <= {project["code"] for project in world.json("projects")}
    assert (world.json("changes"), world.mails) == ([], [])
    assert world.conditions == [None, None]  # a 304 would have kept the old reading for ever

    profile.write_text("name: harbour\n")
    world.show("/group", group_page(12, extra=PROJECT))
    world.wgwatch("check")
    assert [change["kind"] for change in world.json("changes")] == ["event.moved"]
    world.wgwatch("check")
    assert world.statuses("/group")[-1] == 304


def test_a_reparse_by_new_rules_tells_nobody_and_changes_the_past(world: World) -> None:
    profile = world.folder / "harbour.yaml"
    profile.write_text("name: harbour\n")
    world.watch(world.show("/group", group_page(7, extra=PROJECT)), text=WATCHLIST)
    world.wgwatch("check")
    world.show("/group", group_page(12, extra=PROJECT))
    world.wgwatch("check")
    told = [change["id"] for change in world.json("changes")]
    profile.write_text('name: harbour\ncodes: ["HX/[0-9]+"]\n')
    assert "by new rules" in world.wgwatch("reparse").stdout
    history = world.json("projects", "--history")
    assert {project["first_seen"] for project in history if project["code"] == "HX/77"} == {
        world.json("captures", world.url + "/group")[0]["first_seen"]
    }
    assert [change["id"] for change in world.json("changes")] == told
    assert len(world.mails) == 1
