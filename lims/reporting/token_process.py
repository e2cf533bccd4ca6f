"""The process that opens one token for one signature; started by its path, it imports nothing of ours.

It is asked on its standard input and answers on its standard output, one JSON object a line:

1. ``{"module", "token", "key", "pin"}`` is answered with ``{"certificates": [[label, base64], ...]}``;
2. ``{"mechanism", "data"}`` is answered with ``{"signature": base64}``, and the process ends.

Anything that fails is answered with ``{"error", "text"}``. The PIN comes over standard input alone, so that no list of
processes, environment or log holds it, and is checked in a process without a session of before: in one with an open
session a wrong PIN is not noticed (python-pkcs11 reports ``UserAlreadyLoggedIn`` and signs).
"""

import base64
import json
import sys
from typing import Any

MODULE_MISSING, MODULE_FAULT, TOKEN_MISSING = "module missing", "module fault", "token missing"
PIN_INCORRECT, PIN_LOCKED, KEY_MISSING, REFUSED = "PIN incorrect", "PIN locked", "key missing", "refused"
_LONGEST_LINE = 100_000


def main() -> None:
    """Answer both questions, or say why not."""
    _keep_no_core()
    try:
        import pkcs11  # type: ignore[import-not-found, unused-ignore]  # noqa: PLC0415 - an extra that may not be there
    except ImportError as error:
        _answer({"error": MODULE_MISSING, "text": str(error)})
        return
    try:
        _serve(pkcs11, _question())
    except (pkcs11.exceptions.PKCS11Error, RuntimeError, OSError) as error:
        _answer({"error": kind_of(type(error).__name__), "text": str(error) or type(error).__name__})


def kind_of(fault: str) -> str:
    """Tell by the name of a fault of python-pkcs11 what a person can do about it."""
    kinds = {
        "PinIncorrect": PIN_INCORRECT,
        "PinInvalid": PIN_INCORRECT,
        "PinLenRange": PIN_INCORRECT,
        "PinLocked": PIN_LOCKED,
        "PinExpired": PIN_LOCKED,
        "UserPinNotInitialized": PIN_LOCKED,
        "NoSuchToken": TOKEN_MISSING,
        "TokenNotPresent": TOKEN_MISSING,
        "DeviceRemoved": TOKEN_MISSING,
        "MultipleTokensReturned": TOKEN_MISSING,
        "NoSuchKey": KEY_MISSING,
        "MultipleObjectsReturned": KEY_MISSING,
        "PKCS11Error": MODULE_FAULT,  # the root of all others, raised as such where a module cannot be loaded
        "RuntimeError": MODULE_FAULT,
        "OSError": MODULE_FAULT,
    }
    return kinds.get(fault, REFUSED)


def _serve(pkcs11: Any, request: dict[str, str]) -> None:  # noqa: ANN401 - a module that is loaded by name
    token = pkcs11.lib(request["module"]).get_token(token_label=request["token"])
    with token.open(user_pin=request["pin"]) as session:
        key = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=request["key"])
        _answer({"certificates": _certificates(pkcs11, session)})
        question = _question()
        mechanism = getattr(pkcs11.Mechanism, question["mechanism"])
        again = {"pin": request["pin"]} if _asks_again(pkcs11, key) else {}
        signature = key.sign(base64.b64decode(question["data"]), mechanism=mechanism, **again)
        _answer({"signature": base64.b64encode(signature).decode()})


def _asks_again(pkcs11: Any, key: Any) -> bool:  # noqa: ANN401 - as above
    """Tell whether a key wants its PIN at every signature, as those of signature cards do (CKA_ALWAYS_AUTHENTICATE)."""
    try:
        return bool(key[pkcs11.Attribute.ALWAYS_AUTHENTICATE])
    except pkcs11.exceptions.AttributeTypeInvalid:
        return False  # a token that does not know the attribute


def _certificates(pkcs11: Any, session: Any) -> list[list[str]]:  # noqa: ANN401 - as above
    wanted = {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE}
    return [
        [str(found[pkcs11.Attribute.LABEL]), base64.b64encode(found[pkcs11.Attribute.VALUE]).decode()]
        for found in session.get_objects(wanted)
    ]


def _question() -> dict[str, str]:
    """Read one question; the end of the input ends the process."""
    line = sys.stdin.buffer.readline(_LONGEST_LINE)
    if not line.endswith(b"\n"):
        sys.exit(0)
    question: dict[str, str] = json.loads(line)
    return question


def _answer(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _keep_no_core() -> None:
    """Leave no image of the memory behind, which would hold the PIN."""
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
