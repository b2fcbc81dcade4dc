# ruff: noqa: E501 - traces are long
"""The line that tells, of what a program wrote to standard error before it ended."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cnnspec.subject.outcomes import Died, Rejected
from cnnspec.subject.processes.last_words import recognised, telling
from cnnspec.subject.processes.process import POSSIBLE
from cnnspec.subject.processes.source import open_implementation

#: What is written by programs in many languages, and the line that tells.
SAID = {
    "Rust": (
        """
thread 'main' (12345) panicked at src/main.rs:10:5:
index out of bounds: the len is 3 but the index is 5
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace
""",
        "index out of bounds: the len is 3 but the index is 5 (main.rs:10)",
    ),
    "Rust, an assertion": (
        """
thread 'main' panicked at src/relu.rs:7:9:
assertion `left == right` failed: sizes differ
  left: 1
 right: 2
stack backtrace:
   0: __rustc::rust_begin_unwind
             at /rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/std/src/panicking.rs:689:5
""",
        "assertion `left == right` failed: sizes differ (left: 1, right: 2) (relu.rs:7)",
    ),
    "Rust, inside the library": (
        """
thread 'main' panicked at /rustc/59807616e1fa/library/core/src/slice/mod.rs:99:5:
mid > len
stack backtrace:
   0: __rustc::rust_begin_unwind
             at /rustc/59807616e1fa/library/std/src/panicking.rs:689:5
   1: cnn::relu
             at ./src/relu.rs:12:9
""",
        "mid > len (relu.rs:12)",
    ),
    "Rust, before 1.73": (
        "thread 'main' panicked at 'no such label', src/main.rs:4:5\n"
        "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n",
        "no such label (main.rs:4)",
    ),
    "Rust, too deep": (
        "\nthread 'main' (77) has overflowed its stack\n"
        "fatal runtime error: stack overflow, aborting\n",
        "stack overflow",
    ),
    "Go": (
        """panic: runtime error: index out of range [5] with length 3

goroutine 1 [running]:
runtime.goPanicIndex(0x5, 0x3)
	/usr/local/go/src/runtime/panic.go:114 +0x74
main.relu(...)
	/home/me/cnn/layers.go:12
main.main()
	/home/me/cnn/main.go:34 +0x1d
exit status 2
""",
        "panic: runtime error: index out of range [5] with length 3 (layers.go:12)",
    ),
    "Go, its log": (
        "2026/11/29 12:00:00 no such label\nexit status 1\n",
        "no such label",
    ),
    "Java": (
        """Exception in thread "main" java.lang.ArrayIndexOutOfBoundsException: Index 5 out of bounds for length 3
	at java.base/java.util.Objects.checkIndex(Objects.java:385)
	at cnn.Relu.relu(Relu.java:12)
	at cnn.Main.main(Main.java:40)
""",
        "java.lang.ArrayIndexOutOfBoundsException: Index 5 out of bounds for length 3"
        " (Relu.java:12)",
    ),
    "Java, with a cause": (
        """Exception in thread "pool-1-thread-3" java.lang.IllegalStateException: call 3 failed
	at cnn.Main.answer(Main.java:20)
	at cnn.Main.main(Main.java:40)
Caused by: java.lang.NullPointerException: Cannot read the array length because "<local1>" is null
	at cnn.Relu.relu(Relu.java:12)
	... 2 more
""",
        'java.lang.NullPointerException: Cannot read the array length because "<local1>" is null'
        " (Relu.java:12)",
    ),
    "Java, printed and gone on": (
        "java.lang.IllegalArgumentException: cnn.Layer@1b6d3586 has no filters\n"
        "\tat cnn.Relu.relu(Relu.java:12)\n",
        "java.lang.IllegalArgumentException: cnn.Layer@… has no filters (Relu.java:12)",
    ),
    "C++": (
        """terminate called after throwing an instance of 'std::out_of_range'
  what():  vector::_M_range_check: __n (which is 5) >= this->size() (which is 3)
""",
        "std::out_of_range: vector::_M_range_check: __n (which is 5) >= this->size() (which is 3)",
    ),
    "C++, not an exception": (
        "terminate called after throwing an instance of 'int'\n",
        "int",
    ),
    "C++, by LLVM": (
        "libc++abi: terminating due to uncaught exception of type std::out_of_range: vector\n",
        "std::out_of_range: vector",
    ),
    "C++, the library's own assertion": (
        "/usr/include/c++/12/bits/stl_vector.h:1123: std::vector<_Tp, _Alloc>::reference"
        " std::vector<_Tp, _Alloc>::operator[](size_type) [with _Tp = double]:"
        " Assertion '__n < this->size()' failed.\n",
        "assertion failed: __n < this->size()",
    ),
    "C, an assertion": (
        "my_cnn: src/relu.c:10: main: Assertion `size > 0' failed.\n",
        "assertion failed: size > 0 (relu.c:10)",
    ),
    "C, an assertion on macOS": (
        "Assertion failed: (size > 0), function main, file relu.c, line 10.\n",
        "assertion failed: size > 0 (relu.c:10)",
    ),
    "AddressSanitizer": (
        """=================================================================
