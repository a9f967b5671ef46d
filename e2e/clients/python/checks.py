"""Named checks, one line of output for each, and a closing count."""
import sys
import traceback

_passed = 0
_failed = 0


def check(name, work):
    """Run one check: it holds when `work` neither raises nor returns False."""
    global _passed, _failed
    try:
        if work() is False:
            raise AssertionError('does not hold')
    except BaseException as error:  # clients end programs with SystemExit, too
        _failed += 1
        lines = traceback.format_exception_only(type(error), error)
        where = traceback.extract_tb(error.__traceback__)[-1]
        print(f'FAIL {name}: {"".join(lines).strip()[:600]} ({where.filename.rsplit("/", 1)[-1]}:{where.lineno})')
    else:
        _passed += 1
        print(f'ok   {name}')


def same(actual, expected):
    """Assert equality, saying what differs."""
    if actual != expected:
        raise AssertionError(f'got {_shown(actual)} instead of {_shown(expected)}')


def same_members(actual, expected):
    """Assert that two lists hold the same things, each once."""
    actual = [str(x) for x in actual]
    expected = [str(x) for x in expected]
    assert len(set(actual)) == len(actual), f'{len(actual) - len(set(actual))} of {len(actual)} come twice'
    missing, extra = set(expected) - set(actual), set(actual) - set(expected)
    assert not missing and not extra, f'{len(missing)} missing {_shown(sorted(missing)[:3])}, {len(extra)} too many {_shown(sorted(extra)[:3])}, of {len(expected)}'


def refused(work, *kinds):
    """Assert that `work` raises one of these, and return what it raised."""
    try:
        work()
    except kinds as error:
        return error
    raise AssertionError('was not refused')


def finish():
    """Print the count and end the program."""
    print(f'{_passed} passed, {_failed} failed')
    sys.exit(1 if _failed else 0)


def _shown(value):
    text = repr(value)
    return text if len(text) < 300 else text[:300] + '...'
