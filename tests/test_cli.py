"""The `tryon` command, run as an operator runs it."""

import csv
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.system import environment
from tryon.cli import COMMANDS, main
from tryon.config import Settings
from tryon.demo import get_picture_folder


class Operator:
    """Runs commands in a folder of its own, with the settings given."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, captured: pytest.CaptureFixture[str], **settings: str) -> None:
        self.set = monkeypatch.setenv
        self.captured = captured
        for name, value in settings.items():
            self.set(name, value)

    def run(self, *arguments: str) -> tuple[object, str, str]:
        """The exit code, and what went to stdout and stderr."""
        self.captured.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        output, errors = self.captured.readouterr()
        return ended.value.code, output, errors

    def does(self, *arguments: str) -> str:
        """What it prints, where all is well."""
        code, output, errors = self.run(*arguments)
        assert code == 0, errors
        return output

    def is_told(self, *arguments: str, code: int = 1) -> str:
        """The one line it prints where something is wrong."""
        ended, _, errors = self.run(*arguments)
        assert ended == code, errors
        lines = errors.strip().splitlines()
        if code == 1:
            assert len(lines) == 1, errors
        return lines[-1]


@pytest.fixture
def operator(
    tmp_path: Path, valkey_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Operator:
    settings = {"TRYON_DATA_DIR": str(tmp_path / "var"), "REDIS_URL": valkey_url, "SECRET_KEY": "known only to me"}
    return Operator(monkeypatch, capsys, **settings)


@pytest.fixture
def artist(operator: Operator, tmp_path: Path, networks_folder: Path) -> Operator:
    """An operator on whose machine the networks are."""
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "networks").symlink_to(networks_folder)
    return operator


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_that_says_what_it_does(operator: Operator, command: str) -> None:
    help_text = operator.does(command, "--help").split()
    assert help_text[:3] == ["Usage:", "tryon", command]
    assert COMMANDS[command][1].split()[0] in help_text


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom tryon.cli import group\n"
        "group.main(['--help'], standalone_mode=False)\n"
        "print(sorted({'numpy', 'cv2', 'flask', 'sqlalchemy', 'PIL', 'rq'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_wrong_command_is_answered_with_two(operator: Operator) -> None:
    assert "No such command" in operator.is_told("fly", code=2)
    assert "Nothing to make" in operator.is_told("demo", code=2)


def test_it_is_a_program_of_its_own(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tryon.cli", "merchant", "list"]
    given = environment(TRYON_DATA_DIR=str(tmp_path / "var"))
    done = subprocess.run(command, env=given, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "tryon: The database is not up to date. Run `tryon migrate` first.\n"


def test_a_merchant_from_creation_to_more_credits(operator: Operator) -> None:
    assert "now up to date" in operator.does("migrate")
    made = operator.does("merchant", "create", "Corner Shop", "--origin", "https://corner.example", "--credits", "7")
    assert "dress_sk_live_" in made
    assert "corner-shop" in operator.does("merchant", "list")
    assert "now has 12 credits" in operator.does("credits", "add", "corner-shop", "5")
    assert "credits left                   12" in operator.does("usage", "corner-shop")
    shown = operator.does("merchant", "show", "corner-shop")
    assert "12" in shown
    assert "https://corner.example" in shown
    assert "dress_sk_live_" not in shown


def test_the_secret_of_a_merchants_callbacks_can_be_rotated(operator: Operator) -> None:
    operator.does("migrate")
    printed = re.compile(r"^webhook_secret +(whsec_\S+)$", re.MULTILINE)
    first = printed.findall(operator.does("merchant", "create", "Corner Shop"))
    outside = printed.findall(operator.does("merchant", "create", "Other Shop"))
    told = operator.does("merchant", "rotate-webhook-secret", "corner-shop")
    second = printed.findall(told)
    assert re.search(r"^old_secret_until +\d{4}-", told, re.MULTILINE)
    assert len({*first, *outside, *second}) == 3
    assert "whsec_" not in operator.does("merchant", "show", "corner-shop")
    assert "no merchant 'nobody'" in operator.is_told("merchant", "rotate-webhook-secret", "nobody")


def test_what_is_wrong_is_said_in_one_line(operator: Operator, tmp_path: Path) -> None:
    assert "Run `tryon migrate` first" in operator.is_told("merchant", "list")
    assert "Run `tryon migrate` first" in operator.is_told("migrate", "--check")
    assert "Run `tryon migrate` first" in operator.is_told("worker", "--burst", "--queues", "deliveries")
    operator.does("migrate")
    operator.does("migrate", "--check")
    assert "no merchant 'nobody'" in operator.is_told("merchant", "show", "nobody")
    assert "slug" in operator.is_told("merchant", "create", "Shop", "--slug", "Not A Slug")
    operator.set("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert "database can't be reached" in operator.is_told("merchant", "list")
    operator.set("STORAGE_URL", "ftp://somewhere")
    assert "STORAGE_URL must look like" in operator.is_told("merchant", "list")


def test_a_queue_out_of_reach_is_said_in_one_line(operator: Operator) -> None:
    operator.does("migrate")
    operator.set("REDIS_URL", "redis://127.0.0.1:1")
    assert "queue can't be reached" in operator.is_told("worker", "--burst", "--queues", "deliveries")


def test_a_worker_without_networks_says_how_to_fetch_them(operator: Operator) -> None:
    operator.does("migrate")
    assert "tryon engines fetch" in operator.is_told("worker", "--burst", "--queues", "generations")
    assert "tryon engines fetch" in operator.does("engines", "list")
    assert "tryon engines fetch" in operator.is_told("engines", "check")


def test_a_sweep_counts_what_it_did(operator: Operator) -> None:
    operator.does("migrate")
    assert "photos erased      0" in operator.does("sweep")


def test_every_setting_is_printed_and_no_secret_is(operator: Operator, tmp_path: Path) -> None:
    operator.set("DATABASE_URL", "postgresql://shop:hidden-password@db.example/tryon")
    text = operator.does("settings")
    for field in Settings.model_fields.values():
        assert f"{field.validation_alias}=" in text
        assert str(field.description) in text
    assert "SECRET_KEY=(hidden)" in text
    assert "known only to me" not in text
    assert "hidden-password" not in text
    assert "db.example/tryon" in text
    assert (tmp_path / "var" / "secrets.json").read_text() not in text


@pytest.mark.parametrize("name", ["result.png", "result.jpg"])
def test_two_files_in_one_picture_out(artist: Operator, tmp_path: Path, name: str) -> None:
    pictures = get_picture_folder()
    person, garment = pictures / "people" / "3_posture.jpg", pictures / "clothes" / "shirts" / "1_front.jpg"
    output = tmp_path / name
    artist.does("try-on", str(person), str(garment), "--category", "tops", "-o", str(output))
    with Image.open(output) as result:
        assert result.format == {"png": "PNG", "jpg": "JPEG"}[name[-3:]]
        with Image.open(person) as photo:
            assert abs(result.width / result.height - photo.width / photo.height) < 0.01


def test_a_person_who_can_not_be_dressed_is_explained(artist: Operator, tmp_path: Path) -> None:
    garment = str(get_picture_folder() / "clothes" / "shirts" / "1_front.jpg")
    nobody, text, output = tmp_path / "nobody.png", tmp_path / "text.jpg", tmp_path / "result.png"
    Image.new("RGB", (600, 800), "grey").save(nobody)
    text.write_text("no picture")
    rest = [garment, "--category", "tops", "-o"]
    assert "could not find a person" in artist.is_told("try-on", str(nobody), *rest, str(output))
    assert "not a picture we can read" in artist.is_told("try-on", str(text), *rest, str(output))
    wrong_name = artist.is_told("try-on", garment, *rest, str(tmp_path / "result.gif"), code=2)
    assert "must end in .png or .jpg" in wrong_name
    assert not output.exists()


def test_the_engine_can_be_checked(artist: Operator) -> None:
    assert "local" in artist.does("engines", "check")
    assert "ready" in artist.does("engines", "list")


def test_every_stage_of_a_try_on_is_drawn(artist: Operator, tmp_path: Path) -> None:
    pictures = get_picture_folder()
    person, garment = pictures / "people" / "3_posture.jpg", pictures / "clothes" / "shirts" / "3_front.jpg"
    artist.does("lab", str(person), str(garment), "--out", str(tmp_path / "stages"))
    drawn = sorted(path.name for path in (tmp_path / "stages").glob("*.png"))
    stages = "cut_out garment_landmarks person_landmarks matte parse target warp shading changed result before_after"
    assert drawn == [f"{number:02d}_{stage}.png" for number, stage in enumerate(stages.split(), 1)]
    facts = json.loads((tmp_path / "stages" / "scores.json").read_text())
    assert set(facts["scores"]) >= set(facts["limits"])
    assert facts["scores"]["face_identical"] == 1.0
    assert facts["garment"]["sleeve"] == "short"
    assert set(facts["seconds"]) == {"person", "garment", "dressable", "dressing", "checks"}


def test_stages_end_where_the_engine_refuses(artist: Operator, tmp_path: Path) -> None:
    garment = str(get_picture_folder() / "clothes" / "shirts" / "3_front.jpg")
    assert "no_person_found" in artist.does("lab", garment, garment, "--out", str(tmp_path / "stages"))
    assert [path.name[3:] for path in sorted((tmp_path / "stages").glob("*.png"))] == [
        "cut_out.png", "garment_landmarks.png",
    ]  # fmt: skip
    facts = json.loads((tmp_path / "stages" / "scores.json").read_text())
    assert [refusal["code"] for refusal in facts["refusals"]] == ["no_person_found"]


def test_a_sheet_of_two_folders_has_a_table_beside_it(artist: Operator, tmp_path: Path) -> None:
    _fill(tmp_path / "people", "people/3_posture.jpg", "people/3_selfie.jpg")
    _fill(tmp_path / "shop", "clothes/shirts/3_front.jpg")
    folders = ["--sheet", str(tmp_path / "people"), str(tmp_path / "shop"), "--out"]
    told = artist.does("lab", *folders, str(tmp_path / "all.png"))
    assert "2 combinations" in told
    rows = _table(tmp_path / "all.csv")
    assert [(row["person"], row["category"]) for row in rows] == [
        ("3_posture.jpg", "tops"), ("3_selfie.jpg", "tops"),
    ]  # fmt: skip
    assert rows[0]["code"] == "dressed"
    assert float(rows[0]["face_identical"]) == 1.0
    assert 0.0 < float(rows[0]["seconds_fitting"]) < float(rows[0]["seconds"])
    assert (rows[1]["code"], rows[1]["face_identical"]) == ("pose_not_supported", "")
    artist.does("lab", *folders, str(tmp_path / "drawn.png"), "--sample", "1", "--seed", "4")
    assert len(_table(tmp_path / "drawn.csv")) == 1
    with Image.open(tmp_path / "all.png") as everything, Image.open(tmp_path / "drawn.png") as drawn:
        assert drawn.height < everything.height


def test_known_pairs_are_scored_with_their_number_and_size(artist: Operator, tmp_path: Path) -> None:
    pictures = get_picture_folder()
    (tmp_path / "pairs" / "one").mkdir(parents=True)
    with Image.open(pictures / "people" / "3_posture.jpg") as photo:
        photo.resize((430, 770)).save(tmp_path / "pairs" / "one" / "person.jpg")
    shutil.copy(pictures / "clothes" / "shirts" / "3_front.jpg", tmp_path / "pairs" / "one" / "garment.jpg")
    told = artist.does("lab", "--pairs", str(tmp_path / "pairs"), "--out", str(tmp_path / "pairs.csv"))
    assert "1 pairs, 1 dressed" in told
    assert "mean of 1 at 430×770: SSIM 0." in told
    (row,) = _table(tmp_path / "pairs.csv")
    assert (row["full_size"], row["mask"], row["changed_outside"]) == ("430x770", "changed", "")
    assert 0.5 < float(row["full_ssim"]) < 1.0


def test_fairness_is_told_for_every_group_of_skin_tones(artist: Operator, tmp_path: Path) -> None:
    _fill(tmp_path / "people", "people/3_posture.jpg", "people/3_selfie.jpg")
    _fill(tmp_path / "shop", "clothes/shirts/3_front.jpg")
    folders = (str(tmp_path / "people"), str(tmp_path / "shop"))
    told = artist.does("lab", "--fairness", *folders, "--out", str(tmp_path / "fairness.csv"))
    assert told.count("1 people, 1 try-ons, refused 0.0%") == told.count("1 people, 1 try-ons, refused 100.0%") == 1
    assert "NOT fair" in told
    rows = {row["person"]: row for row in _table(tmp_path / "fairness.csv")}
    assert rows["3_posture.jpg"]["refused"] == "0.0"
    assert (rows["3_selfie.jpg"]["refused"], rows["3_selfie.jpg"]["colour_error"]) == ("1.0", "")


def test_limits_are_set_on_one_half_and_tried_on_the_other(artist: Operator, tmp_path: Path) -> None:
    table = tmp_path / "looked_at.csv"
    rows = ["ann,2.0,good", "ben,2.1,good", "ben,30,bad", "cem,3.0,good", "dua,8,bad", "dua,2,"]
    table.write_text("\n".join(["person,anisotropy,looks", *rows]))
    told = artist.does("lab", "--limits", str(table))
    assert "set on 2 pictures, tried on 3 of other people" in told
    assert "anisotropy: 1 to 3.5" in told
    assert "the other half: refuses 0 of 1 good, 2 of 2 bad" in told
    assert "published limits, all pictures: refuses 0 of 3 good, 1 of 2 bad" in told


def test_the_laboratory_says_what_it_misses(artist: Operator, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    empty = str(tmp_path / "empty")
    assert "--pairs" in artist.is_told("lab", code=2)
    assert "--guide joins" in artist.is_told("lab", "--pairs", empty, "--guide", code=2)
    assert "must end in .png" in artist.is_told("lab", "--sheet", empty, empty, "--out", "sheet.jpg", code=2)
    assert "Missing option '--out'" in artist.is_told("lab", "--sheet", empty, empty, code=2)
    assert "nothing to dress" in artist.is_told("lab", "--sheet", empty, empty, "--out", str(tmp_path / "sheet.png"))
    assert "holds no folder" in artist.is_told("lab", "--pairs", empty)
    (tmp_path / "sheet.csv").write_text("person,looks\nann,good\n")
    assert "at least two people" in artist.is_told("lab", "--limits", str(tmp_path / "sheet.csv"))


def _fill(folder: Path, *names: str) -> None:
    folder.mkdir()
    for name in names:
        shutil.copy(get_picture_folder() / name, folder)


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_merchant_who_lost_every_key_gets_another(operator: Operator) -> None:
    operator.does("migrate")
    operator.does("merchant", "create", "Corner Shop")
    made = dict(
        line.split(maxsplit=1)
        for line in operator.does("merchant", "keys", "create", "corner-shop", "--days", "9").splitlines()
    )
    assert made["key"].startswith("dress_sk_live_")
    assert made["expires_at"].endswith("Z")
    new = operator.does("merchant", "keys", "rotate", "corner-shop", made["key_id"], "--overlap-seconds", "0")
    assert "dress_sk_live_" in new
    assert "is revoked" in operator.does("merchant", "keys", "revoke", "corner-shop", made["key_id"])
    listed = operator.does("merchant", "keys", "list", "corner-shop").splitlines()
    assert [line.split()[2] for line in listed] == ["active", "revoked", "active", "active"]
    assert made["key"] not in "".join(listed)
    assert "no key" in operator.is_told("merchant", "keys", "revoke", "corner-shop", "key_none")


def test_a_merchant_is_changed_closed_and_reopened(operator: Operator) -> None:
    operator.does("migrate")
    operator.does("merchant", "create", "Corner Shop", "--email", "me@corner.example")
    operator.does("merchant", "change", "corner-shop", "--plan", "PRO", "--origin", "https://new.example")
    shown = operator.does("merchant", "show", "corner-shop")
    assert all(word in shown for word in ("PRO", "https://new.example", "me@corner.example"))
    operator.does("merchant", "close", "corner-shop")
    assert "deactivated" in operator.does("merchant", "list")
    operator.does("merchant", "reopen", "corner-shop")
    assert "deactivated" not in operator.does("merchant", "list")


def test_a_merchants_engines_are_chosen_and_shown(operator: Operator) -> None:
    operator.does("migrate")
    operator.does("merchant", "create", "Corner Shop")
    operator.set("GEMINI_API_KEY", "AIzaSy-a-key-of-the-operator-0123456789")
    operator.does("merchant", "change", "corner-shop", "--engine", "gemini", "--fallback", "", "--daily-spend", "2.50")
    operator.does("merchant", "change", "corner-shop", "--at-once", "9")
    shown = {
        line.split()[0]: line.split()[1:] for line in operator.does("merchant", "show", "corner-shop").splitlines()
    }
    assert (shown["engine"], shown["engine_fallback"]) == (["gemini"], [])
    assert (shown["engine_daily_spend_max"], shown["engine_concurrency_max"]) == (["2500000"], ["9"])
    assert "There are: auto, local, gemini" in operator.is_told("merchant", "change", "corner-shop", "--engine", "oil")
    operator.set("TRYON_ENGINE", "oil")
    assert "There is no engine named 'oil'" in operator.is_told("merchant", "list")
