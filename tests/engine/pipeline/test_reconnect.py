from engine.pipeline.reconnect import Reconnect


def test_waits_grow_up_to_a_limit() -> None:
    waits = list(Reconnect(first=0.5, most=4, limit=20).waits())
    assert waits[:5] == [0.5, 1, 2, 4, 4]
    assert sum(waits) <= 20
    assert list(Reconnect(limit=0).waits()) == []