==24081==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x603000000068 at pc 0x556f716d01ec bp 0x7ffffec920d0 sp 0x7ffffec920c8
READ of size 8 at 0x603000000068 thread T0
    #0 0x7f79eacb89cf in __interceptor_memcpy ../../../../src/libsanitizer/asan/asan_interceptors.cpp:69
    #1 0x556f716d01eb in relu /home/me/cnn/relu.c:3
    #2 0x556f716d0292 in main /home/me/cnn/main.c:4:11

0x603000000068 is located 16 bytes to the right of 24-byte region [0x603000000040,0x603000000058)
allocated by thread T0 here:
    #0 0x7f79eacb89cf in __interceptor_malloc ../../../../src/libsanitizer/asan/asan_malloc_linux.cpp:69
    #1 0x556f716d0214 in main /home/me/cnn/main.c:4

SUMMARY: AddressSanitizer: heap-buffer-overflow /home/me/cnn/relu.c:3 in relu
Shadow bytes around the buggy address:
  0x0c067fff7fb0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
  Shadow gap:              cc
==24081==ABORTING
""",
        "AddressSanitizer: heap-buffer-overflow (relu.c:3)",
    ),
    "AddressSanitizer, a wild pointer": (
        "AddressSanitizer:DEADLYSIGNAL\n"
        "==77==ERROR: AddressSanitizer: SEGV on unknown address 0x000000000000 (pc 0x55 bp 0x7f"
        " sp 0x7f T0)\n    #0 0x55 in relu /home/me/cnn/relu.c:3:9\n",
        "AddressSanitizer: SEGV (relu.c:3)",
    ),
    "UndefinedBehaviorSanitizer": (
        """src/relu.c:10:5: runtime error: index 5 out of bounds for type 'double [3]'
src/relu.c:10:5: runtime error: load of address 0x7fffc0833fc8 with insufficient space for an object of type 'double'
0x7fffc0833fc8: note: pointer points here
 00 00 00 00  e8 40 83 c0 ff 7f 00 00
              ^
""",
        "runtime error: index 5 out of bounds for type 'double [3]' (relu.c:10)",
    ),
    "glibc": ("malloc(): corrupted top size\n", "malloc(): corrupted top size"),
    "Node": (
        """/home/me/cnn/relu.js:1
function relu(x) { return x.data.map(v => v); }
                            ^

TypeError: Cannot read properties of undefined (reading 'map')
    at Array.map (<anonymous>)
    at relu (/home/me/cnn/relu.js:1:28)
    at node:internal/main/run_main_module:28:49

Node.js v20.20.2
""",
        "TypeError: Cannot read properties of undefined (reading 'map') (relu.js:1)",
    ),
    "Node, more in braces": (
        """node:internal/modules/cjs/loader:1210
  throw err;
  ^

Error: Cannot find module './layers'
Require stack:
- /home/me/cnn/main.js
    at Function._load (node:internal/modules/cjs/loader:1038:27)
    at Object.<anonymous> (/home/me/cnn/main.js:2:1) {
  code: 'MODULE_NOT_FOUND'
}

Node.js v20.20.2
""",
        "Error: Cannot find module './layers'",
    ),
    "Node, not an error": (
        '/home/me/cnn/b.js:1\nthrow "plain"\n^\nplain\n'
        "(Use `node --trace-uncaught ...` to show where the exception was thrown)\n\n"
        "Node.js v20.20.2\n",
        "plain",
    ),
    "Deno": (
        "error: Uncaught (in promise) RangeError: Invalid array length\n"
        "    at relu (file:///home/me/cnn/relu.ts:5:9)\n",
        "RangeError: Invalid array length (relu.ts:5)",
    ),
    "Julia": (
        """ERROR: LoadError: BoundsError: attempt to access 3-element Vector{Float64} at index [5]
Stacktrace:
 [1] throw_boundserror(A::Vector{Float64}, I::Tuple{Int64})
   @ Base ./essentials.jl:14
 [2] relu(x::Vector{Float64})
   @ Main ~/cnn/relu.jl:5
 [3] top-level scope
   @ ~/cnn/relu.jl:9
