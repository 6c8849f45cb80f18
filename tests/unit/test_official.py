"""The helper that finds official files: a skip without the folder, a failure without the file."""

from pathlib import Path

import pytest

import official


def test_without_the_folder_the_test_is_skipped_and_says_why(tmp_path: Path) -> None:
    with pytest.raises(pytest.skip.Exception, match="official files are not here"):
        official.shared_file("data/x.xlsx", shared=tmp_path / "absent")


def test_with_the_folder_a_missing_file_is_a_failure_not_a_skip(tmp_path: Path) -> None:
    with pytest.raises(pytest.fail.Exception, match=r"data/x\.xlsx"):
        official.shared_file("data/x.xlsx", shared=tmp_path)


def test_a_file_that_is_there_is_found(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("1\n")
    assert official.shared_file("x.csv", shared=tmp_path) == tmp_path / "x.csv"
