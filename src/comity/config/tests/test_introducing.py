"""What the demonstration reads from the commands by which its two nodes join."""

from pathlib import Path

from comity.config.introducing import Side

IRAQ, NATION = "b" * 52, "c" * 52


class Listed(Side):
    """A side whose commands answer with these lines."""

    def run(self, *arguments: str) -> list[str]:
        assert arguments == ("join", "list")
        return [
            "4: invited (nobody yet)",
            f"3: joined A member nation {NATION}",
            f"2: joined Republic of Iraq {IRAQ}",
            f"1: removed Republic of Iraq {IRAQ}",
        ]


def test_another_partner_of_the_mission_is_not_taken_for_iraq() -> None:
    side = Listed(Path("mission"), "nmi", "http://localhost:8001/")
    assert side.number("joined", IRAQ) == "2"
    assert side.number("joined", NATION) == "3"
    assert side.number("answered", IRAQ) == ""