in expression starting at /home/me/cnn/relu.jl:9
""",
        "BoundsError: attempt to access 3-element Vector{Float64} at index [5] (relu.jl:5)",
    ),
    "Python": (
        """Traceback (most recent call last):
  File "/home/me/cnn/main.py", line 30, in <module>
    answer(message)
  File "/home/me/cnn/relu.py", line 12, in relu
    return x[5]
           ~^^^
  File "/usr/lib/python3.12/json/__init__.py", line 3, in loads
    raise IndexError
IndexError: list index out of range
""",
        "IndexError: list index out of range (relu.py:12)",
    ),
    "Python, without words": (
        'Traceback (most recent call last):\n  File "main.py", line 3, in <module>\n'
        "    raise Wrong\n__main__.Wrong\n",
        "__main__.Wrong (main.py:3)",
    ),
    "C#": (
        """Unhandled exception. System.IndexOutOfRangeException: Index was outside the bounds of the array.
   at Cnn.Relu(Double[] x) in /home/me/cnn/Relu.cs:line 12
   at Program.<Main>$(String[] args) in /home/me/cnn/Program.cs:line 5
""",
        "System.IndexOutOfRangeException: Index was outside the bounds of the array. (Relu.cs:12)",
    ),
    "Swift": (
        "Swift/ContiguousArrayBuffer.swift:600: Fatal error: Index out of range\n",
        "Fatal error: Index out of range (ContiguousArrayBuffer.swift:600)",
    ),
    "Zig": (
        """thread 12345 panic: index out of bounds: index 5, len 3
/home/me/cnn/main.zig:5:10: 0x1034abc in relu (main)
    return x[5];
         ^
""",
        "index out of bounds: index 5, len 3 (main.zig:5)",
    ),
    "OCaml": (
        'Fatal error: exception Invalid_argument("index out of bounds")\n'
        'Raised at Relu.relu in file "relu.ml", line 5, characters 2-9\n',
        'Invalid_argument("index out of bounds") (relu.ml:5)',
    ),
    "Haskell": (
        "cnn: Prelude.!!: index too large\nCallStack (from HasCallStack):\n"
        "  error, called at app/Main.hs:12:5 in main:Main\n",
        "Prelude.!!: index too large (Main.hs:12)",
    ),
    "Fortran": (
        "At line 12 of file relu.f90\n"
        "Fortran runtime error: Index '5' of dimension 1 of array 'x' above upper bound of 3\n",
        "Fortran runtime error: Index '5' of dimension 1 of array 'x' above upper bound of 3"
        " (relu.f90:12)",
    ),
    "anything": ("one thing\nno negative numbers, please\n\n", "no negative numbers, please"),
    "nothing": ("  \n", ""),
}


@pytest.mark.parametrize("language", SAID)
def test_the_line_that_tells(language: str) -> None:
    written, due = SAID[language]
    assert telling(written) == due


@pytest.mark.parametrize("language", SAID)
def test_the_same_line_in_every_run(language: str) -> None:
    """Addresses, numbers of processes and folders are other ones each time."""
    written, due = SAID[language]
    other = (
        written.replace("==24081==", "==8==")
        .replace("(12345)", "(77)")
        .replace("thread 12345", "thread 4")
        .replace("0x7fffc0833fc8", "0x7ffe00000008")
        .replace("0x603000000068", "0x602000000010")
        .replace("@1b6d3586", "@4554617c")
        .replace("2026/11/29 12:00:00", "2027/01/02 23:59:59")
        .replace("/home/me/", "/builds/7/")
    )
    assert telling(other) == due


def test_long_lines_are_cut() -> None:
    assert len(telling("x" * 10_000)) < 400


def test_what_is_no_trace_is_not_recognised() -> None:
    assert recognised("the image has 2 channels,\nthe filters have 3") == ""
    assert recognised("lines\n" + SAID["Java"][0]).startswith("java.lang.Array")


#: Programs that shake hands and then die of the first call.
SHAKES_HANDS = (
    '{"type": "hello", "protocol": 1, "name": "it", "operations": {"relu": []},'
    ' "dtypes": ["float64"], "arrays": "numbers"}'
)
_C = """
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
int main(void) {
    char line[100000];
    fgets(line, sizeof line, stdin);
    puts(HELLO);
    fflush(stdout);
    fgets(line, sizeof line, stdin);
    STATEMENT
}
""".replace("HELLO", json.dumps(SHAKES_HANDS))


def _written(folder: Path, name: str, text: str, compiler: list[str]) -> str:
    if shutil.which(compiler[0]) is None:
        pytest.skip(f"there is no {compiler[0]}")
    file = folder / name
    file.write_text(text, "utf-8")
    if compiler[0] in ("node", "java"):
        return f"cmd:{compiler[0]} {file}"
    subprocess.run(  # noqa: S603 - our own command
        [*compiler, str(file), "-o", str(folder / "it")], check=True, capture_output=True
    )
    return f"cmd:{folder / 'it'}"


DYING = {
    "an assertion": (
        "it.c",
        "assert(line[0] == 0);",
        ["gcc", "-w"],
        "died of SIGABRT (Aborted); its last words: assertion failed: line[0] == 0 (it.c:11)",
    ),
    "silently": (
        "it.c",
        "*(volatile int *)0 = 1;",
        ["gcc", "-w", "-O0"],
        "died of SIGSEGV (Segmentation fault), and wrote nothing to standard error",
    ),
    "AddressSanitizer": (
        "it.c",
        "char *p = malloc(3); free(p); return *(volatile char *)p;",
        ["gcc", "-w", "-g", "-fsanitize=address"],
        "AddressSanitizer: heap-use-after-free (it.c:11)",
    ),
    "UBSan": (
        "it.c",
        "volatile int zero = 0; return 1 / zero;",
        ["gcc", "-w", "-fsanitize=undefined", "-fno-sanitize-recover=all"],
        "runtime error: division by zero (it.c:11)",
    ),
    "C++": (
        "it.cpp",
        "extern void fail(); fail();\n}\n#include <vector>\nvoid fail() {"
        " std::vector<int>(3).at(5);",
        ["g++", "-w"],
        "std::out_of_range: vector::_M_range_check",
    ),
    "Rust": (
        "it.rs",
        "",
        ["rustc", "-g"],
        "its last words: index out of bounds: the len is 1 but the index is ",
    ),
    "Java": (
        "It.java",
        "",
        ["java"],
        "java.lang.ArrayIndexOutOfBoundsException: Index 5 out of bounds for length 3 (It.java:6)",
    ),
    "JavaScript": ("it.js", "", ["node"], "its last words: TypeError: Cannot read properties of"),
}
_OTHERS = {
    "it.rs": f"""
