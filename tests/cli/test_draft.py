"""`gridsvc draft`: a change of the map from the first line to the roll-back."""

from pathlib import Path

from tests.cli.at_the_prompt import Prompt, Said
from tests.cli.desk import ask
from tests.factories import cell, frame

LAYER = ("--layer", "cleaning")


class TestDraft:
    @staticmethod
    def run(prompt: Prompt, url: str, *arguments: str) -> Said:
        return prompt.run("draft", *arguments, GRIDSVC_DATABASE_URL=url)

    def new(self, prompt: Prompt, url: str, *arguments: str) -> str:
        said = self.run(prompt, url, "new", "--title", "调整", *arguments)
        assert said.code == 0, said.err
        return said.out.strip()

    def test_a_file_comes_into_force(self, prompt: Prompt, city_url: str, tmp_path: Path) -> None:
        draft = self.new(prompt, city_url, *LAYER)
        areas = frame(
            ("Z1", "一区", None, cell(0, 0, 2, 2)), ("Z3", "三区", None, cell(2, 0, 2, 2))
        )
        areas.to_file(tmp_path / "zones.gpkg")
        assert self.run(prompt, city_url, "upload", draft, str(tmp_path / "zones.gpkg")).code == 0
        said = self.run(prompt, city_url, "diff", draft)
        assert "Z3 三区 is new." in said.out
        said = self.run(prompt, city_url, "check", draft)
        assert (said.code, said.out.splitlines()[-1]) == (
            1,
            "2 findings, 2 in the way of activation.",
        )
        said = self.run(prompt, city_url, "activate", draft)
        assert said.code == 1
        assert "clean2 is lead for 02 in Z2, which is gone" in said.err
        said = self.run(
            prompt,
            city_url,
            *("accept", draft, "responsibility_lost", "no_lead", "--reason", "另行调整"),
        )
        assert said.code == 0, said.err
        assert self.run(prompt, city_url, "activate", draft).code == 0
        said = self.run(prompt, city_url, "list")
        assert said.out == f"{draft} activated  cleaning 调整\n"
        back = ("rollback", *LAYER, "--release", "1", "--reason", "退回")
        assert self.run(prompt, city_url, *back).code == 0
        numbers = ask(
            city_url,
            "SELECT r.number FROM release r JOIN layer l ON l.id = r.layer_id"
            " WHERE l.name = 'cleaning' AND r.valid_to IS NULL",
        )
        assert numbers == [(3,)]

    def test_a_spreadsheet_is_a_table(self, prompt: Prompt, city_url: str, tmp_path: Path) -> None:
        draft = self.new(prompt, city_url, "--table", "responsibilities")
        file = tmp_path / "rows.csv"
        leads = ("clean1,cleaning,Z1,02", "clean2,cleaning,Z2,02", "power,power,P1,0101")
        lines = ["organisation,layer,area,category,role", *(f"{lead},lead" for lead in leads)]
        file.write_text("\n".join(lines))
        assert self.run(prompt, city_url, "upload", draft, str(file)).code == 0
        said = self.run(prompt, city_url, "diff", draft)
        assert [line[0] for line in said.out.splitlines()] == ["-", "-", "-"]
        assert self.run(prompt, city_url, "check", draft).code == 0
        said = self.run(prompt, city_url, "cases", draft)
        assert said.out == "0 of 0 open cases would change owner.\n"
        assert self.run(prompt, city_url, "activate", draft, "--at", "2099-01-01").code == 0
        assert self.run(prompt, city_url, "cancel", draft).code == 0
        assert self.run(prompt, city_url, "rebase", draft).code == 0
        assert self.run(prompt, city_url, "discard", draft).code == 0

    def test_what_is_wrong_is_one_sentence(self, prompt: Prompt, city_url: str) -> None:
        draft = self.new(prompt, city_url, *LAYER)
        for arguments, sentence in (
            (("edit", draft, "{"), "The edit cannot be read"),
            (("edit", draft, '{"action": "remove", "code": "Z9"}'), "has no area Z9"),
            (("accept", draft, "gap", "--reason", "无"), "cannot be accepted"),
            (("activate", draft, "--at", "2020-01-01"), "now or later"),
            (("new", "--title", "x"), "names the layer"),
            (("cancel", draft), "Only what was activated"),
        ):
            said = self.run(prompt, city_url, *arguments)
            assert (said.code, sentence in said.err) == (1, True), said
