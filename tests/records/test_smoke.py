import time
def test_x(database):
    with database.reading() as tx:
        from mediation.records import triggers
        assert triggers.differences(tx.connection)==[]
def test_y(database): pass
def test_z(database): pass
