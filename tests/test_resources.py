"""The data folders are found wherever the program was installed."""

import pytest

from mediation.resources import resource_dir


@pytest.mark.parametrize("folder", ["workflows", "templates", "features", "demo"])
def test_every_data_folder_is_found(folder: str) -> None:
    assert resource_dir(folder).is_dir()


def test_a_folder_that_is_missing_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="no folder 'nowhere'"):
        resource_dir("nowhere")