use std::io::BufRead;
fn main() {{
    let mut lines = std::io::stdin().lock().lines();
    lines.next();
    println!("{{}}", r#"{SHAKES_HANDS}"#);
    let line = lines.next().unwrap().unwrap();
    println!("{{}}", [1][line.len()]);
}}
""",
    "It.java": f"""
class It {{
    public static void main(String[] given) {{
        var lines = new java.util.Scanner(System.in);
        for (int i = 0; lines.hasNextLine(); i += 5, lines.nextLine()) {{
            double x = new double[] {{1, 2, 3}}[i];
            System.out.println({json.dumps(SHAKES_HANDS)});
        }}
    }}
}}
""",
    "it.js": f"""
require("readline").createInterface({{ input: process.stdin }}).on("line", line => {{
    const message = JSON.parse(line);
    if (message.type === "hello") console.log('{SHAKES_HANDS}');
    else console.log(message.nothing.more);
}});
""",
}


@pytest.mark.skipif(not POSSIBLE, reason="there are no programs on this system")
@pytest.mark.parametrize("way", DYING)
def test_programs_that_die(way: str, tmp_path: Path) -> None:
    name, statement, compiler, due = DYING[way]
    text = _OTHERS.get(name) or _C.replace("STATEMENT", statement)
    implementation = open_implementation(_written(tmp_path, name, text, compiler))
    try:
        reasons = []
        for _ in range(2):
            outcome = implementation.call("relu", {"x": [1.0]})
            assert isinstance(outcome, Died)
            reasons.append(outcome.reason)
    finally:
        implementation.close()
    assert due in reasons[0]
    assert reasons[0] == reasons[1]


ANSWERS = f"""
import json, sys, traceback
for line in sys.stdin:
    message = json.loads(line)
    if message["type"] == "hello":
        print('{SHAKES_HANDS}', flush=True)
    elif message["type"] == "call":
        try:
            [][3]
        except IndexError:
            said = traceback.format_exc()
        print(json.dumps({{"type": "error", "id": message["id"], "message": said}}), flush=True)
"""


@pytest.mark.skipif(not POSSIBLE, reason="there are no programs on this system")
def test_a_trace_as_an_answer(tmp_path: Path) -> None:
    file = tmp_path / "it.py"
    file.write_text(ANSWERS, "utf-8")
    implementation = open_implementation(f"cmd:{sys.executable} {file}")
    outcome = implementation.call("relu", {"x": [1.0]})
    implementation.close()
    assert isinstance(outcome, Rejected)
    assert outcome.message == "IndexError: list index out of range (it.py:9)"
