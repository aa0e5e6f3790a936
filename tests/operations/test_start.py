"""An installation is opened, and what it has loaded stays loaded."""

import gc

from mediation.operations.start import settle


def test_what_is_loaded_is_no_longer_walked_by_the_collector() -> None:
    settle()
    try:
        assert gc.get_freeze_count() > 0
        assert len(gc.get_objects()) < gc.get_freeze_count()
    finally:
        gc.unfreeze()
