"""One process of the fuzzer: atheris chooses the inputs by what they reach, and whatever fails is kept.

Started by ``tests.fuzz``, which starts another one when this one dies.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import pkgutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.fuzz.guard import forget, guarded, signature
from tests.hostile import hostile, made_reference

__all__ = ["main"]

_FORGET_AFTER = 200
_TOLD_AFTER = 25


def main(target: str, folder: str, seconds: str) -> None:
    import atheris  # type: ignore[import-not-found]

    # What is imported here is watched; whatever a verb would import only later has to come now.
    with atheris.instrument_imports(include=["aslsplit"], enable_loader_override=False):
        import aslsplit

        for module in pkgutil.walk_packages(aslsplit.__path__, "aslsplit."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    from tests.fuzz.targets import TARGETS

    place = Path(folder)
    corpus = place / "corpus"
    if not corpus.exists():
        corpus.mkdir(parents=True)
        for seed in TARGETS[target].seeds():
            (corpus / hashlib.sha1(seed).hexdigest()).write_bytes(seed)
    arguments = [
        sys.argv[0],
        f"-max_total_time={max(1, int(float(seconds)))}",
        f"-artifact_prefix={place}/died-",
        f"-dict={Path(__file__).with_name('words.dict')}",
        "-max_len=1100000",
        "-timeout=120",
        "-rss_limit_mb=3000",
        "-len_control=0",
        "-report_slow_units=120",
        "-reload=0",
        "-print_final_stats=0",
        "-verbosity=1",
        str(corpus),
    ]

    # The name means another function once it is set up.
    def mutate(data: bytes, size: int) -> bytes:
        return bytes(atheris.Mutate(data, size))

    watcher = _Watcher(TARGETS[target].run, place)
    atheris.Setup(arguments, watcher.once, custom_mutator=_mutator(mutate, target))
    atheris.Fuzz()


class _Watcher:
    def __init__(self, run: Callable[[bytes], None], place: Path) -> None:
        self.run = run
        self.place = place
        self.count = 0
        self.slowest = 0.0
        self.found: dict[str, int] = {}
        (place / "found").mkdir(parents=True, exist_ok=True)
        self.tally = place / "tally" / f"{time.time_ns()}.json"
        self.tally.parent.mkdir(exist_ok=True)

    def once(self, data: bytes) -> None:
        before = time.process_time()
        try:
            guarded(self.run, data)
        except KeyboardInterrupt:
            raise
        except BaseException as failure:
            self.keep(data, failure)
        self.slowest = max(self.slowest, time.process_time() - before)
        self.count += 1
        if self.count % _FORGET_AFTER == 0:
            forget()
        if self.count % _TOLD_AFTER == 0:
            self.tell()

    def keep(self, data: bytes, failure: BaseException) -> None:
        """The smallest input for each fault."""
        name = signature(failure)
        self.found[name] = self.found.get(name, 0) + 1
        file = self.place / "found" / name
        if not file.exists() or file.stat().st_size > len(data):
            file.write_bytes(data)
            file.with_name(f"{name}.txt").write_text(f"{type(failure).__name__}: {failure}"[:6000], errors="replace")

    def tell(self) -> None:
        times = os.times()
        told = {
            "executions": self.count,
            "cpu": times.user + times.system,
            "slowest": self.slowest,
            "found": self.found,
        }
        self.tally.write_text(json.dumps(told))


def _mutator(mutate: Callable[[bytes, int], bytes], target: str) -> Callable[[bytes, int, int], bytes]:
    def mutated(data: bytes, max_size: int, seed: int) -> bytes:
        random = Random(seed)
        if random.random() < 0.4 or not data:
            return mutate(data, max_size)
        first = bytes([random.randrange(256)]) if random.random() < 0.1 else data[:1]
        if target == "references":
            return (first + _reference(random, data[1:]))[:max_size]
        return (first + hostile(random, data[1:]))[:max_size]

    return mutated


def _reference(random: Random, raw: bytes) -> bytes:
    made = made_reference(random).encode(errors="replace")
    if random.random() < 0.2:
        return made
    at = random.randrange(len(raw) + 1)
    return raw[:at] + made[: 1 + int(2 ** (random.random() * 14))] + raw[at + random.randint(0, 5) :]


if __name__ == "__main__":
    main(*sys.argv[1:])
