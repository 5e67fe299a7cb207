#!/usr/bin/env python3
"""Walks through the commands of the docker CLI against two engines and prints the differences. See README.md."""
import argparse
import difflib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from explained import EXPLAINED, LATER, NOT_HERE

HERE = Path(__file__).resolve().parent
COMMANDS = ["attach", "commit", "container prune", "cp", "create", "diff", "events", "exec", "export", "import", "info",
            "inspect", "kill", "logs", "network connect", "network create", "network disconnect", "network inspect", "network ls",
            "network prune", "network rm", "pause", "port", "ps", "rename", "restart", "rm", "run", "start", "stats", "stop",
            "system df", "top", "unpause", "update", "version", "volume create", "volume inspect", "volume ls", "volume prune", "volume rm",
            "volume update", "wait"]
ALIASES = {"container ls": "ps", "image import": "import", "system info": "info", "system events": "events"}
TIMEOUT_SECONDS = 60
CLI = 28

# What is different on any two engines, in the order in which it is replaced.
NORMAL = [(re.compile(pattern), word) for pattern, word in [
    (r"\b[0-9a-f]{64}\b", "<id>"),
    (r"\b(?=[0-9]*[a-f])[0-9a-f]{12}\b", "<id>"),
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?( ?Z| ?[+-]\d\d:?\d\d)?( UTC)?", "<time>"),
    (r"\b(Less than a second|About an? (minute|hour)|\d+ (second|minute|hour)s?)( ago)?\b", "<age>"),
    (r"\b(172|10)\.\d+\.\d+\.\d+\b", "<address>"),
    (r"\b[0-9a-f]{2}(:[0-9a-f]{2}){5}\b", "<mac>"),
]]


