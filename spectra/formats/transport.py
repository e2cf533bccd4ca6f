"""Values as bytes between a reading process and ours: a head with lengths, JSON, raw arrays. Never pickle.

What is written follows the value; what is read follows the type that the reader of the frame expects, field by field,
and every class checks its own values again. So bytes from a process that went wrong can be refused, but not obeyed.
"""

import json
import math
import os
import struct
from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from itertools import repeat
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import numpy as np
import numpy.typing as npt

from spectra.errors import SpectraError

T = TypeVar("T")

HEAD = struct.Struct("<7sc2Q")
"""Magic, status, length of the JSON, length of the arrays."""
MAGIC = b"AIGAQ\x01\n"
_ARRAY_KINDS = "fiub"
"""Floats, signed and unsigned integers, booleans; never objects."""
_SCALARS = (str, int, float, bool, NoneType)


class TransportError(SpectraError, ValueError):
    """Bytes that are no frame of the expected kind, or a value that no frame can hold."""


def frame_of(value: object, status: bytes) -> list[bytes | memoryview]:
    """Write a value as the pieces of one frame.

    Parameters
    ----------
    value : object
        A dataclass, tuple, array, path, enumeration or plain value, nested as one likes. Arrays are of floats,
        integers or booleans.
    status : bytes
        One byte that says what the value is to the receiver.

    Raises
    ------
    TransportError
        If it holds anything else.
    """
    arrays: list[npt.NDArray[Any]] = []
    text = json.dumps(_node(value, arrays), separators=(",", ":")).encode("ascii")
    head = HEAD.pack(MAGIC, status, len(text), sum(array.nbytes for array in arrays))
    return [head, text, *(array.reshape(-1).view(np.uint8).data for array in arrays)]


def frame_length(head: bytes | bytearray) -> int:
    """Say how long the frame is that begins with these bytes, its head included; 0 as long as the head is not whole.

    Raises
    ------
    TransportError
        If no frame begins so.
    """
    if not MAGIC.startswith(bytes(head[: len(MAGIC)])):
        raise TransportError("bytes that are no answer")
    if len(head) < HEAD.size:
        return 0
    _, _, text, arrays = HEAD.unpack_from(head)
    return HEAD.size + int(text) + int(arrays)


def frame_status(frame: bytes | bytearray) -> bytes:
    """Give the status byte of a frame."""
    return bytes(HEAD.unpack_from(frame)[1])


def value_of(frame: bytes | bytearray, kind: type[T]) -> T:
    """Read the value of a whole frame.

    Parameters
    ----------
    frame : bytes
        As ``frame_of`` wrote it; its length is compared with what its head says.
    kind : type
        What is expected: a dataclass, or a tuple of such.

    Raises
    ------
    TransportError
        If the frame is cut or too long, its JSON or arrays are not of this kind, or a class refuses its values.
    """
    if len(frame) < HEAD.size or frame_length(frame) != len(frame):
        raise TransportError(f"a frame of {len(frame)} bytes that says another length")
    text = HEAD.unpack_from(frame)[2]
    view = memoryview(frame)
    source = _Arrays(view[HEAD.size + text :])
    try:
        value: T = _decoder(cast("Hashable", kind))(json.loads(bytes(view[HEAD.size : HEAD.size + text])), source)
    except TransportError:
        raise
    except (ValueError, RecursionError) as error:  # no JSON, or a class that refuses its values
        raise TransportError(f"{type(error).__name__} in the answer") from error
    if source.rest:
        raise TransportError(f"{source.rest} bytes that no value takes")
    return value


def _node(value: object, arrays: list[npt.NDArray[Any]]) -> object:
    node: object
    if isinstance(value, Enum):
        node = value.value
    elif isinstance(value, _SCALARS):
        node = value
    elif isinstance(value, Path):
        node = os.fspath(value)
    elif isinstance(value, tuple) and value and all(type(item) is float for item in value):
        node = _array_node(np.array(value), arrays)  # the peaks of text files: as numbers, not as text
    elif isinstance(value, tuple):
        node = [_node(item, arrays) for item in value]
    elif isinstance(value, np.ndarray) and value.dtype.kind in _ARRAY_KINDS:
        node = _array_node(value, arrays)
    elif is_dataclass(value) and not isinstance(value, type):
        node = {type(value).__name__: [_node(getattr(value, item.name), arrays) for item in fields(value)]}
    else:
        raise TransportError(f"a value of type {type(value).__name__}, which no frame can hold")
    return node


def _array_node(array: npt.NDArray[Any], arrays: list[npt.NDArray[Any]]) -> object:
    plain = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
    arrays.append(plain)
    return {"array": [plain.dtype.str, *array.shape]}


class _Arrays:
    """The raw arrays of a frame, taken one after another."""

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self._taken = 0

    @property
    def rest(self) -> int:
        return len(self._data) - self._taken

    def take(self, node: object) -> npt.NDArray[Any]:
        match node:
            case {"array": [str(form), *shape], **more} if not more and all(type(n) is int and n >= 0 for n in shape):
                kind = _plain_kind(form)
            case _:
                raise TransportError("no array where one is expected")
        length = math.prod(shape) * kind.itemsize
        if length > self.rest:
            raise TransportError(f"an array of {length} bytes with {self.rest} left")
        array = np.frombuffer(self._data, dtype=kind, count=math.prod(shape), offset=self._taken).reshape(shape)
        self._taken += length
        return array


