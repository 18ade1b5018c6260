"""Files are whole or as they were."""

import errno
import os
from pathlib import Path

import pytest

from kg.errors import OutputError
from kg.writing import make_folder, replacing, settle, text_file, together


def test_a_file_takes_its_place_when_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old", encoding="utf-8")
    with text_file(path) as file:
        file.write("new\n")
        assert path.read_text(encoding="utf-8") == "old"
    assert path.read_bytes() == b"new\n"
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(ZeroDivisionError), text_file(path) as file:
        file.write("new")
        _ = 1 / 0
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with (
        pytest.raises(OutputError, match=r"a\.txt: cannot be written \(no space left.*\); the old file is kept"),
        text_file(tmp_path / "a.txt") as file,
    ):
        file.write("new")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_was_never_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"), replacing(tmp_path / "a.txt"):
        pass


def test_several_files_take_their_places_together(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old", encoding="utf-8")
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables/old.csv").touch()
    with together(tmp_path) as new:
        (new / "a.txt").write_text("new", encoding="utf-8")
        (new / "tables").mkdir()
        (new / "tables/new.csv").touch()
        assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "old"
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "new"
    assert [p.name for p in (tmp_path / "tables").iterdir()] == ["new.csv"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.txt", "tables"]


def test_of_several_files_none_takes_its_place_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), together(tmp_path) as new:
        (new / "a.txt").touch()
        _ = 1 / 0
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_incomplete_is_cleared_away(tmp_path: Path) -> None:
    (tmp_path / ".new").mkdir()
    (tmp_path / ".new/half.txt").touch()
    settle(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_taken_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    with (
        monkeypatch.context() as patch,
        pytest.raises(OutputError, match="permission denied"),
        together(tmp_path) as new,
    ):
        (new / "a.txt").touch()
        patch.setattr(Path, "rename", refuse)
    assert not (tmp_path / "a.txt").exists()


def test_a_folder_is_made_or_the_reason_told(tmp_path: Path) -> None:
    make_folder(tmp_path / "a/b")
    assert (tmp_path / "a/b").is_dir()
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"file/c: cannot write there \(.*\); choose another folder with -o"):
        make_folder(tmp_path / "file/c")