class Engine:
    """One of the two engines: its socket, and the folders and the port that its steps use."""

    def __init__(self, socket, root, port):
        self.work = Path(tempfile.mkdtemp(prefix="walk-"))
        self.shared = Path(f"/var/tmp/walk-{port}")
        self.shared_here = Path(root) / self.shared.relative_to("/")
        self.shared_here.mkdir(parents=True, exist_ok=True)
        self.environment = os.environ | {
            "DOCKER_HOST": f"unix://{socket}", "DOCKER_CLI_HINTS": "false", "HOME": str(self.work), "LC_ALL": "C",
            "PATH": f"{HERE / 'tools'}:{os.environ['PATH']}", "PORT": str(port), "SHARED": str(self.shared),
            "SHARED_HERE": str(self.shared_here), "BEGAN": str(int(time.time()))}
        self.own = [(str(socket), "<socket>"), (str(self.shared_here), "<shared>"), (str(self.shared), "<shared>"),
                    (str(self.work), "<work>"), (str(port), "<port>"), (str(port + 1), "<port+1>")]
        self.own.append((self.run("docker info --format '{{.DockerRootDir}}'")["stdout"].strip() or "<no root>", "<root>"))

    def run(self, line):
        """The exit code, standard output and standard error of a shell line; 124 when it does not end."""
        process = subprocess.Popen(["bash", "-c", line], cwd=self.work, env=self.environment, text=True, errors="replace",
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   start_new_session=True)
        try:
            out, err = process.communicate(timeout=TIMEOUT_SECONDS)
            return {"exit": process.returncode, "stdout": out, "stderr": err}
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            out, err = process.communicate()
            return {"exit": 124, "stdout": out, "stderr": err + f"not ended after {TIMEOUT_SECONDS} s\n"}

    def normal(self, text):
        for value, word in self.own:
            text = text.replace(value, word)
        for pattern, word in NORMAL:
            text = pattern.sub(word, text)
        return re.sub(r" {2,}", "  ", text)

    def in_use(self):
        return self.run("docker ps -aq; docker images -q; docker volume ls -q")["stdout"] != ""

    def clean(self):
        subprocess.run(["bash", "-c", (HERE / "clean.sh").read_text()], env=self.environment, cwd=self.work,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        for folder in (self.work, self.shared_here):
            shutil.rmtree(folder, ignore_errors=True)


def flat(value, path=""):
    """The fields of a JSON value by their paths; an empty list or object is a field, too."""
    if isinstance(value, dict) and value:
        return {p: v for key, inner in value.items() for p, v in flat(inner, f"{path}.{key}").items()}
    if isinstance(value, list) and value:
        return {p: v for i, inner in enumerate(value) for p, v in flat(inner, f"{path}[{i}]").items()}
    return {path: json.dumps(value)}


def json_of(text):
    try:
        return json.loads(text) if text.lstrip()[:1] in ("{", "[") else None
    except ValueError:
        return None


def differences(engines, results):
    """The differences of two results, one line each: where, what the first has, what the second has."""
    first, second = results
    if first["exit"] != second["exit"]:
        yield f"exit code: {first['exit']} | {second['exit']}"
    for stream in ("stdout", "stderr"):
        texts = [engine.normal(result[stream]) for engine, result in zip(engines, results)]
        if texts[0] == texts[1]:
            continue
        values = [json_of(text) for text in texts]
        if None not in values:
            fields = [flat(value) for value in values]
            for path in sorted(fields[0].keys() | fields[1].keys()):
                one, other = (f.get(path, "absent") for f in fields)
                if one != other:
                    yield f"{stream} {path}: {one} | {other}"
            continue
        lines = [text.splitlines() for text in texts]
        for kind, i, j, k, m in difflib.SequenceMatcher(None, *lines, autojunk=False).get_opcodes():
            for n in range(max(j - i, m - k) if kind != "equal" else 0):
                one = lines[0][i + n] if i + n < j else "no line"
                other = lines[1][k + n] if k + n < m else "no line"
                yield f"{stream}: {one} | {other}"


def options_of(command):
    """The options of a command by all their names, from its help: name -> (long name, takes a value)."""
    # What the client shows depends on the engine that it finds.
    text = subprocess.run(["docker", *command.split(), "--help"], capture_output=True, text=True, check=True,
                          env=os.environ | {"DOCKER_HOST": "unix:///none"}).stdout
    found = {}
    for short, long, value in re.findall(r"^ +(?:(-\w), +)?(--[\w-]+)(?: ([a-z]+))?", text, re.MULTILINE):
        found[long] = (long, bool(value))
        if short:
            found[short] = (long, bool(value))
    found.pop("--help", None)
    return found


def invocations(line):
    """The docker commands in a shell line: (command, its arguments)."""
    lexer = shlex.shlex(re.sub(r"\$\([^()]*\)", "substituted", line), posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words, current = list(lexer) + [";"], None
    for word in words:
        if set(word) <= set("();<>|&"):
            if current:
                command = next((c for c in (" ".join(current[:2]), current[0]) if c in COMMANDS or c in ALIASES), None)
                if command:
                    yield ALIASES.get(command, command), current[len(command.split()):]
            current = None
        elif word == "docker" and current is None:
            current = []
        elif current is not None:
            current.append(word)


def without_step(lines):
    """The commands and options that no step has and that are not left for later, and those of LATER that have one."""
    options = {command: options_of(command) for command in COMMANDS}
    used = set()
    for line in lines:
        for command, arguments in invocations(line):
            used.add(command)
            arguments = list(arguments)
            while arguments:
                word = arguments.pop(0)
                name, _, value = word.partition("=")
                if not word.startswith("-") or word == "-":
                    if command in ("run", "create", "exec"):
                        break
                    continue
                names = [name] if name.startswith("--") else [f"-{letter}" for letter in name[1:]]
                for name in names:
                    long, takes_value = options[command].get(name, (name, False))
                    used.add(f"{command} {long}")
                    if takes_value:
                        if not value and word.endswith(name[1:]) and arguments:
                            arguments.pop(0)
                        break
    every = COMMANDS + [f"{command} {long}" for command in COMMANDS for long, _ in options[command].values()]
    return sorted({one for one in every if (one in used) == (one in LATER)} | (LATER.keys() - set(every)))


def explanation_of(line, difference):
    return next((e for e in EXPLAINED if re.search(e[0], line) and re.match(e[1], difference)), None)


def check(lines):
    """Whether all that is written here can be read, and whether each option of this CLI has a step, if the steps are of its version."""
    for line in lines:
        list(invocations(line))
    for step, difference, _ in EXPLAINED:
        re.compile(step), re.compile(difference)
    client = subprocess.run(["docker", "--version"], capture_output=True, text=True, check=True).stdout
    if client.startswith(f"Docker version {CLI}."):
        missing = without_step(lines)
        if missing:
            sys.exit("no step, or one that LATER does not expect: " + ", ".join(missing))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only see that the steps can be read and that each option of the CLI has one")
    parser.add_argument("reference", nargs="?", help="socket of the engine that is right")
    parser.add_argument("other", nargs="?", help="socket of the engine that is compared with it")
    parser.add_argument("--roots", nargs=2, default=["/", "/"], metavar="DIR",
                        help="what the two engines have as their root folder, when that is not the root folder here")
    parser.add_argument("--only", default="", metavar="REGEX", help="only the sections whose heading matches")
    parser.add_argument("--busybox", default=shutil.which("busybox"), help="a busybox that is linked statically")
    parser.add_argument("--empty", action="store_true", help="remove all that the engines have before")
    parser.add_argument("--all", action="store_true", help="print the differences that are explained, too")
    parser.add_argument("--verbose", action="store_true", help="print each step before it runs")
    options = parser.parse_args()
    if not options.check and not options.other:
        parser.error("the sockets of two engines are needed")
    return options


def sections():
    """The steps of steps.txt by their headings."""
    found = {}
    for line in (HERE / "steps.txt").read_text().splitlines():
        if line.startswith("# "):
            steps = found.setdefault(line[2:], [])
        elif line.strip():
            steps.append(line)
    return found


def main():
    options = arguments()
    chosen = {heading: lines for heading, lines in sections().items() if re.search(options.only, heading)}
    every = [line for lines in sections().values() for line in lines]
    if options.check:
        check(every)
        return
    missing = without_step(every)
    engines = [Engine(options.reference, options.roots[0], 18200), Engine(options.other, options.roots[1], 18300)]
    count = {"steps": 0, "equal": 0, "explained": 0, "unexplained": 0}
    used = set()
    with ThreadPoolExecutor(2) as pool:
        def both(line):
            return list(pool.map(lambda engine: engine.run(line), engines))
        if any(engine.in_use() for engine in engines) and not options.empty:
            sys.exit("an engine has containers, images or volumes: the walk removes all (--empty to do so)")
        try:
            for result in both(f"BUSYBOX={options.busybox}; " + (HERE / "prepare.sh").read_text()):
                if result["exit"]:
                    sys.exit("cannot prepare: " + result["stderr"])
            for heading, lines in chosen.items():
                print(f"# {heading}", flush=True)
                for line in lines:
                    if options.verbose:
                        print(f"  {line}", flush=True)
                    found = list(differences(engines, both(line)))
                    unexplained = [d for d in found if not explanation_of(line, d)]
                    used |= {explanation_of(line, d) for d in found}
                    count["steps"] += 1
                    count["unexplained" if unexplained else "explained" if found else "equal"] += 1
                    shown = found if options.all else unexplained
                    if shown:
                        print(f"\n$ {line}")
                        print("\n".join(f"    {d}" for d in shown), flush=True)
        finally:
            for engine in engines:
                engine.clean()
    print("\nleft to others:")
    print("\n".join(f"    {what}: {why}" for what, why in (LATER | NOT_HERE).items()))
    print("explained differences:")
    print("\n".join(f"    {e[2]}" for e in EXPLAINED if e in used))
    stale = [e for e in EXPLAINED if e not in used and "chance" not in e[2]] if not options.only else []
    for e in stale:
        print(f"stale explanation, no such difference: {e[0]!r} {e[1]!r}: {e[2]}")
    for one in missing:
        print(f"no step, or one that LATER does not expect: docker {one}")
    print(", ".join(f"{number} {what}" for what, number in count.items()))
    sys.exit(1 if count["unexplained"] or stale or missing else 0)


if __name__ == "__main__":
    main()
