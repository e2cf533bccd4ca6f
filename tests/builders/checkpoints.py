"""Keys, notes and checkpoints that others published, with the private keys that they published for tests."""

import base64

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PETER_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
"""golang/mod, sumdb/note/note_test.go; from there the rest up to ENOCH_LINE."""
PETER_SEED = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
NOTE_TEXT = b"If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
)
ENOCH_KEY = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
ENOCH_LINE = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ="

LOG_KEY = "astra+cad5a3d2+AZJqeuyE/GnknsCNh1eCtDtwdAwKBddOlS8M2eI1Jt4b"
"""transparency-dev/serverless-log, testdata/build_log.sh; there too the seed, the origin and the leaves."""
LOG_SEED = "ASgwwenlc0uuYcdy7kI44pQvuz1fw8cS5NqS8RkZBXoy"
LOG_ORIGIN = "example.com/testdata"
LOG_LEAVES = tuple(
    word.encode()
    for word in (
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eit",
        "nain",
        "ten",
        "ileven",
        "twelf",
        "threeten",
        "fourten",
        "fivten",
    )
)
LOG_CHECKPOINTS = {
    0: (
        "example.com/testdata\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n"
        "— astra ytWj0vyk8mOOKGTcc4inCsUD4jQTYNX/r820NAqdU6Fsj8PpEU+m74Z6SMW0BGapHgIw2xsYd9P3+E8PdXWcj0zTeAs=\n"
    ).encode(),
    1: (
        "example.com/testdata\n1\n0Nc2CrefWKseHj/mStd+LqC8B+NrX0btIiPt2SmN+ek=\n\n"
        "— astra ytWj0qJ+vbcrczZs9oOK0B9o0Z2H0BJB+ekrNMeJclrjpCY60XqAE5CJV9q6jRnUqthwdpkXLMhxCkv/7OUUCtZvNwM=\n"
    ).encode(),
    7: (
        "example.com/testdata\n7\nIrSXADBqJ7EQoUODSDKROySgNveeL6CFhik2w/+fS7U=\n\n"
        "— astra ytWj0mbLo8zw6TpvMVTJMPVVaZTul3QfYjC4BpORAFiglmHyFihMwVJHiHXWQmyyeCdPRKAaj8YpHEKjBfDMmKPL9Q0=\n"
    ).encode(),
    15: (
        "example.com/testdata\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=\n\n"
        "— astra ytWj0iUyv3abfvt9ea52PCdTsNBiHBss+L7Z1nMhVcsoh+Re7YASWz78PrjiocC8gvkBUaDrV2Y3Ez2THNxCWnbpkQE=\n"
    ).encode(),
}
"""testdata/log/checkpoint.0, .1, .7 and .15 of the same project, by size."""

SPECIFICATION = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
).encode()
"""C2SP/C2SP, tlog-checkpoint.md, the example; its name is made up there, so that no key verifies it."""


def private_key(seed):
    """Read the last part of a Go private key: the algorithm and 32 bytes."""
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(seed)[1:])