@cache
def _plain_kind(form: str) -> np.dtype[Any]:
    try:
        kind = np.dtype(form)
    except TypeError:
        raise TransportError("an array of an unknown kind") from None
    if kind.kind not in _ARRAY_KINDS or kind.str != form:
        raise TransportError("an array that is not of plain numbers")
    return kind


_Decoder = Callable[[Any, _Arrays], Any]


@cache
def _decoder(kind: Any) -> _Decoder:  # noqa: ANN401 - a type, a union or a generic alias
    """Make the function that reads one kind; made once for each, because files have a million values."""
    origin = get_origin(kind)
    decoder: _Decoder
    if origin in {Union, UnionType}:
        decoder = _union_decoder(get_args(kind))
    elif origin is np.ndarray:
        decoder = _array_decoder(kind)
    elif origin is tuple:
        decoder = _tuple_decoder(get_args(kind))
    elif is_dataclass(kind):
        decoder = _dataclass_decoder(kind)
    else:
        decoder = _plain_decoder(kind)
    return decoder


def _plain_decoder(kind: Any) -> _Decoder:  # noqa: ANN401 - a type
    if kind is Path:
        return lambda node, _: Path(_plain(node, (str,)))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return lambda node, _: kind(_plain(node, (str, int)))
    allowed = _allowed(kind)
    if not allowed:
        raise TransportError(f"the type {kind}, which no frame can hold")
    return lambda node, _: _plain(node, allowed)


def _allowed(kind: Any) -> tuple[type, ...]:  # noqa: ANN401 - a type
    """Give the types of JSON that a plain type is written as; none for what is not plain."""
    if kind is float:
        return (float, int)
    return (kind,) if kind in _SCALARS else ()


def _plain(node: object, allowed: tuple[type, ...]) -> Any:  # noqa: ANN401 - what JSON gives
    if type(node) not in allowed:
        raise TransportError(f"a {type(node).__name__} where {allowed[0].__name__} is expected")
    return node


def _array_decoder(kind: Any) -> _Decoder:  # noqa: ANN401 - a generic alias
    scalars = get_args(get_args(kind)[1])
    expected = np.dtype(scalars[0]) if scalars and scalars[0] is not Any else None

    def decode(node: object, source: _Arrays) -> npt.NDArray[Any]:
        array = source.take(node)
        if expected is not None and array.dtype != expected:
            raise TransportError(f"an array of {array.dtype} where {expected} is expected")
        return array

    return decode


def _tuple_decoder(kinds: tuple[Any, ...]) -> _Decoder:
    many = len(kinds) > 1 and kinds[1] is Ellipsis
    parts = tuple(item for item in kinds if item is not Ellipsis)
    decoders = tuple(_decoder(item) for item in parts)
    allowed = _allowed(parts[0]) if parts and set(parts) == {parts[0]} else ()

    def decode(node: object, source: _Arrays) -> tuple[Any, ...]:
        items = node if isinstance(node, list) else source.take(node).tolist()
        if not many and len(items) != len(decoders):
            raise TransportError(f"{len(items)} values where {len(decoders)} are expected")
        if allowed:  # a library has millions of such numbers and words
            wrong = set(map(type, items)).difference(allowed)
            if wrong:
                raise TransportError(f"a {wrong.pop().__name__} where {allowed[0].__name__} is expected")
            return tuple(items)
        each = repeat(decoders[0]) if many else decoders
        return tuple([decoder(item, source) for decoder, item in zip(each, items, strict=False)])

    return decode


def _dataclass_decoder(kind: Any) -> _Decoder:  # noqa: ANN401 - a dataclass
    hints = get_type_hints(kind)
    parts = tuple((item.name, _decoder(hints[item.name])) for item in fields(kind))
    if not all(item.init for item in fields(kind)):
        raise TransportError(f"the type {kind.__name__}, which has a field that cannot be given")
    title = kind.__name__

    def decode(node: object, source: _Arrays) -> Any:  # noqa: ANN401 - the dataclass
        values = node.get(title) if isinstance(node, dict) and len(node) == 1 else None
        if not isinstance(values, list) or len(values) != len(parts):
            raise TransportError(f"no {title} of {len(parts)} fields where one is expected")
        return kind(**{name: read(value, source) for (name, read), value in zip(parts, values, strict=True)})

    return decode


def _union_decoder(kinds: tuple[Any, ...]) -> _Decoder:
    """Choose by what the node looks like; two dataclasses are told apart by name."""
    choices = tuple((_looks_like(kind), _decoder(kind)) for kind in kinds)

    def decode(node: object, source: _Arrays) -> Any:  # noqa: ANN401 - one of the kinds
        for fits, read in choices:
            if fits(node):
                return read(node, source)
        raise TransportError(f"a {type(node).__name__} where none is expected")

    return decode


def _looks_like(kind: Any) -> Callable[[object], bool]:  # noqa: ANN401 - a type or a generic alias
    origin = get_origin(kind)
    if is_dataclass(kind) or origin is np.ndarray:
        title = "array" if origin is np.ndarray else kind.__name__
        return lambda node: isinstance(node, dict) and title in node
    if origin is tuple:
        return lambda node: isinstance(node, list) or (isinstance(node, dict) and "array" in node)
    if kind in _SCALARS:
        return lambda node: type(node) is kind or (kind is float and type(node) is int)
    if kind is Path:
        return lambda node: isinstance(node, str)
    raise TransportError(f"the type {kind} as one of several, which no frame can hold")
