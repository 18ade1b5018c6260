"""What processes and threads share is left as it was found."""

import gc

from kg.processes import rarely_collecting


def test_garbage_is_looked_for_as_often_as_before_when_two_blocks_overlap() -> None:
    before = gc.get_threshold()
    one, two = rarely_collecting(), rarely_collecting()
    one.__enter__()
    seldom = gc.get_threshold()
    two.__enter__()
    one.__exit__(None, None, None)
    two.__exit__(None, None, None)
    assert seldom > before
    assert gc.get_threshold() == before
