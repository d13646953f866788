"""Files made to choke whoever reads them: each one meets one message, in bounded time and memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.hostile.bombs import READ, put

MOST_MEGABYTES = 150
"""That a process may grow by over all of them; the largest file takes 300 on the disk."""


def test_each_bomb_meets_one_message_in_bounded_time_and_memory(tmp_path: Path) -> None:
    bombs = put(tmp_path)
    assert len(bombs) > 120
    done = subprocess.run(
        [sys.executable, "-c", READ], input=json.dumps(bombs), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(kind, path) for kind, path, _, _ in told] == bombs
    wrong = [
        (kind, path, said)
        for kind, path, said, _ in told
        if len(said) != 4 or not all(said) or max(map(len, said[:3])) > 1_500 or len(said[3]) > 10_000
    ]
    assert not wrong, "\n".join(map(str, wrong))[:5_000]
    large = [(path, megabytes) for _, path, _, megabytes in told if megabytes > MOST_MEGABYTES]
    assert not large, large[0]
